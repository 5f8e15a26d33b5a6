import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { input, layers, type Model, model, tensor } from '../../src/index.ts';
import type { Kind } from './kinds.ts';
import * as k from './kinds.ts';
import { byPosition, positional, type Row } from './row.ts';
import { smallModel, twoSamples, twoTargets } from './small-model.ts';

type MethodName = {
  [K in keyof Model]: Model[K] extends (...args: never) => unknown ? K : never;
}[keyof Model];

const folder = mkdtempSync(join(tmpdir(), 'atrous-arguments-'));
process.on('exit', () => rmSync(folder, { recursive: true }));

const own = smallModel();
await own.prepare();
const stop = new Error('enough');
const signal = AbortSignal.abort(stop);

/** What reaches the data is stopped there. */
const stopped =
  (f: (...args: never) => Promise<unknown>) =>
  async (x: unknown, y: unknown, options: unknown): Promise<void> => {
    const isOptions = Object.prototype.toString.call(options) === '[object Object]';
    try {
      await f(...([x, y, isOptions ? { signal, ...(options as object) } : options] as never));
    } catch (error) {
      if (error !== stop) throw error;
    }
  };

const samples: Kind = (value) => value instanceof Float32Array;
const data = { given: { x: twoSamples, y: twoTargets }, kinds: { x: samples, y: samples } };
const orDefault = k.orNull;
const weights: Kind = k.either(samples, k.list(k.atLeast(0), 2, 2));
const classWeight: Kind = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([key, weight]) => /^\d+$/.test(key) && weight >= 0);
const training: Readonly<Record<string, Kind>> = {
  ...data.kinds,
  batchSize: orDefault(k.positive),
  epochs: orDefault(k.positive),
  initialEpoch: orDefault(k.count),
  callbacks: k.list((value) => Object(value) === value && typeof value !== 'function'),
  validationSplit: orDefault(k.rate),
  validationData: k.list(k.anything, 2, 3),
  verbose: (value) => value === 0,
  validationBatchSize: orDefault(k.positive),
  validationFreq: orDefault(k.positive),
  shuffle: orDefault(k.boolean),
  classWeight,
  sampleWeight: weights,
  stepsPerEpoch: k.positive,
  seed: k.count,
  resume: orDefault(k.boolean),
  signal: k.nothing,
};
const trained = { given: data.given, kinds: training };
const plainObject: Kind = (value) => Object.prototype.toString.call(value) === '[object Object]';
const options = k.orNull(plainObject);
/** An output that has none has 1. */
const weightOrNone = k.either((value) => value === undefined || value === null, k.atLeast(0));
/** None, or an empty list for each output. */
const metricsOfOutputs = k.orNull(k.list((value) => Array.isArray(value) && value.length === 0));
const noArguments = (name: string, f: () => unknown): Row => byPosition(name, f, {}, {});
const inputOfOther = input({ shape: [3] });
const other = model({ inputs: inputOfOther, outputs: layers.identity().apply(inputOfOther) });

