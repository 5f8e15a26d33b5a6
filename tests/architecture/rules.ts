import { builtinModules } from 'node:module';
import ts from 'typescript';
import { belowEngine, entries, hostBoundaries, house, nameless, nodeFiles } from './house.ts';
import type { Import, Source } from './sources.ts';

const place = (folder: string): number => house.indexOf(folder as (typeof house)[number]);
const within = (path: string, folders: readonly string[]): boolean =>
  folders.some((folder) => path.startsWith(`${folder}/`));
const at = (source: Source, { line, specifier }: Import): string =>
  `${source.path}:${line} imports ${specifier}`;

const builtins = new Set(builtinModules);
export const isNode = (specifier: string): boolean =>
  specifier.startsWith('node:') || builtins.has(specifier);

/** Files in folders that the house does not have, or directly in src without being an entry. */
export function strangers(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path, folder, isTest }) =>
      folder === '' ? !isTest && !entries.includes(path as (typeof entries)[number]) : place(folder) < 0,
    )
    .map(({ path }) => path);
}

/** Statements of entries that do more than pass on what other files export. */
export function entriesThatDoMore(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => entries.includes(path as (typeof entries)[number]))
    .flatMap(({ path, tree }) =>
      tree.statements
        .filter((statement) => !(ts.isExportDeclaration(statement) && statement.moduleSpecifier))
        .map((statement) => `${path}: ${statement.getText().split('\n')[0]}`),
    );
}

/** Imports that go up the house, leave it, or reach an entry or a test. */
export function upwardImports(sources: readonly Source[]): string[] {
  const known = new Map(sources.map((source) => [source.path, source]));
  return each(sources, (source, entry) => {
    if (entry.target === undefined) return false;
    const target = known.get(entry.target);
    if (!target || target.isTest) return true;
    if (target.folder === '') return true;
    if (source.folder === '') return target.folder === 'cli';
    return place(target.folder) > place(source.folder);
  });
}

/** Imports of operations or layers in folders that must serve any of them. */
export function namedImports(sources: readonly Source[]): string[] {
  return each(
    sources,
    (source, { target }) =>
      within(source.path, nameless) && target !== undefined && within(target, ['ops', 'nn', 'zoo']),
  );
}

/** Imports from above the engine that go round it. */
export function importsRoundEngine(sources: readonly Source[]): string[] {
  return each(
    sources,
    (source, { target }) =>
      place(source.folder) > place('engine') && target !== undefined && within(target, belowEngine),
  );
}

/** Imports of Node's modules in files that are not Node's. */
export function nodeImports(sources: readonly Source[]): string[] {
  return each(
    sources,
    (source, { specifier, kind }) => kind === 'static' && isNode(specifier) && !nodeFiles.test(source.path),
  );
}

/** Every import that leads from `start` to a module of Node, other than at a listed boundary. */
export function nodeReachableFrom(start: string, sources: readonly Source[]): string[] {
  const known = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (path: string): void => {
    const source = known.get(path);
    if (!source || seen.has(path)) return;
    seen.add(path);
    for (const entry of source.imports) {
      if (entry.kind === 'type') continue;
      if (entry.kind === 'dynamic' && `${path} -> ${entry.specifier}` in hostBoundaries) continue;
      if (isNode(entry.specifier)) found.push(at(source, entry));
      else if (entry.specifier === '(computed)') found.push(at(source, entry));
      else if (entry.target !== undefined) visit(entry.target);
    }
  };
  visit(start);
  return found;
}

/** Files that a browser loads through the entry `start`. */
export function reachableFrom(start: string, sources: readonly Source[]): string[] {
  const known = new Map(sources.map((source) => [source.path, source]));
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path) || !known.has(path)) return;
    seen.add(path);
    for (const { kind, target } of known.get(path)!.imports) if (kind !== 'type' && target) visit(target);
  };
  visit(start);
  return [...seen];
}

/**
 * One circle of imports that are loaded, as a list of paths that ends where it begins, or undefined. Types may name each
 * other: they are erased, and across folders the order of the house already forbids it.
 */
export function circle(sources: readonly Source[]): string[] | undefined {
  const known = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (path: string): string[] | undefined => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    const source = known.get(path);
    if (!source || done.has(path)) return undefined;
    way.push(path);
    for (const { target, kind } of source.imports) {
      const found = target === undefined || kind === 'type' ? undefined : visit(target);
      if (found) return found;
    }
    way.pop();
    done.add(path);
    return undefined;
  };
  for (const { path } of sources) {
    const found = visit(path);
    if (found) return found;
  }
  return undefined;
}

function each(sources: readonly Source[], isWrong: (source: Source, entry: Import) => boolean): string[] {
  return sources
    .filter(({ isTest }) => !isTest)
    .flatMap((source) =>
      source.imports.filter((entry) => isWrong(source, entry)).map((entry) => at(source, entry)),
    );
}
