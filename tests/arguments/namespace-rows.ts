import {
  activations,
  analysis,
  blocks,
  callbacks,
  initializers,
  input,
  losses,
  metrics,
  optimizers,
  rules,
} from '../../src/index.ts';
import * as k from './kinds.ts';
import { byPosition, positional, type Row } from './row.ts';
import { smallModel } from './small-model.ts';

const image = input({ shape: [4, 4, 2] });
const name = { name: k.text };
const filters = { filters: k.positive };

/** Every block. */
export const blockRows: { readonly [K in keyof typeof blocks]: Row } = {
  aspp: positional('blocks.aspp', blocks.aspp, ['x'], {
    given: { x: image, filters: 2 },
    kinds: {
      x: k.nothing,
      ...name,
      ...filters,
      rates: k.list(k.positive, 1),
      pooled: k.boolean,
      activation: k.activation,
    },
  }),
  gatedResidual: positional('blocks.gatedResidual', blocks.gatedResidual, ['x'], {
    given: { x: image, filters: 2 },
    kinds: {
      x: k.nothing,
      ...name,
      ...filters,
      skipFilters: k.orNull(k.positive),
      kernelSize: k.extents(2),
      dilationRate: k.extents(2),
    },
  }),
  invertedResidual: positional('blocks.invertedResidual', blocks.invertedResidual, ['x'], {
    given: { x: image, filters: 2 },
    kinds: {
      x: k.nothing,
      ...name,
      ...filters,
      expansion: k.positive,
      kernelSize: k.extents(2),
      strides: k.extents(2),
      dilationRate: k.extents(2),
      activation: k.activation,
      squeeze: k.boolean,
    },
  }),
  squeezeExcite: positional('blocks.squeezeExcite', blocks.squeezeExcite, ['x'], {
    given: { x: image },
    kinds: {
      x: k.nothing,
      ...name,
      units: k.orNull(k.positive),
      activation: k.activation,
      gate: k.activation,
    },
  }),
};

const model = smallModel();
const ofModel = (call: string, f: (model: never) => unknown): Row =>
  byPosition(call, f, { model: k.nothing }, { model });

/** Numbers, whichever: whether they count something, the others tell. */
const numbers: k.Kind = (value) =>
  value instanceof Float32Array || k.list((own) => typeof own === 'number')(value);

/** Every analysis. */
export const analysisRows: { readonly [K in keyof typeof analysis]: Row } = {
  confusionMatrix: positional(
    'analysis.confusionMatrix',
    analysis.confusionMatrix,
    ['labels', 'predictions'],
    {
      given: { labels: [1, 0], predictions: [1, 1] },
      kinds: { labels: numbers, predictions: numbers, classes: k.positive, sampleWeight: numbers },
    },
  ),
  cost: ofModel('analysis.cost', analysis.cost),
  dilationChains: ofModel('analysis.dilationChains', analysis.dilationChains),
  gridding: byPosition(
    'analysis.gridding',
    analysis.gridding,
    {
      dilations: k.list(k.either(k.positive, k.list(k.positive, 1, 3)), 1),
      kernel: k.either(k.positive, k.list(k.positive, 1, 3)),
    },
    { dilations: [1, 2], kernel: 3 },
  ),
  receptiveField: ofModel('analysis.receptiveField', analysis.receptiveField),
};

/** Functions that find something by its name. */
export const lookupRows: Readonly<Record<string, Row>> = {
  'activations.getActivation': byPosition(
    'activation',
    (value: never) => activations.getActivation(value, 'activation'),
    { activation: k.activation },
    { activation: 'relu' },
  ),
  'initializers.getInitializer': byPosition(
    'kernel',
    (value: never) => initializers.getInitializer(value, 'kernel'),
    { kernel: k.initializer },
    { kernel: 'zeros' },
  ),
  'losses.getLoss': byPosition('loss', losses.getLoss, { loss: k.functionOf }, { loss: 'mse' }),
  'metrics.getMetric': byPosition(
    'metrics',
    (value: never) => metrics.getMetric(value, [1], [1]),
    { metrics: k.functionOf },
    { metrics: 'mse' },
  ),
  'optimizers.getOptimizer': byPosition(
    'optimizer',
    optimizers.getOptimizer,
    { optimizer: k.nothing },
    { optimizer: 'sgd' },
  ),
};

/** Callbacks that take no options. */
export const otherCallbackRows: Readonly<Record<string, Row>> = {
  History: positional('callbacks.History', (options?: object) => new callbacks.History(options), [], {
    given: {},
    kinds: {},
  }),
  learningRateScheduler: byPosition(
    'callbacks.learningRateScheduler',
    callbacks.learningRateScheduler,
    { schedule: k.functionOf },
    { schedule: () => 0.1 },
  ),
  terminateOnNaN: byPosition(
    'callbacks.terminateOnNaN',
    callbacks.terminateOnNaN,
    { onInvalidLoss: k.functionOf },
    {},
  ),
};

const range = { min: k.number, max: k.number, above: k.number, below: k.number };

/** Rules of options, for layers of one's own. */
export const ruleRows: Readonly<Record<string, Row>> = {
  choice: byPosition('rules.choice', rules.choice, { choices: k.list(k.text, 1) }, { choices: ['a'] }),
  extents: byPosition('rules.extents', rules.extents, { rank: k.between(1, 3) }, { rank: 2 }),
  integer: byPosition('rules.integer', rules.integer, { low: k.number, high: k.number }, { low: 0, high: 3 }),
  nullable: byPosition('rules.nullable', rules.nullable, { rule: k.nothing }, { rule: rules.positive }),
  number: positional('rules.number', rules.number, [], { given: {}, kinds: range }),
  optional: byPosition(
    'rules.optional',
    rules.optional as (...args: never) => unknown,
    { rule: k.nothing, fallback: k.anything },
    { rule: rules.positive, fallback: 3 },
  ),
};
