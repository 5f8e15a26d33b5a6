import { input, type Node, variable } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from './index.ts';
import type { OpName } from './op-name.ts';
import type { Padding } from './window.ts';

/** Seeded numbers for tests (mulberry32). */
export class TestRandom {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  /** At least 0, below 1. */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** Both bounds included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }
  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }
  /** Distinct numbers, evenly spread over [low, high], in random order: no ties and no kink is ever near. */
  spread(count: number, low: number, high: number): Float32Array {
    const offset = 0.3 + 0.4 * this.uniform();
    const values = Float32Array.from(
      { length: count },
      (_, k) => low + ((k + offset) * (high - low)) / count,
    );
    for (let k = count - 1; k > 0; k--) {
      const j = this.integer(0, k);
      [values[k], values[j]] = [values[j]!, values[k]!];
    }
    return values;
  }
}

/** What the values of an operand may be. */
export type Values =
  | { readonly low: number; readonly high: number }
  | { readonly classes: number }
  | { readonly bytes: true }
  /** 1 / samples of the batch. */
  | { readonly inverseBatch: true };

export interface Operand {
  readonly node: Node;
  readonly values: Values;
}

/** An operation on sampled operands. */
export interface Sample {
  readonly operands: readonly Operand[];
  readonly output: Node;
}

export type Sampler = (random: TestRandom) => Sample;

/** Numbers for an operand of a batch of n. */
export function sampleValues(
  { node, values }: Operand,
  n: number,
  random: TestRandom,
): Float32Array | Int32Array | Uint8Array {
  const count = elementCount(node.type.shape) * (node.type.batched ? n : 1);
  if ('classes' in values)
    return Int32Array.from({ length: count }, () => random.integer(0, values.classes - 1));
  if ('inverseBatch' in values) return Float32Array.from([1 / n]);
  if ('bytes' in values) return Uint8Array.from({ length: count }, () => random.integer(0, 255));
  return random.spread(count, values.low, values.high);
}

const signed: Values = { low: -2, high: 2 };
const positive: Values = { low: 0.1, high: 3 };
const probability: Values = { low: 0.02, high: 0.97 };

let named = 0;
const batchedOperand = (shape: readonly number[], values: Values = signed): Operand => ({
  node: input(`x${named++}`, {
    dtype: 'bytes' in values ? 'u8' : 'classes' in values ? 'i32' : 'f32',
    shape,
    batched: true,
  }),
  values,
});
const weights = (shape: readonly number[], values: Values = signed): Operand => ({
  node: variable(`w${named++}`, shape),
  values,
});

function smallShape(random: TestRandom, lowest = 0): number[] {
  return Array.from({ length: random.integer(lowest, 3) }, () => random.integer(1, 5));
}

const unary =
  (build: (x: Node, random: TestRandom) => Node, values: Values = signed): Sampler =>
  (random) => {
    const x =
      random.integer(0, 3) === 0
        ? weights(smallShape(random), values)
        : batchedOperand(smallShape(random), values);
    return { operands: [x], output: build(x.node, random) };
  };

const binary =
  (build: (a: Node, b: Node) => Node, second: Values = signed): Sampler =>
  (random) => {
    const shape = smallShape(random);
    const other = shape
      .slice(random.integer(0, shape.length))
      .map((n) => (random.integer(0, 3) === 0 ? 1 : n));
    const a = batchedOperand(shape);
    const b = random.integer(0, 1) === 0 ? batchedOperand(shape, second) : weights(other, second);
    return { operands: [a, b], output: build(a.node, b.node) };
  };

/** A comparison of whole numbers as a factor of x, so that no small change of x can turn it. */
const compared =
  (build: (a: Node, b: Node) => Node): Sampler =>
  (random) => {
    const shape = smallShape(random);
    const [a, b] = [batchedOperand(shape, { classes: 4 }), batchedOperand(shape, { classes: 4 })];
    const x = batchedOperand(shape);
    return { operands: [a, b, x], output: ops.multiply(build(a.node, b.node), x.node) };
  };

interface WindowCase {
  readonly rank: number;
  readonly spatial: number[];
  readonly taps: number[];
  readonly options: { strides: number[]; dilation: number[]; padding: Padding };
}

