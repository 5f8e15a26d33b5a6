import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { house } from './house.ts';

export const root: string = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** How a module is referred to: erased by the compiler, loaded with the file, or loaded when a line runs. */
export type ImportKind = 'type' | 'static' | 'dynamic';

export interface Import {
  readonly specifier: string;
  /** Path below src, for relative specifiers. */
  readonly target: string | undefined;
  readonly kind: ImportKind;
  readonly line: number;
}

export interface Source {
  /** Path below src with forward slashes. */
  readonly path: string;
  /** Folder of the house, `''` for files directly in src. */
  readonly folder: string;
  readonly isTest: boolean;
  readonly text: string;
  readonly lines: number;
  readonly tree: ts.SourceFile;
  readonly imports: readonly Import[];
}

export function parse(path: string, text: string): Source {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return {
    path,
    folder: folderOf(path),
    isTest: isTestFile(path),
    text,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    tree,
    imports: importsOf(path, tree),
  };
}

export function readSources(): Source[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .sort()
    .map((path) => parse(path, readFileSync(join(root, 'src', path), 'utf8')));
}

/** Tests, and helpers of tests, which are named `*.test-support.ts` or `*.testing.ts` or stand in a folder `testing`. */
const isTestFile = (path: string): boolean => /\.(test|testing|test-support)\.ts$|(^|\/)testing\//.test(path);

/** The longest folder of the house that holds the path; a folder outside the house is given as it is. */
export function folderOf(path: string): string {
  const inside = house.filter((folder) => path.startsWith(`${folder}/`));
  if (inside.length) return inside.reduce((a, b) => (a.length >= b.length ? a : b));
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

function importsOf(path: string, tree: ts.SourceFile): Import[] {
  const found: Import[] = [];
  const add = (literal: ts.Node | undefined, kind: ImportKind, at: ts.Node): void => {
    const specifier = literal && ts.isStringLiteralLike(literal) ? literal.text : '(computed)';
    const relative = specifier.startsWith('.');
    const target = relative ? posix.normalize(posix.join(posix.dirname(path), specifier)) : undefined;
    found.push({ specifier, target, kind, line: tree.getLineAndCharacterOfPosition(at.getStart()).line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, isErased(node.importClause) ? 'type' : 'static', node);
    } else if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
      const named =
        node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause.elements : [];
      const erased = node.isTypeOnly || (named.length > 0 && named.every((name) => name.isTypeOnly));
      add(node.moduleSpecifier, erased ? 'type' : 'static', node);
    } else if (ts.isImportTypeNode(node)) {
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, 'type', node);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], 'dynamic', node);
    } else if (
      ts.isCallExpression(node) &&
      /^(require|.*getBuiltinModule)$/.test(node.expression.getText())
    ) {
      add(node.arguments[0], 'dynamic', node);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  if (clause.name || !clause.namedBindings || !ts.isNamedImports(clause.namedBindings)) return false;
  const { elements } = clause.namedBindings;
  return elements.length > 0 && elements.every((name) => name.isTypeOnly);
}