/** Every method of a model. */
export const modelRows: { readonly [K in MethodName]: Row } = {
  apply: byPosition(
    'sequential',
    (inputs: never) => own.apply(inputs),
    { inputs: plainObject },
    { inputs: input({ shape: [2] }) },
  ),
  applyAll: byPosition(
    'sequential',
    (inputs: never) => own.applyAll(inputs),
    { inputs: plainObject },
    { inputs: input({ shape: [2] }) },
  ),
  clone: positional('clone', (o: never) => own.clone(o), [], {
    given: {},
    kinds: { seed: k.orNull(k.count), engine: options },
  }),
  compile: positional('compile', (o: never) => smallModel().compile(o), [], {
    given: { loss: 'mse' },
    kinds: {
      loss: k.either(k.functionOf, plainObject),
      optimizer: k.orNull(k.nothing),
      metrics: k.either(metricsOfOutputs, plainObject),
      weightedMetrics: k.either(metricsOfOutputs, plainObject),
      lossWeights: k.orNull(k.either(k.atLeast(0), k.list(weightOrNone, 1, 1), plainObject)),
    },
  }),
  costs: noArguments('costs', () => own.costs()),
  dispose: noArguments('dispose', () => smallModel().dispose()),
  evaluate: positional(
    'evaluate',
    stopped((...args) => own.evaluate(...(args as [never]))),
    ['x', 'y'],
    {
      given: data.given,
      kinds: {
        ...data.kinds,
        batchSize: orDefault(k.positive),
        sampleWeight: weights,
        steps: k.positive,
        signal: k.nothing,
      },
    },
  ),
  fit: positional(
    'fit',
    stopped((...args) => own.fit(...(args as [never]))),
    ['x', 'y'],
    {
      given: data.given,
      kinds: { ...training, verbose: (value) => value === 0 || value === 1 },
    },
  ),
  getLayer: byPosition(
    'getLayer',
    (name: never) => own.getLayer(name),
    { name: k.nothing },
    { name: 'dense' },
  ),
  getWeights: noArguments('getWeights', () => own.getWeights()),
  predict: positional(
    'predict',
    stopped((x, _, o) => own.predict(x, o)),
    ['x', 'nothing'],
    {
      given: { x: twoSamples },
      kinds: { x: samples, batchSize: orDefault(k.positive), signal: k.nothing },
    },
  ),
  predictAll: positional(
    'predictAll',
    stopped((x, _, o) => own.predictAll(x, o)),
    ['x', 'nothing'],
    {
      given: { x: twoSamples },
      kinds: { x: samples, batchSize: orDefault(k.positive), signal: k.nothing },
    },
  ),
  predictOnBatch: byPosition(
    'predictOnBatch',
    (x: never) => own.predictOnBatch(x),
    { x: samples },
    { x: twoSamples },
  ),
  predictSync: byPosition('predictSync', (x: never) => own.predictSync(x), { x: samples }, { x: twoSamples }),
  prepare: noArguments('prepare', () => own.prepare()),
  save: positional('save', (path: never, o: never) => own.save(path, o), ['path'], {
    given: { path: join(folder, 'model.keras') },
    kinds: { path: k.nothing, includeOptimizer: orDefault(k.boolean) },
  }),
  setWeights: byPosition(
    'setWeights',
    (values: never) => own.setWeights(values),
    { weights: k.nothing },
    { weights: [tensor([[1], [2]]), tensor([0])] },
  ),
  summary: noArguments('summary', () => own.summary()),
  testOnBatch: positional(
    'testOnBatch',
    (x: never, y: never, o: never) => own.testOnBatch(x, y, o),
    ['x', 'y'],
    {
      given: data.given,
      kinds: { ...data.kinds, sampleWeight: weights },
    },
  ),
  toBytes: positional('toBytes', (format: never, o: never) => own.toBytes(format, o), ['format'], {
    given: {},
    kinds: { format: k.nothing, includeOptimizer: orDefault(k.boolean) },
  }),
  train: positional(
    'train',
    stopped(async (...args) => {
      for await (const event of own.train(...(args as [never]))) if (event.type === 'epochEnd') break;
    }),
    ['x', 'y'],
    trained,
  ),
  trainOnBatch: positional(
    'trainOnBatch',
    (x: never, y: never, o: never) => own.trainOnBatch(x, y, o),
    ['x', 'y'],
    {
      given: data.given,
      kinds: { ...data.kinds, sampleWeight: weights, classWeight },
    },
  ),
  transferWeights: positional(
    'transferWeights',
    (from: never, o: never) => own.transferWeights(from, o),
    ['from'],
    {
      given: { from: other },
      kinds: {
        from: k.nothing,
        layers: (value) => Array.isArray(value) && value.length === 0,
        skipMismatch: orDefault(k.boolean),
      },
    },
  ),
};