/** Extents, strides, dilation and padding together; the window fits. */
function windowCase(random: TestRandom, largest: number): WindowCase {
  const rank = random.integer(1, 3);
  const most = rank === 3 ? Math.min(largest, 5) : largest;
  const spatial = Array.from({ length: rank }, () => random.integer(1, most));
  const kind = random.pick(
    rank === 1 ? ['same', 'valid', 'causal', 'explicit'] : ['same', 'valid', 'explicit'],
  );
  const taps = spatial.map(() => random.integer(1, rank === 3 ? 3 : 5));
  const dilation = spatial.map(() => random.integer(1, 3));
  const strides = spatial.map(() => random.integer(1, 3));
  const explicit = spatial.map(() => [random.integer(0, 4), random.integer(0, 4)] as const);
  spatial.forEach((extent, k) => {
    const padded = extent + explicit[k]![0] + explicit[k]![1];
    const room = kind === 'valid' ? extent : kind === 'explicit' ? padded : Number.POSITIVE_INFINITY;
    if (dilation[k]! * (taps[k]! - 1) + 1 > room) dilation[k] = 1;
    if (taps[k]! > room) taps[k] = room;
  });
  const padding = kind === 'explicit' ? explicit : (kind as Padding);
  return { rank, spatial, taps, options: { strides, dilation, padding } };
}

const pool =
  (build: typeof ops.maxPool): Sampler =>
  (random) => {
    const { spatial, taps, options } = windowCase(random, 8);
    const poolSize = spatial.map((extent, k) => Math.min(extent, taps[k]!));
    const x = batchedOperand([...spatial, random.integer(1, 3)]);
    const strides = random.integer(0, 1) === 0 ? undefined : options.strides;
    const padding = random.pick(['same', 'valid'] as const);
    return { operands: [x], output: build(x.node, { poolSize, strides, padding }) };
  };

const overPositions =
  (build: (x: Node) => Node): Sampler =>
  (random) => {
    const shape = Array.from({ length: random.integer(2, 4) }, () => random.integer(1, 4));
    const x = batchedOperand(shape);
    return { operands: [x], output: build(x.node) };
  };

const reduction =
  (build: typeof ops.reduceSum): Sampler =>
  (random) => {
    const shape = smallShape(random, 1);
    const axes = shape.map((_, k) => k).filter(() => random.integer(0, 1) === 0);
    const x = batchedOperand(shape);
    return { operands: [x], output: build(x.node, random.integer(0, 2) === 0 ? {} : { axes }) };
  };

const lastDimension =
  (build: (x: Node) => Node): Sampler =>
  (random) => {
    const x = batchedOperand(smallShape(random, 1));
    return { operands: [x], output: build(x.node) };
  };

const twoAlike =
  (build: (targets: Node, predictions: Node) => Node, values: Values): Sampler =>
  (random) => {
    const shape = smallShape(random, 1);
    const [targets, predictions] = [
      batchedOperand(shape, { low: 0, high: 1 }),
      batchedOperand(shape, values),
    ];
    return { operands: [targets, predictions], output: build(targets.node, predictions.node) };
  };

const sparse =
  (build: (labels: Node, predictions: Node) => Node, values: Values): Sampler =>
  (random) => {
    const outer = smallShape(random).slice(0, 2);
    const classes = random.integer(1, 7);
    const labels = batchedOperand(outer, { classes });
    const predictions = batchedOperand([...outer, classes], values);
    return { operands: [labels, predictions], output: build(labels.node, predictions.node) };
  };

const upsampled =
  (build: typeof ops.upsample): Sampler =>
  (random) => {
    const x = batchedOperand([...smallShape(random, 1), random.integer(1, 3)]);
    const size = x.node.type.shape.slice(1).map(() => random.integer(1, 3));
    return { operands: [x], output: build(x.node, { size }) };
  };

const affineOf = (random: TestRandom, gamma: Operand, beta: Operand): { gamma?: Node; beta?: Node } => ({
  ...(random.integer(0, 2) ? { gamma: gamma.node } : {}),
  ...(random.integer(0, 2) ? { beta: beta.node } : {}),
});

