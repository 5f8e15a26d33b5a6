import { ops, tensor } from '../../src/index.ts';
import { signatures } from '../../src/tensor/signatures.ts';
import type { Kind } from './kinds.ts';
import * as k from './kinds.ts';
import { positional, type Row } from './row.ts';

/** A tensor whose values count up by hundredths. */
const values = (...shape: readonly number[]) =>
  tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => (at % 90) / 100),
    shape,
  );

interface OpRow {
  /** The operands and what else must be given. Default x of shape [4]. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** What other arguments and options take, those that are tensors aside. */
  readonly kinds?: Readonly<Record<string, Kind>>;
}

const orDefault = k.orNull;
const extent = (rank: number): Kind => orDefault(k.extents(rank));
const whole: Kind = (value) => Number.isSafeInteger(value);
const pairs = k.list(k.list(k.count, 2, 2), 1);
const padding: Kind = orDefault(k.either(k.oneOf('same', 'valid', 'causal'), pairs));
const windows = { strides: extent(1), dilation: extent(1), padding };
const image = { x: values(4, 2) };
const axesOf = { kinds: { axes: orDefault(k.list(whole)) }, given: { x: values(3, 2) } };
const epsilon = orDefault(k.above(0));
const two = { a: values(3), b: values(3) };
const labels = { labels: tensor(Int32Array.of(0, 1), [2]), probabilities: values(2, 3) };
const seeds = { rate: k.rate, stream: k.count };
const anyNumber: Kind = (value) => typeof value === 'number';
const number = orDefault(k.number);
const pool = { given: image, kinds: { poolSize: extent(1), strides: extent(1), padding } };
const numeric = { given: two, kinds: { a: anyNumber, b: anyNumber } };
const shape: Kind = k.list(k.count);

