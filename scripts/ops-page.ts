/** Writes docs/ops.md: every operation, from its docstring. `node scripts/ops-page.ts` */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { grad, ops, samples, Tensor, tensor, valueAndGrad } from '../src/index.ts';
import { type Documented, documented, type Field } from './documented.ts';

export const pagePath: string = join(import.meta.dirname, '../docs/ops.md');

/** Where each file of operations stands in the page. */
const sections: Readonly<Record<string, readonly string[]>> = {
  Arithmetic: ['arithmetic', 'activations'],
  Activations: ['exponential-units', 'soft-activations', 'softmax', 'sparsemax', 'thresholds', 'glu'],
  'Sums and shapes': ['reduce', 'dot', 'dense', 'embedding', 'take', 'any-differs'].concat(
    ['bias-add', 'broadcast-to', 'concatenate', 'crop', 'pad', 'permute', 'reshape'],
    ['upsample', 'upsample-linear'],
  ),
  'Convolution and pooling': ['convolution', 'convolution-transpose', 'depthwise-convolution'].concat([
    'pooling',
    'adaptive-pool',
  ]),
  Normalisation: ['batch-normalization', 'sample-normalization'],
  'Random numbers': ['dropout', 'random-noise'],
  Losses: ['cross-entropy', 'mean-squared-error'],
};

const fileOf = ({ file }: Documented): string => /([\w-]+)\.ts$/.exec(file)![1]!;

/** The operations as their docstrings tell of them. */
export function operations(): Documented[] {
  return documented(['src/ops/index.ts'])[0]!.filter(({ kind }) => kind === 'function');
}

/** Numbers to four digits, in nested arrays as they are written in JavaScript. */
export function shown(value: unknown): string {
  if (value instanceof Tensor) return shown(value.toArray());
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  return Object.is(value, -0) ? '0' : String(Number((value as number).toPrecision(4)));
}

/** What an example gives, and what it says that it gives: the comment behind its last statement. */
export function outputsOf(example: string): { readonly stated: string; readonly found: string } {
  const [, before, last, stated = ''] = /^([\s\S]*?)([^\n]*); \/\/ ([^\n]*)$/.exec(example) ?? [];
  if (last === undefined) throw new Error(`An example ends with "...; // output". This one: ${example}`);
  const names = { grad, ops, samples, tensor, valueAndGrad };
  const body = new Function(...Object.keys(names), `${before}return ${last};`);
  return { stated, found: shown(body(...Object.values(names))) };
}

const bullet = ({ name, optional, text }: Field): string[] =>
  text === '' ? [] : [`- \`${name}\`${optional && !/default/i.test(text) ? ' (optional)' : ''}: ${text}`];

function entry({ name, text, fields, returns, errors, example }: Documented): string {
  const own = fields.filter((field) => !field.name.includes('.'));
  const call = own.map((field) => `${field.name}${field.optional ? '?' : ''}`).join(', ');
  const notes = [
    ...fields.flatMap(bullet),
    ...(returns ? [`- gives: ${returns}`] : []),
    ...(errors ? [`- throws: ${errors.replaceAll(/\{(\w+)\}/g, '`$1`').replaceAll(/\s+/g, ' ')}`] : []),
  ];
  return [
    `### ${name}`,
    `\`ops.${name}(${call})\`: ${text}`,
    ...(notes.length > 0 ? [notes.join('\n')] : []),
    `\`\`\`ts\n${example}\n\`\`\``,
  ].join('\n\n');
}

/** The page; what stands before its first section is written by hand. */
export function opsPage(): string {
  const all = operations();
  const unplaced = new Set(all.map(fileOf));
  const parts = Object.entries(sections).map(([title, files]) => {
    const own = files.flatMap((file) => all.filter((operation) => fileOf(operation) === file));
    for (const file of files) unplaced.delete(file);
    return [`## ${title}`, ...own.map(entry)].join('\n\n');
  });
  if (unplaced.size > 0) throw new Error(`Name a section for ${[...unplaced].join(', ')}.`);
  const [head] = readFileSync(pagePath, 'utf8').split(/^## Arithmetic$/m);
  return `${head!.trimEnd()}\n\n${parts.join('\n\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(pagePath, opsPage());