/** For every operation a way to apply it to random operands. */
export const samplers: { readonly [K in OpName]: Sampler } = {
  abs: unary(ops.abs),
  exp: unary(ops.exp),
  gelu: unary((x, random) => ops.gelu(x, { approximate: random.integer(0, 1) === 0 })),
  hardSigmoid: unary(ops.hardSigmoid, { low: -5, high: 5 }),
  hardSwish: unary(ops.hardSwish, { low: -5, high: 5 }),
  leakyRelu: unary((x, random) => ops.leakyRelu(x, random.integer(0, 1) === 0 ? {} : { slope: 0.3 })),
  log: unary(ops.log, positive),
  negate: unary(ops.negate),
  relu: unary(ops.relu),
  relu6: unary(ops.relu6, { low: -3, high: 9 }),
  rescale: (random) => {
    const x = batchedOperand(smallShape(random), random.integer(0, 1) === 0 ? { bytes: true } : signed);
    return { operands: [x], output: ops.rescale(x.node, { scale: 1 / 255, offset: random.integer(0, 1) }) };
  },
  sigmoid: unary(ops.sigmoid),
  silu: unary(ops.silu),
  sqrt: unary(ops.sqrt, positive),
  square: unary(ops.square),
  stopGradient: unary((x) => ops.multiply(ops.stopGradient(ops.rescale(x, { scale: 0 })), x)),
  tanh: unary(ops.tanh),
  add: binary(ops.add),
  divide: binary(ops.divide, positive),
  equal: compared(ops.equal),
  greater: compared(ops.greater),
  maximum: binary(ops.maximum, { low: -1.9, high: 2.05 }),
  minimum: binary(ops.minimum, { low: -1.9, high: 2.05 }),
  multiply: binary(ops.multiply),
  subtract: binary(ops.subtract),
  batchNormalization: (random) => {
    const channels = random.integer(1, 4);
    const x = batchedOperand([...smallShape(random).slice(0, 2), channels]);
    const [gamma, beta, shift] = [weights([channels]), weights([channels]), weights([channels])];
    const inverseBatch: Operand = {
      node: input('inverseBatch', { dtype: 'f32', shape: [], batched: false }),
      values: { inverseBatch: true },
    };
    const affine = {
      ...(random.integer(0, 2) ? { gamma: gamma.node } : {}),
      ...(random.integer(0, 2) ? { beta: beta.node } : {}),
    };
    const result = ops.batchNormalization(x.node, {
      ...affine,
      shift: shift.node,
      inverseBatch: inverseBatch.node,
    });
    const output = random.pick([result.output, result.output, result.mean, result.variance]);
    return { operands: [x, gamma, beta, shift, inverseBatch], output };
  },
  normalizeWith: (random) => {
    const channels = random.integer(1, 4);
    const x = batchedOperand([...smallShape(random).slice(0, 2), channels]);
    const [gamma, beta, mean] = [weights([channels]), weights([channels]), weights([channels])];
    const variance = weights([channels], positive);
    const output = ops.normalizeWith(x.node, {
      gamma: gamma.node,
      beta: beta.node,
      mean: mean.node,
      variance: variance.node,
    });
    return { operands: [x, gamma, beta, mean, variance], output };
  },
  biasAdd: (random) => {
    const shape = smallShape(random, 1);
    const [x, bias] = [batchedOperand(shape), weights([shape.at(-1)!])];
    return { operands: [x, bias], output: ops.biasAdd(x.node, bias.node) };
  },
  concatenate: (random) => {
    const shape = smallShape(random, 1);
    const axis = random.integer(-shape.length, shape.length - 1);
    const at = axis < 0 ? axis + shape.length : axis;
    const tensors = Array.from({ length: random.integer(1, 3) }, () =>
      batchedOperand(shape.map((n, k) => (k === at ? random.integer(1, 4) : n))),
    );
    const twice = random.integer(0, 1) === 0 ? [tensors[0]!.node] : [];
    return {
      operands: tensors,
      output: ops.concatenate([...tensors.map((t) => t.node), ...twice], { axis }),
    };
  },
  convolution: (random) => {
    const { spatial, taps, options } = windowCase(random, 9);
    const groups = random.pick([1, 1, 2, 3]);
    const [perGroup, filters] = [random.integer(1, 3), random.integer(1, 3)];
    const x = batchedOperand([...spatial, groups * perGroup]);
    const kernel = weights([...taps, perGroup, groups * filters]);
    return { operands: [x, kernel], output: ops.convolution(x.node, kernel.node, { ...options, groups }) };
  },
  binaryCrossEntropy: twoAlike(ops.binaryCrossEntropy, probability),
  binaryCrossEntropyFromLogits: twoAlike(ops.binaryCrossEntropyFromLogits, signed),
  crossEntropy: twoAlike(ops.crossEntropy, probability),
  crossEntropyFromLogits: twoAlike(ops.crossEntropyFromLogits, signed),
  sparseCrossEntropy: sparse(ops.sparseCrossEntropy, probability),
  sparseCrossEntropyFromLogits: sparse(ops.sparseCrossEntropyFromLogits, signed),
  dense: (random) => {
    const shape = smallShape(random, 1);
    const [x, kernel] = [batchedOperand(shape), weights([shape.at(-1)!, random.integer(1, 5)])];
    return { operands: [x, kernel], output: ops.dense(x.node, kernel.node) };
  },
  depthwiseConvolution: (random) => {
    const { spatial, taps, options } = windowCase(random, 9);
    const channels = random.integer(1, 4);
    const x = batchedOperand([...spatial, channels]);
    const kernel = weights([...taps, channels, random.integer(1, 3)]);
    return { operands: [x, kernel], output: ops.depthwiseConvolution(x.node, kernel.node, options) };
  },
  dropout: unary((x, random) =>
    ops.dropout(x, { rate: random.pick([0.1, 0.5, 0.8]), stream: random.integer(0, 9) }),
  ),
  meanSquaredError: twoAlike(ops.meanSquaredError, signed),
  pad: (random) => {
    const shape = smallShape(random);
    const padding = shape.map(() => [random.integer(0, 2), random.integer(0, 2)] as const);
    const x = batchedOperand(shape);
    return { operands: [x], output: ops.pad(x.node, { padding, value: random.pick([0, 0, 1.5]) }) };
  },
  permute: (random) => {
    const x = batchedOperand(smallShape(random));
    const order = [...x.node.type.shape.keys()].sort(() => random.uniform() - 0.5);
    return { operands: [x], output: ops.permute(x.node, order) };
  },
  averagePool: pool(ops.averagePool),
  maxPool: pool(ops.maxPool),
  globalAveragePool: overPositions(ops.globalAveragePool),
  globalMaxPool: overPositions(ops.globalMaxPool),
  argMax: lastDimension(ops.argMax),
  reduceMax: reduction(ops.reduceMax),
  reduceMean: reduction(ops.reduceMean),
  reduceSum: reduction(ops.reduceSum),
  sumOverBatch: lastDimension(ops.sumOverBatch),
  reshape: (random) => {
    const [from, to] = random.pick([
      [[2, 3, 4], [24]],
      [[12], [3, 4]],
      [
        [2, 3],
        [3, 2],
      ],
      [
        [4, 6],
        [2, 2, 6],
      ],
      [
        [2, 3, 4],
        [6, -1],
      ],
      [
        [3, 1, 4],
        [4, 3],
      ],
      [[5], [1, 5, 1]],
    ] as const);
    const x = batchedOperand(from);
    return { operands: [x], output: ops.reshape(x.node, to) };
  },
  logSoftmax: lastDimension(ops.logSoftmax),
  softmax: lastDimension(ops.softmax),
  broadcastTo: (random) => {
    const shape = smallShape(random);
    const from = shape
      .slice(random.integer(0, shape.length))
      .map((n) => (random.integer(0, 1) === 0 ? 1 : n));
    const x = random.integer(0, 3) === 0 ? weights(from) : batchedOperand(from);
    return { operands: [x], output: ops.broadcastTo(x.node, shape) };
  },
  crop: (random) => {
    const shape = smallShape(random);
    const cropping = shape.map((n) => {
      const before = random.integer(0, n - 1);
      return [before, random.integer(0, n - 1 - before)] as const;
    });
    const x = batchedOperand(shape);
    return { operands: [x], output: ops.crop(x.node, { cropping }) };
  },
  gaussianDropout: unary((x, random) =>
    ops.gaussianDropout(x, { rate: random.pick([0.1, 0.5]), stream: random.integer(0, 9) }),
  ),
  gaussianNoise: unary((x, random) =>
    ops.gaussianNoise(x, { stddev: random.pick([0.1, 1]), stream: random.integer(0, 9) }),
  ),
  spatialDropout: (random) => {
    const x = batchedOperand([...smallShape(random, 1), random.integer(1, 4)]);
    const options = { rate: random.pick([0.1, 0.5]), stream: random.integer(0, 9) };
    return { operands: [x], output: ops.spatialDropout(x.node, options) };
  },
  groupNormalization: (random) => {
    const groups = random.integer(1, 3);
    const channels = groups * random.integer(1, 3);
    const x = batchedOperand([...smallShape(random, 1).slice(0, 2), channels]);
    const [gamma, beta] = [weights([channels]), weights([channels])];
    const output = ops.groupNormalization(x.node, {
      groups,
      epsilon: 0.1,
      ...affineOf(random, gamma, beta),
    });
    return { operands: [x, gamma, beta], output };
  },
  layerNormalization: (random) => {
    const shape = smallShape(random, 1);
    const axes = random.pick([[-1], [0], [...shape.keys()]]);
    const own = axes.map((k) => shape.at(k)!);
    const [x, gamma, beta] = [batchedOperand(shape), weights(own), weights(own)];
    const output = ops.layerNormalization(x.node, {
      axes,
      epsilon: 0.1,
      ...affineOf(random, gamma, beta),
    });
    return { operands: [x, gamma, beta], output };
  },
  rmsNormalization: (random) => {
    const shape = smallShape(random, 1);
    const axes = random.pick([[-1], [0], [...shape.keys()]]);
    const [x, gamma] = [batchedOperand(shape), weights(axes.map((k) => shape.at(k)!))];
    const output = ops.rmsNormalization(x.node, { axes, epsilon: 0.1, gamma: gamma.node });
    return { operands: [x, gamma], output };
  },
  unitNormalization: (random) => {
    const shape = smallShape(random, 1);
    const x = batchedOperand(shape, positive);
    const axes = random.pick([[-1], [0], [...shape.keys()]]);
    return { operands: [x], output: ops.unitNormalization(x.node, { axes }) };
  },
  upsample: upsampled(ops.upsample),
  upsampleLinear: upsampled(ops.upsampleLinear),
  celu: unary((x, random) => ops.celu(x, random.pick([{}, { alpha: 0.5 }]))),
  elu: unary((x, random) => ops.elu(x, random.pick([{}, { alpha: 1.5 }]))),
  glu: (random) => {
    const shape = smallShape(random, 1);
    const x = batchedOperand([...shape.slice(0, -1), 2 * shape.at(-1)!]);
    return { operands: [x], output: ops.glu(x.node) };
  },
  hardShrink: unary((x, random) => ops.hardShrink(x, random.pick([{}, { threshold: 1 }]))),
  hardTanh: unary(ops.hardTanh),
  logSigmoid: unary(ops.logSigmoid, { low: -20, high: 20 }),
  mish: unary(ops.mish, { low: -6, high: 6 }),
  rectify: unary(
    (x, random) =>
      ops.rectify(x, {
        negativeSlope: random.pick([undefined, 0.1]),
        maxValue: random.pick([undefined, null, 1]),
        threshold: random.pick([undefined, 0.5]),
      }),
    { low: -3, high: 3 },
  ),
  selu: unary(ops.selu),
  softplus: unary(ops.softplus, { low: -20, high: 20 }),
  softShrink: unary((x, random) => ops.softShrink(x, random.pick([{}, { threshold: 1 }]))),
  softsign: unary(ops.softsign),
  sparsemax: (random) => {
    // With this spacing of the values no element is at the border of the support.
    const x = batchedOperand(smallShape(random, 1), { low: -1.87, high: 2.31 });
    return { operands: [x], output: ops.sparsemax(x.node) };
  },
  sparsePlus: unary(ops.sparsePlus),
  sparseSigmoid: unary(ops.sparseSigmoid),
  squareplus: unary((x, random) => ops.squareplus(x, random.pick([{}, { b: 0.5 }]))),
  tanhShrink: unary(ops.tanhShrink),
  threshold: unary((x) => ops.threshold(x, { threshold: 0.5, value: -1.5 })),
};
