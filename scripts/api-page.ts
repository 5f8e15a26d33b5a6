/** Writes docs/api.md: every public export, from its types and docstrings. `node scripts/api-page.ts` */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Documented, documented } from './documented.ts';

export const apiPagePath: string = join(import.meta.dirname, '../docs/api.md');

/** The entries of the package by the name that programs import them by. */
const entries: Readonly<Record<string, string>> = {
  atrous: 'src/index.ts',
  'atrous/datasets': 'src/datasets.ts',
  'atrous/zoo': 'src/zoo.ts',
  'atrous/report': 'src/report.ts',
};

/** A part of the page: the exports of an entry or of a namespace. */
export interface Section {
  readonly title: string;
  readonly members: readonly Documented[];
}

/** What the package exports, namespaces as sections of their own. */
export function apiSections(): Section[] {
  const read = documented(Object.values(entries));
  return Object.keys(entries).flatMap((title, k) => {
    const isNamespace = ({ kind }: Documented): boolean => kind === 'namespace';
    const own = { title, members: read[k]!.filter((member) => !isNamespace(member)) };
    return [own, ...read[k]!.filter(isNamespace).map(({ name, members }) => ({ title: name, members }))];
  });
}

/**
 * Namespaces of functions that make something from options. Each throws InvalidArgumentError for a value that an option
 * does not take and UnknownOptionError for a name that it does not have: the page says so once, and `tests/arguments`
 * calls them with wrong arguments.
 */
const makers: readonly string[] = [
  'activations',
  'callbacks',
  'constraints',
  'initializers',
  'layers',
  'losses',
  'metrics',
  'optimizers',
  'regularizers',
  'rules',
  'schedules',
  'atrous/zoo',
];

/** Sentences about what a section lacks: docstrings, defaults, errors. */
export function missing({ title, members }: Section): string[] {
  return members.flatMap((own) => {
    const name = `${title}.${own.name}`;
    return own.kind === 'class'
      ? [...lacking(name, own, true), ...methodsOf(own).flatMap((m) => lacking(`${name}.${m.name}`, m, true))]
      : lacking(name, own, makers.includes(title));
  });
}

const methodsOf = ({ members }: Documented): Documented[] =>
  members.filter(({ kind }) => kind === 'function');

/** Options of weights, which `WeightOptions` tells of. */
const ofWeight = /^options\.\w+(Initializer|Regularizer|Constraint)$/;

function lacking(name: string, own: Documented, isContract: boolean): string[] {
  const { kind, text, fields, errors } = own;
  if (kind === 'type' || kind === 'namespace') return [];
  const problems: string[] = [];
  if (text === '') problems.push(`${name} has no docstring`);
  for (const field of fields) {
    if (!field.optional || field.name === 'options' || (field.text === '' && ofWeight.test(field.name)))
      continue;
    if (!/\bdefault/i.test(field.text) && !/\bdefault/i.test(text))
      problems.push(`${name}: ${field.name} says no default`);
  }
  const tells = errors !== '' || /\bthrows?\b/i.test(text);
  if (kind === 'function' && fields.length > 0 && !isContract && !tells)
    problems.push(`${name} does not say what it throws`);
  return problems;
}

/** Up to the end of the first sentence. */
const firstSentence = (text: string): string => /^.*?[.:](?= [A-Z`]|$)/.exec(text)?.[0] ?? text;

/** Beyond it a type says less than the names of its parts. */
const longest = 240;

function line({ name, kind, signatures, text }: Documented): string {
  const isLong = signatures.some((own) => own.length > longest);
  const code = isLong && kind !== 'function' ? [name] : signatures;
  const shown = code.map((own) => `\`${own.replaceAll(/\s+/g, ' ')}\``).join(', ');
  const head = kind === 'type' && !isLong ? `\`${name}\`: ${shown}` : shown;
  return text === '' ? `- ${head}` : `- ${head}. ${firstSentence(text)}`;
}

function part({ title, members }: Section): string {
  const of = (...kinds: readonly Documented['kind'][]): string[] =>
    members.filter(({ kind }) => kinds.includes(kind)).map(line);
  const types = of('type');
  const classes = members
    .filter(({ kind }) => kind === 'class')
    .map((own) => [line(own), ...own.members.map((member) => `  ${line(member)}`)].join('\n'));
  return [
    `## ${title}`,
    ...[of('function', 'value'), classes]
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n')),
    ...(types.length > 0 ? [`Types:\n\n${types.join('\n')}`] : []),
  ].join('\n\n');
}

/** The page; what stands before its first section is written by hand. */
export function apiPage(sections: readonly Section[] = apiSections()): string {
  const [head] = readFileSync(apiPagePath, 'utf8').split(/^## atrous$/m);
  return `${head!.trimEnd()}\n\n${sections.map(part).join('\n\n')}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(apiPagePath, apiPage());
