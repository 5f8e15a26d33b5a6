import { input } from '../graph/node.ts';
import * as ops from './index.ts';
import type { OpName } from './op-name.ts';
import {
  adaptivePool,
  affineOf,
  batchedOperand,
  binary,
  compared,
  lastDimension,
  type Operand,
  overPositions,
  pool,
  positive,
  probability,
  reduction,
  type Sampler,
  signed,
  smallShape,
  sparse,
  twoAlike,
  unary,
  upsampled,
  weights,
  windowCase,
} from './sampling.test-support.ts';

export { sampleValues } from './sampling.test-support.ts';
export { TestRandom } from './test-random.test-support.ts';

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
    const mask = batchedOperand(x.node.type.shape.slice(0, -1), { classes: 2 });
    const masked = random.integer(0, 2) === 0;
    const result = ops.batchNormalization(x.node, {
      ...affine,
      ...(masked ? { mask: mask.node } : {}),
      shift: shift.node,
      inverseBatch: inverseBatch.node,
    });
    const output = random.pick([result.output, result.output, result.mean, result.variance]);
    return { operands: [x, gamma, beta, shift, inverseBatch, ...(masked ? [mask] : [])], output };
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
    ops.dropout(x, {
      rate: random.pick([0.1, 0.5, 0.8]),
      stream: random.integer(0, 9),
      ...(random.integer(0, 1) === 0 && { noiseShape: x.type.shape.map((n) => random.pick([1, n])) }),
    }),
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
  adaptiveAveragePool: adaptivePool(ops.adaptiveAveragePool),
  adaptiveMaxPool: adaptivePool(ops.adaptiveMaxPool),
  anyDiffers: (random) => {
    const shape = smallShape(random, 1);
    const [flags, x] = [batchedOperand(shape, { classes: 2 }), batchedOperand(shape.slice(0, -1))];
    return { operands: [flags, x], output: ops.multiply(ops.anyDiffers(flags.node), x.node) };
  },
  convolutionTranspose: (random) => {
    const rank = random.integer(1, 3);
    const each = (most: number): number[] => Array.from({ length: rank }, () => random.integer(1, most));
    const [spatial, taps, strides, dilation] = [each(4), each(3), each(3), each(2)];
    const [channels, filters] = [random.integer(1, 3), random.integer(1, 3)];
    const x = batchedOperand([...spatial, channels]);
    const kernel = weights([...taps, filters, channels]);
    const padding = random.pick(['same', 'valid'] as const);
    return {
      operands: [x, kernel],
      output: ops.convolutionTranspose(x.node, kernel.node, { strides, dilation, padding }),
    };
  },
  dot: (random) => {
    const extent = random.integer(1, 5);
    const [a, b] = [smallShape(random).slice(0, 2), smallShape(random).slice(0, 2)];
    const axes = [random.integer(0, a.length), random.integer(0, b.length)] as const;
    a.splice(axes[0], 0, extent);
    b.splice(axes[1], 0, extent);
    const operands = [batchedOperand(a), random.integer(0, 1) ? batchedOperand(b) : weights(b)];
    return { operands, output: ops.dot(operands[0]!.node, operands[1]!.node, { axes }) };
  },
  embedding: (random) => {
    const rows = random.pick([random.integer(1, 6), 16, 90]);
    const indices = batchedOperand(smallShape(random), { classes: rows + random.integer(0, 1) });
    const table = weights([rows, random.integer(1, 4)]);
    return { operands: [indices, table], output: ops.embedding(indices.node, table.node) };
  },
  take: (random) => {
    const shape = smallShape(random, 1).slice(0, 2);
    const axis = random.integer(0, shape.length - 1);
    shape[axis] = random.pick([random.integer(1, 6), 16, 17, 30]);
    const indices = batchedOperand(smallShape(random).slice(0, 2), { classes: shape[axis]! + 1 });
    const x = random.integer(0, 1) === 0 ? batchedOperand(shape) : weights(shape);
    return {
      operands: [indices, x],
      output: ops.take(x.node, indices.node, { axis: axis - random.pick([0, shape.length]) }),
    };
  },
  threshold: unary((x) => ops.threshold(x, { threshold: 0.5, value: -1.5 })),
};
