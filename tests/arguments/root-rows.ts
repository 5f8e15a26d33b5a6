import * as atrous from '../../src/index.ts';
import type { Kind } from './kinds.ts';
import * as k from './kinds.ts';
import { byPosition, positional, type Row } from './row.ts';
import { smallModel, twoSamples, twoTargets } from './small-model.ts';

type Namespaces =
  | 'activations'
  | 'analysis'
  | 'blocks'
  | 'callbacks'
  | 'constraints'
  | 'initializers'
  | 'layers'
  | 'losses'
  | 'metrics'
  | 'ops'
  | 'optimizers'
  | 'regularizers'
  | 'rules'
  | 'schedules';
/** Errors are made by the library; `Model` has rows of its own. */
type Others = Exclude<Extract<keyof typeof atrous, `${string}Error`>, 'isAtrousError'>;

const { layers } = atrous;
const x = atrous.input({ shape: [2] });
const y = layers.dense({ units: 1 }).apply(x);
const model = smallModel();
const typedArray: Kind = (value) => value instanceof Float32Array;
/** An object of options; which, it says itself. */
const options: Kind = (value) => Object.prototype.toString.call(value) === '[object Object]';
const engine = k.orNull(options);
const noEntries: Kind = (value) => options(value) && Object.keys(value as object).length === 0;
const common = { name: k.text, seed: k.orNull(k.count), engine };
const pictures = atrous.tensorDataset(atrous.tensor(new Float32Array(32), [2, 4, 4, 1]));
const flip = layers.randomFlip();
const numbers: Kind = (value) =>
  typeof value === 'number' ||
  typedArray(value) ||
  (Array.isArray(value) &&
    value.every((item) => typeof item === 'number' || (Array.isArray(item) && item.length === 0)));

