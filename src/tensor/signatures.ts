import type { Node } from '../graph/node.ts';
import type * as traceable from '../ops/index.ts';

type Traceable = typeof traceable;
type OptionsOf<F> = F extends (...args: infer A) => unknown
  ? Exclude<NonNullable<A[number]>, Node | readonly unknown[] | number>
  : never;
type Options<O> = {
  readonly [K in keyof O]-?: O[K] extends Node
    ? 'tensor'
    : NonNullable<O[K]> extends Node
      ? 'tensor?'
      : 'value';
};

/** The arguments of an operation by their names: values of a graph, others behind them, and options at the end. */
export interface Signature<F = never> {
  readonly operands: readonly string[];
  /** Plain numbers may stand for operands. Default false. */
  readonly numbers?: boolean;
  readonly others?: readonly string[];
  readonly options?: Options<OptionsOf<F>>;
}
type Required<F> = [OptionsOf<F>] extends [never]
  ? Omit<Signature, 'options'>
  : Signature<F> & { readonly options: unknown };

const x = { operands: ['x'] } as const;
const numeric = { operands: ['a', 'b'], numbers: true } as const;
const targets = (...names: readonly string[]): Signature => ({ operands: names });
const affine = { gamma: 'tensor?', beta: 'tensor?', epsilon: 'value' } as const;
const window = { strides: 'value', dilation: 'value', padding: 'value' } as const;
const pool = { ...x, options: { poolSize: 'value', strides: 'value', padding: 'value' } } as const;
const axes = { ...x, options: { axes: 'value' } } as const;
const alpha = { ...x, options: { alpha: 'value' } } as const;
const outputSize = { ...x, options: { outputSize: 'value' } } as const;
const shrunk = { ...x, options: { threshold: 'value' } } as const;
const drawn = { ...x, options: { rate: 'value', stream: 'value' } } as const;
const size = { ...x, options: { size: 'value' } } as const;

/** Every operation. */
export const signatures: { readonly [K in keyof Traceable]: Required<Traceable[K]> } = {
  abs: x,
  adaptiveAveragePool: outputSize,
  adaptiveMaxPool: outputSize,
  add: numeric,
  anyDiffers: { ...x, options: { value: 'value' } },
  argMax: x,
  averagePool: pool,
  batchNormalization: {
    ...x,
    options: { ...affine, shift: 'tensor', inverseBatch: 'tensor', mask: 'tensor?' },
  },
  biasAdd: { operands: ['x', 'bias'] },
  binaryCrossEntropy: targets('targets', 'probabilities'),
  binaryCrossEntropyFromLogits: targets('targets', 'logits'),
  broadcastTo: { ...x, others: ['shape'] },
  celu: alpha,
  concatenate: { operands: [], others: ['tensors'], options: { axis: 'value' } },
  convolution: { operands: ['x', 'kernel'], options: { ...window, groups: 'value' } },
  convolutionTranspose: { operands: ['x', 'kernel'], options: { ...window, outputPadding: 'value' } },
  crop: { ...x, options: { cropping: 'value' } },
  crossEntropy: targets('targets', 'probabilities'),
  crossEntropyFromLogits: targets('targets', 'logits'),
  dense: { operands: ['x', 'kernel'] },
  depthwiseConvolution: { operands: ['x', 'kernel'], options: window },
  divide: numeric,
  dot: { operands: ['a', 'b'], options: { axes: 'value' } },
  dropout: { ...x, options: { rate: 'value', stream: 'value', noiseShape: 'value' } },
  elu: alpha,
  embedding: { operands: ['indices', 'table'] },
  equal: numeric,
  exp: x,
  gaussianDropout: drawn,
  gaussianNoise: { ...x, options: { stddev: 'value', stream: 'value' } },
  gelu: { ...x, options: { approximate: 'value' } },
  globalAveragePool: x,
  globalMaxPool: x,
  glu: x,
  greater: numeric,
  groupNormalization: { ...x, options: { ...affine, groups: 'value' } },
  hardShrink: shrunk,
  hardSigmoid: x,
  hardSwish: x,
  hardTanh: x,
  layerNormalization: { ...x, options: { ...affine, axes: 'value' } },
  leakyRelu: { ...x, options: { slope: 'value' } },
  log: x,
  logSigmoid: x,
  logSoftmax: x,
  maxPool: pool,
  maximum: numeric,
  meanSquaredError: targets('targets', 'predictions'),
  minimum: numeric,
  mish: x,
  multiply: numeric,
  negate: x,
  normalizeWith: { ...x, options: { ...affine, mean: 'tensor', variance: 'tensor' } },
  pad: { ...x, options: { padding: 'value', value: 'value' } },
  permute: { ...x, others: ['order'] },
  rectify: { ...x, options: { negativeSlope: 'value', maxValue: 'value', threshold: 'value' } },
  reduceMax: axes,
  reduceMean: axes,
  reduceSum: axes,
  relu: x,
  relu6: x,
  rescale: { ...x, options: { scale: 'value', offset: 'value' } },
  reshape: { ...x, others: ['shape'] },
  rmsNormalization: { ...x, options: { axes: 'value', gamma: 'tensor?', epsilon: 'value' } },
  selu: x,
  sigmoid: x,
  silu: x,
  softShrink: shrunk,
  softmax: x,
  softplus: x,
  softsign: x,
  sparseCrossEntropy: targets('labels', 'probabilities'),
  sparseCrossEntropyFromLogits: targets('labels', 'logits'),
  sparsePlus: x,
  sparseSigmoid: x,
  sparsemax: x,
  spatialDropout: drawn,
  sqrt: x,
  square: x,
  squareplus: { ...x, options: { b: 'value' } },
  stopGradient: x,
  subtract: numeric,
  sumOverBatch: x,
  take: { operands: ['x', 'indices'], options: { axis: 'value' } },
  tanh: x,
  tanhShrink: x,
  threshold: { ...x, options: { threshold: 'value', value: 'value' } },
  unitNormalization: axes,
  upsample: size,
  upsampleLinear: size,
};