/** Operations that take more than one tensor. */
const rows: { readonly [K in keyof typeof ops]?: OpRow } = {
  adaptiveAveragePool: { given: { ...image, outputSize: 2 }, kinds: { outputSize: k.extents(1) } },
  adaptiveMaxPool: { given: { ...image, outputSize: 2 }, kinds: { outputSize: k.extents(1) } },
  add: numeric,
  anyDiffers: { kinds: { value: orDefault(anyNumber) } },
  averagePool: pool,
  batchNormalization: {
    given: { x: values(3, 2), shift: values(2), inverseBatch: tensor([1], []) },
    kinds: { epsilon },
  },
  biasAdd: { given: { x: values(3, 2), bias: values(2) } },
  binaryCrossEntropy: { given: { targets: values(3), probabilities: values(3) } },
  binaryCrossEntropyFromLogits: { given: { targets: values(3), logits: values(3) } },
  broadcastTo: { given: { x: values(2), shape: [3, 2] }, kinds: { shape } },
  celu: { kinds: { alpha: orDefault(k.above(0)) } },
  concatenate: { given: { tensors: [values(2), values(3)] }, kinds: { axis: orDefault(whole) } },
  convolution: {
    given: { ...image, kernel: values(2, 2, 3) },
    kinds: { ...windows, groups: orDefault(k.positive) },
  },
  convolutionTranspose: {
    given: { ...image, kernel: values(2, 3, 2) },
    kinds: { ...windows, outputPadding: orDefault(k.either(k.count, k.list(k.count, 1, 1))) },
  },
  crop: { given: { x: values(4), cropping: [[1, 1]] }, kinds: { cropping: pairs } },
  crossEntropy: { given: { targets: values(3), probabilities: values(3) } },
  crossEntropyFromLogits: { given: { targets: values(3), logits: values(3) } },
  dense: { given: { x: values(2), kernel: values(2, 3) } },
  depthwiseConvolution: { given: { ...image, kernel: values(2, 2, 1) }, kinds: windows },
  divide: numeric,
  dot: { given: two, kinds: { axes: orDefault(k.list(whole, 2, 2)) } },
  dropout: {
    given: { x: values(4), rate: 0.5, stream: 1 },
    kinds: { ...seeds, noiseShape: orDefault(k.list(k.positive)) },
  },
  elu: { kinds: { alpha: number } },
  embedding: { given: { indices: tensor(Int32Array.of(0, 1), [2]), table: values(3, 2) } },
  equal: numeric,
  gaussianDropout: { given: { x: values(4), rate: 0.5, stream: 1 }, kinds: seeds },
  gaussianNoise: {
    given: { x: values(4), stddev: 0.5, stream: 1 },
    kinds: { stddev: k.atLeast(0), stream: k.count },
  },
  gelu: { kinds: { approximate: orDefault(k.boolean) } },
  globalAveragePool: { given: image },
  globalMaxPool: { given: image },
  greater: numeric,
  groupNormalization: { given: { x: values(3, 2), groups: 2 }, kinds: { groups: k.positive, epsilon } },
  hardShrink: { kinds: { threshold: orDefault(k.atLeast(0)) } },
  layerNormalization: { ...axesOf, kinds: { ...axesOf.kinds, epsilon } },
  leakyRelu: { kinds: { slope: number } },
  maxPool: pool,
  maximum: numeric,
  meanSquaredError: { given: { targets: values(3), predictions: values(3) } },
  minimum: numeric,
  multiply: numeric,
  normalizeWith: { given: { x: values(3, 2), mean: values(2), variance: values(2) }, kinds: { epsilon } },
  pad: { given: { x: values(3), padding: [[1, 1]] }, kinds: { padding: pairs, value: anyNumber } },
  permute: { given: { x: values(3, 2), order: [1, 0] }, kinds: { order: k.list(k.count) } },
  rectify: {
    kinds: {
      negativeSlope: orDefault(k.atLeast(0)),
      maxValue: orDefault(k.atLeast(0)),
      threshold: orDefault(k.atLeast(0)),
    },
  },
  reduceMax: axesOf,
  reduceMean: axesOf,
  reduceSum: axesOf,
  rescale: { kinds: { scale: number, offset: number } },
  reshape: { given: { x: values(3, 2), shape: [2, -1] }, kinds: { shape: k.list(whole) } },
  rmsNormalization: { ...axesOf, kinds: { ...axesOf.kinds, epsilon } },
  softShrink: { kinds: { threshold: orDefault(k.atLeast(0)) } },
  sparseCrossEntropy: { given: labels },
  sparseCrossEntropyFromLogits: { given: { labels: labels.labels, logits: labels.probabilities } },
  spatialDropout: { given: { x: values(4, 2), rate: 0.5, stream: 1 }, kinds: seeds },
  squareplus: { kinds: { b: orDefault(k.atLeast(0)) } },
  subtract: numeric,
  take: {
    given: { x: values(3, 2), indices: tensor(Int32Array.of(0, 1), [2]) },
    kinds: { axis: orDefault(whole) },
  },
  threshold: {
    given: { x: values(4), threshold: 1, value: 0 },
    kinds: { threshold: k.number, value: k.number },
  },
  unitNormalization: axesOf,
  upsample: { given: { ...image, size: 2 }, kinds: { size: k.extents(1) } },
  upsampleLinear: { given: { ...image, size: 2 }, kinds: { size: k.extents(1) } },
};

/** Every operation. */
export const opsRows: Readonly<Record<string, Row>> = Object.fromEntries(
  Object.entries(signatures).map(([name, signature]) => {
    const {
      operands,
      others = [],
      options = {},
    } = signature as {
      readonly operands: readonly string[];
      readonly others?: readonly string[];
      readonly options?: Readonly<Record<string, 'tensor' | 'tensor?' | 'value'>>;
    };
    const { given = { x: values(4) }, kinds = {} } = (rows as Readonly<Record<string, OpRow>>)[name] ?? {};
    const tensors = Object.keys(options).filter((option) => options[option] !== 'value');
    const nothing = Object.fromEntries([...operands, ...others, ...tensors].map((own) => [own, k.nothing]));
    const all = ops as unknown as Readonly<Record<string, (...args: never) => unknown>>;
    const positions = [...operands, ...others];
    const row = positional(`ops.${name}`, all[name]!, positions, { given, kinds: { ...nothing, ...kinds } });
    return [name, Object.keys(options).length > 0 ? row : { ...row, withOptions: undefined }];
  }),
);