/** Every function and class of the package that is in no namespace. */
export const rootRows: { readonly [K in Exclude<keyof typeof atrous, Namespaces | Others>]: Row } = {
  Model: positional(
    'model',
    (network: never, options: never) => new atrous.Model(network, options),
    ['network'],
    {
      given: { network: model.network },
      kinds: { network: k.nothing, seed: k.orNull(k.count), engine },
    },
  ),
  Tensor: byPosition(
    'Tensor',
    (data: never, shape: never) => new atrous.Tensor(data, shape),
    { data: typedArray, shape: k.list(k.count, 1) },
    { data: new Float32Array(2), shape: [2] },
  ),
  TensorDataset: byPosition(
    'TensorDataset',
    (size: never, inputs: never, targets: never, weights: never) =>
      new atrous.TensorDataset(size, inputs, targets, weights),
    {
      size: k.count,
      inputs: (value) => Array.isArray(value) && value.length === 0,
      targets: (value) => Array.isArray(value) && value.length === 0,
      sampleWeights: typedArray,
    },
    { size: 2, inputs: [], targets: [], sampleWeights: new Float32Array(2) },
  ),
  augment: positional('augment', atrous.augment, ['dataset', 'layers'], {
    given: { dataset: pictures, layers: [flip] },
    kinds: {
      dataset: k.nothing,
      layers: (value) => Array.isArray(value) && value.length === 0,
      seed: k.orNull(k.count),
      input: (value) => value === 0,
    },
  }),
  configure: positional('configure', atrous.configure, [], {
    given: {},
    kinds: {
      threads: k.between(1, 64),
      oversubscribe: k.boolean,
      revectorize: k.boolean,
      sharedMemory: k.boolean,
      workerUrl: k.text,
    },
  }),
  defineLayer: positional('defineLayer', atrous.defineLayer, [], {
    given: { className: 'Own', call: () => x },
    kinds: {
      className: k.nothing,
      options: noEntries,
      inputs: k.oneOf('one'),
      inputRank: k.nothing,
      keras: options,
      check: k.functionOf,
      weights: k.functionOf,
      call: k.functionOf,
    },
  }),
  generatorDataset: positional('generatorDataset', atrous.generatorDataset, [], {
    given: { inputs: [{ dtype: 'f32', shape: [2] }], batchSize: 2, generate: () => [] },
    kinds: {
      inputs: k.nothing,
      targets: (value) => Array.isArray(value) && value.length === 0,
      weighted: k.boolean,
      batchSize: k.positive,
      batchesPerEpoch: k.positive,
      generate: k.functionOf,
    },
  }),
  grad: byPosition('grad', atrous.grad, { f: k.functionOf }, { f: () => 0 }),
  input: positional('layer', atrous.input, [], {
    given: { shape: [2], name: 'x' },
    kinds: { shape: k.shape, name: k.text, dtype: k.oneOf('float32') },
  }),
  isAtrousError: byPosition('', atrous.isAtrousError, { error: k.anything }, {}),
  lambda: positional('lambda', atrous.lambda, ['f'], {
    given: { f: (own: unknown) => own },
    kinds: {
      f: k.functionOf,
      name: k.text,
      trainable: k.boolean,
      inputShape: k.shape,
      activityRegularizer: k.regularizer,
    },
  }),
  learningRateFinder: positional(
    'learningRateFinder',
    async (own: atrous.Model, ...rest: readonly unknown[]) => {
      const options = rest[2] as object;
      const stop = new Error('enough');
      const stopped = { signal: AbortSignal.abort(stop), ...options };
      try {
        await atrous.learningRateFinder(
          own,
          rest[0] as never,
          rest[1] as never,
          Array.isArray(options) || Object(options) !== options || typeof options === 'function'
            ? (options as never)
            : stopped,
        );
      } catch (error) {
        if (error !== stop) throw error;
      }
    },
    ['model', 'x', 'y'],
    {
      given: { model, x: twoSamples, y: twoTargets },
      kinds: {
        model: k.nothing,
        x: typedArray,
        y: typedArray,
        min: k.above(0),
        max: k.above(0),
        steps: k.orNull((value) => k.positive(value) && k.between(10, 1_000_000)(value)),
        batchSize: k.orNull(k.positive),
        smoothing: k.rate,
        divergeFactor: k.above(1),
        seed: k.orNull(k.count),
        signal: k.nothing,
        onStep: k.functionOf,
      },
    },
  ),
  loadModel: positional('loadModel', atrous.loadModel, ['from'], {
    given: { from: await model.toBytes() },
    kinds: { from: k.text, engine, signal: k.nothing },
  }),
  model: positional('model', atrous.model, [], {
    given: { inputs: x, outputs: y },
    kinds: { inputs: k.nothing, outputs: k.nothing, ...common },
  }),
  registerCustomObjects: positional('registerCustomObjects', atrous.registerCustomObjects, [], {
    given: {},
    kinds: {
      activations: noEntries,
      constraints: noEntries,
      initializers: noEntries,
      losses: noEntries,
      metrics: noEntries,
      optimizers: noEntries,
      regularizers: noEntries,
    },
  }),
  runtimeInfo: byPosition('runtimeInfo', atrous.runtimeInfo, {}, {}),
  samples: byPosition('samples', atrous.samples, { x: k.nothing }, { x: twoSamples }),
  sequential: positional(
    'sequential',
    (own: never, options: never) => atrous.sequential(own, options),
    ['layers'],
    {
      given: { layers: [layers.identity()], inputShape: [2] },
      kinds: { layers: k.nothing, inputShape: k.shape, ...common },
    },
  ),
  tensor: byPosition(
    'tensor',
    atrous.tensor,
    { values: numbers, shape: k.orNull(k.list(k.count, 1)), dtype: k.nothing },
    { values: [1, 2] },
  ),
  tensorDataset: positional('tensorDataset', atrous.tensorDataset, ['x', 'y'], {
    given: { x: twoSamples, y: twoTargets },
    kinds: { x: typedArray, y: typedArray, sampleWeight: k.either(typedArray, k.list(k.atLeast(0), 2, 2)) },
  }),
  validationSplit: byPosition(
    'validationSplit',
    atrous.validationSplit,
    { dataset: k.nothing, fraction: (value) => value === 0.5 },
    { dataset: atrous.tensorDataset(twoSamples, twoTargets), fraction: 0.5 },
  ),
  valueAndGrad: byPosition('valueAndGrad', atrous.valueAndGrad, { f: k.functionOf }, { f: () => 0 }),
};
