/** Writes docs/losses-and-metrics.md: losses, metrics, optimizers and schedules, from their docstrings. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as losses from '../src/nn/losses/makers.ts';
import type { MetricMaker } from '../src/nn/metrics/define.ts';
import * as metrics from '../src/nn/metrics/makers.ts';
import { camelCase } from '../src/nn/naming.ts';
import { notOffered } from '../src/nn/not-offered.ts';
import * as optimizers from '../src/nn/optimizers/makers.ts';
import { type Documented, documented, type Field } from './documented.ts';

const root = join(import.meta.dirname, '..');
export const trainingPagePath: string = join(root, 'docs/losses-and-metrics.md');

interface Serialized {
  readonly class_name: string;
  readonly config: Readonly<Record<string, unknown>>;
}

const fixture = (name: string): Readonly<Record<string, readonly Record<string, unknown>[]>> =>
  JSON.parse(readFileSync(join(root, 'fixtures', `${name}.json`), 'utf8'));
const configs = (cases: readonly Record<string, unknown>[], key: string): Serialized[] =>
  cases.map((own) => own[key] as Serialized);

/** One of the four tables. */
interface Section {
  readonly title: string;
  readonly namespace: string;
  readonly entry: string;
  /** Classes of Keras by name of the function. */
  classOf(name: string): string;
  /** What real Keras was compared on. */
  readonly compared: readonly Serialized[];
  /** Options that all take, named once. */
  readonly common: readonly string[];
  readonly about: string;
}

const titled = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const madeBy = (makers: object, name: string): string =>
  ((makers as Record<string, () => { className: string }>)[name] as () => { className: string })().className;

const commonOfOptimizers = ['learningRate', 'weightDecay', 'excludeFromWeightDecay', 'clipnorm'].concat(
  ['clipvalue', 'globalClipnorm', 'useEma', 'emaMomentum', 'emaOverwriteFrequency'],
  ['gradientAccumulationSteps'],
);

