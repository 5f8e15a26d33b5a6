import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A folder whose `index.ts` follows from its files: every export that is not marked `@internal`. */
interface IndexedFolder {
  readonly folder: string;
  /** Files that help the others and export nothing to the outside. */
  readonly helpers: readonly string[];
  /** Lines for what is told of helpers after all. */
  readonly also: readonly string[];
}

export const indexedFolders: readonly IndexedFolder[] = [
  {
    folder: 'src/ops',
    helpers: [
      'elementwise',
      'logits',
      'near-zero',
      'normal-quantile',
      'op-name',
      'power',
      'sum-of-squares',
      'window',
    ],
    also: [],
  },
  {
    folder: 'src/nn/layers',
    helpers: [
      'border-rule',
      'check-inputs',
      'common-rules',
      'convolution-options',
      'data-format',
      'layer',
      'layer-kind',
      'merge-masks',
      'symbolic-tensor',
      'weight',
      'weight-options',
    ],
    also: ["export type { Layer, LayerOptions, Shape } from './layer.ts';"],
  },
];

const root = join(import.meta.dirname, '..');

/** What a file exports, types marked as such; what a comment before it marks as `@internal` is left out. */
export function exportsOf(source: string): string[] {
  const declaration =
    /(\/\*\*(?:[^*]|\*(?!\/))*\*\/\s*)?^export (function|const|class|interface|type) (\w+)/gm;
  return [...source.matchAll(declaration)]
    .filter(([, comment]) => !comment?.includes('@internal'))
    .map(([, , kind, name]) => (kind === 'interface' || kind === 'type' ? `type ${name}` : name!));
}

/** The text of the index of a folder. */
export function indexOf({ folder, helpers, also }: IndexedFolder): string {
  const files = readdirSync(join(root, folder)).filter(
    (file) =>
      file.endsWith('.ts') &&
      file !== 'index.ts' &&
      !/\.test(-support)?\.ts$/.test(file) &&
      !helpers.includes(file.replace(/\.ts$/, '')),
  );
  const lines = files.sort().flatMap((file) => {
    const names = exportsOf(readFileSync(join(root, folder, file), 'utf8'));
    return names.length > 0 ? [`export { ${names.join(', ')} } from './${file}';`] : [];
  });
  return `${[...lines, ...also].join('\n')}\n`;
}

/** What an index says, without what a formatter decides: order and spaces. */
export const statementsOf = (index: string): string[] =>
  index
    .split(';')
    .flatMap((statement) => {
      const [, names = '', file = ''] = /\{([^}]*)\} from '(.*)'/s.exec(statement) ?? [];
      const isType = /export type \{/.test(statement) ? 'type ' : '';
      return names
        .split(',')
        .map((name) => `${isType}${name.trim()}`)
        .filter((name) => name !== isType.trim() && name !== '')
        .map((name) => `${name} from ${file}`);
    })
    .sort();

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const indexed of indexedFolders) {
    const path = join(root, indexed.folder, 'index.ts');
    const text = indexOf(indexed);
    if (statementsOf(text).join() !== statementsOf(readFileSync(path, 'utf8')).join())
      writeFileSync(path, text);
  }
}
