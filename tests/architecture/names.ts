import ts from 'typescript';
import { nameless } from './house.ts';
import type { Source } from './sources.ts';

/** Folders whose exports people or files name: operations, layers, ready networks. */
const naming = ['ops', 'nn/layers', 'zoo'];

const fold = (name: string): string => name.toLowerCase().replace(/[-_\s]/g, '');

/**
 * Folded names of operations, layers and networks: what the index of their folder passes on (or all its files export,
 * where there is no index), types left out, and the strings that stand as `className`.
 */
export function registeredNames(sources: readonly Source[]): Set<string> {
  const names = new Set<string>();
  for (const folder of naming) {
    const files = sources.filter(({ path, isTest }) => !isTest && path.startsWith(`${folder}/`));
    const index = files.filter(({ path }) => path === `${folder}/index.ts`);
    for (const { tree } of index.length ? index : files)
      for (const name of exportedValues(tree)) names.add(fold(name));
    for (const { tree } of files) for (const name of classNames(tree)) names.add(fold(name));
  }
  return names;
}

function classNames(tree: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isName = ts.isPropertyAssignment(node) && node.name.getText() === 'className';
    if (isName && ts.isStringLiteral(node.initializer)) found.push(node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function exportedValues(tree: ts.SourceFile): string[] {
  return tree.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement) && !statement.isTypeOnly) {
      const { exportClause } = statement;
      const named = exportClause && ts.isNamedExports(exportClause) ? exportClause.elements : [];
      return named.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text);
    }
    if (!ts.canHaveModifiers(statement) || !hasExport(statement)) return [];
    if (ts.isVariableStatement(statement))
      return statement.declarationList.declarations.map(({ name }) => name.getText());
    if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement))
      return statement.name ? [statement.name.text] : [];
    return [];
  });
}

const hasExport = (node: ts.HasModifiers): boolean =>
  ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;

/**
 * Folded words that every folder may use: the kinds of expressions (string literals of `ir/expression.ts`) and the roles
 * of nodes (literal types of `graph/node.ts`).
 */
export function closedWords(sources: readonly Source[]): Set<string> {
  const words = new Set<string>();
  const collect = (node: ts.Node, typesOnly: boolean): void => {
    const { parent } = node;
    if (ts.isStringLiteral(node) && !ts.isImportDeclaration(parent)) {
      if (!typesOnly || ts.isLiteralTypeNode(parent)) words.add(fold(node.text));
    }
    ts.forEachChild(node, (child) => collect(child, typesOnly));
  };
  for (const { path, tree } of sources) {
    if (path === 'ir/expression.ts') collect(tree, false);
    if (path === 'graph/node.ts') collect(tree, true);
  }
  return words;
}

/**
 * Where compiler, backends and runtime hold one of `names`: as a whole string, or as the name of something they
 * declare. Properties that are read (`list.slice`) name nothing.
 */
export function namesHeld(sources: readonly Source[], names: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (const source of sources) {
    if (source.isTest || !nameless.some((folder) => source.path.startsWith(`${folder}/`))) continue;
    const visit = (node: ts.Node): void => {
      if (isNaming(node) && names.has(fold(node.text))) {
        const { line } = source.tree.getLineAndCharacterOfPosition(node.getStart());
        found.push(`${source.path}:${line + 1} holds ${node.getText()}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source.tree);
  }
  return found;
}

function isNaming(node: ts.Node): node is ts.Identifier | ts.StringLiteralLike {
  if (ts.isStringLiteralLike(node)) return !ts.isImportDeclaration(node.parent);
  if (!ts.isIdentifier(node)) return false;
  const { parent } = node;
  if (ts.isFunctionDeclaration(parent) || ts.isClassDeclaration(parent) || ts.isTypeAliasDeclaration(parent))
    return parent.name === node;
  return ts.isInterfaceDeclaration(parent) && parent.name === node;
}