function sections(): Section[] {
  const { cases, reduced } = fixture('losses');
  return [
    {
      title: 'Losses',
      namespace: 'losses',
      entry: 'src/nn/losses/makers.ts',
      classOf: (name) => madeBy(losses, name),
      compared: configs([...cases!, ...reduced!], 'loss'),
      common: ['reduction'],
      about:
        'Values for each sample, their gradients, and what a batch makes of them with weights, masks and each `reduction`, among them probabilities of 0 and 1 and logits of 100.',
    },
    {
      title: 'Metrics',
      namespace: 'metrics',
      entry: 'src/nn/metrics/makers.ts',
      classOf: (name) => (metrics as unknown as Record<string, MetricMaker>)[name]!.kind.className,
      compared: configs(fixture('metrics').cases!, 'metric'),
      common: ['name'],
      about:
        'Results after one batch and after two, with weights of the samples and without, among them classes that never occur, predictions that are all equal, and NaN. A metric with several results is reported by parts: `precision@0.2` and `precision@0.5` for thresholds, `f1Score@0` for classes.',
    },
    {
      title: 'Optimizers',
      namespace: 'optimizers',
      entry: 'src/nn/optimizers/makers.ts',
      classOf: (name) => madeBy(optimizers, name),
      compared: configs(fixture('optimizers').cases!, 'optimizer'),
      common: commonOfOptimizers,
      about: 'Losses, weights and slots of three steps, and three more from the file that Keras saved.',
    },
    {
      title: 'Schedules',
      namespace: 'schedules',
      entry: 'src/nn/schedules/index.ts',
      classOf: titled,
      compared: configs(fixture('schedules').cases!, 'schedule'),
      common: [],
      about: 'Rates of 28 steps.',
    },
  ];
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** `delta = 1`, or the name in bold where the option must be given. */
function optionOf(owner: Documented, { name, optional, text }: Field): string {
  const own = name.slice('options.'.length);
  if (!optional) return `**${own}**`;
  const [, fallback] = /Default:? ((?:[^.]|\.\d)+)/.exec(text) ?? [];
  if (fallback === undefined) throw new Error(`${owner.name}: say the default of ${own} in its docstring.`);
  return `${own} = ${fallback.split(',')[0]}`;
}

/** A value of a config as it is written in JavaScript; float32 numbers are shown to six digits. */
const literal = (value: unknown): string =>
  JSON.stringify((value as { config?: { value?: unknown } } | null)?.config?.value ?? value, (_, item) =>
    typeof item === 'number' ? Number(item.toPrecision(6)) : item,
  )
    .replaceAll('"', "'")
    .replaceAll(',', ', ');

/** The call of the compared case that gives most options other than the defaults. */
function example(section: Section, { name }: Documented, options: readonly Field[]): string {
  const className = section.classOf(name);
  const calls = section.compared
    .filter((own) => own.class_name === className)
    .map(({ config }) =>
      Object.entries(config).flatMap(([key, value]) => {
        const option = options.find((field) => field.name === `options.${camelCase(key)}`);
        const isCommon = section.common.includes(camelCase(key));
        if (!option || value === null || (isCommon && key !== 'learning_rate')) return [];
        if (typeof value === 'object' && 'class_name' in value && key === 'learning_rate') return [];
        const fallback =
          option.optional && !isCommon ? optionOf({ name } as Documented, option).split(' = ')[1]! : '';
        const shown = literal(value);
        const isDefault =
          fallback === shown || fallback === `\`${String(value)}\`` || fallback === String(value);
        return isDefault || (fallback === 'none' && value === 0) ? [] : [`${camelCase(key)}: ${shown}`];
      }),
    );
  if (name === 'oneCycle') calls.push(['maxLearningRate: 0.1', 'totalSteps: 1000']);
  const most = calls.reduce((a, b) => (b.length > a.length ? b : a), []);
  return `${section.namespace}.${name}(${most.length > 0 ? `{ ${most.slice(0, 5).join(', ')} }` : ''})`;
}

function row(section: Section, own: Documented): string {
  const fields = own.fields.filter(({ name }) => name.startsWith('options.'));
  const named = fields.filter(({ name }) => !section.common.includes(name.slice('options.'.length)));
  const options = named.map((field) => optionOf(own, field)).join(', ');
  const className = section.classOf(own.name);
  const count = section.compared.filter((config) => config.class_name === className).length;
  const keras = count > 0 ? `\`${className}\`` : 'none';
  return `| \`${own.name}\` | ${keras} | ${cell(own.text)} | ${cell(options)} | \`${cell(example(section, own, fields))}\` | ${count} |`;
}

function table(section: Section, all: readonly Documented[]): string {
  const makers = all.filter(({ kind, name }) => kind === 'function' && !/^(get|is)[A-Z]/.test(name));
  const [first] = makers;
  const common = first!.fields.filter(({ name }) => section.common.includes(name.slice('options.'.length)));
  return [
    `## ${section.title}`,
    `Compared with real Keras: ${section.about}`,
    ...(common.length > 0
      ? [`All take:\n\n${common.map(({ name, text }) => `- \`${name.slice(8)}\`: ${text}`).join('\n')}`]
      : []),
    [
      '| name | in Keras | what it is | options | an example | compared |',
      '| --- | --- | --- | --- | --- | --- |',
      ...makers.map((own) => row(section, own)),
    ].join('\n'),
  ].join('\n\n');
}

const refusals = (): string =>
  Object.entries(notOffered)
    .flatMap(([kind, reasons]) =>
      Object.entries(reasons).map(([name, reason]) => `- ${titled(kind)}: \`${name}\`. ${reason}.`),
    )
    .join('\n');

/** The page; what stands before its first table is written by hand. */
export function trainingPage(): string {
  const all = sections();
  const read = documented(all.map(({ entry }) => entry));
  const [head] = readFileSync(trainingPagePath, 'utf8').split(/^## Losses$/m);
  const parts = all.map((section, k) => table(section, read[k]!));
  return `${head!.trimEnd()}\n\n${parts.join('\n\n')}\n\n## Not offered\n\nA name of Keras that is not there gives an error that says why.\n\n${refusals()}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(trainingPagePath, trainingPage());
