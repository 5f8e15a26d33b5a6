import type { Node } from '../../src/graph/node.ts';
import * as e from '../../src/ir/build.ts';
import { elementCount } from '../../src/ir/tensor-type.ts';
import { elementwise } from '../../src/ops/elementwise.ts';
import * as ops from '../../src/ops/index.ts';
import type { Padding } from '../../src/ops/window.ts';
import type { RandomSource } from './random-source.ts';

/** How the layers are called: in training statistics come from the batch, and states are assigned. */
export interface Mode {
  readonly training: boolean;
  readonly inverseBatch: Node;
  readonly assign: (state: Node, value: Node) => void;
}

/** A layer whose parameters exist. */
export type Layer = (tensors: readonly Node[], mode: Mode) => Node;

/** What makes parameters and choices for a layer. */
export interface LayerScope {
  readonly random: RandomSource;
  readonly rank: number;
  /** Uniform values with the variance 1 / fan. */
  readonly kernel: (shape: readonly number[], fan: number) => Node;
  /** A vector around `center`. */
  readonly vector: (extent: number, center: number) => Node;
  /** A value that layers assign. */
  readonly state: (extent: number, initial: number) => Node;
}

/** Makes a layer for a tensor of this shape; throws the errors of the operations where it cannot. */
export type LayerMaker = (shape: readonly number[], scope: LayerScope) => Layer;

const spatialOf = (shape: readonly number[]): readonly number[] => shape.slice(0, -1);
const channelsOf = (shape: readonly number[]): number => shape.at(-1)!;
const each = <T>({ rank }: LayerScope, make: () => T): T[] => Array.from({ length: rank }, make);
const largestChannels = 33;

function padding({ random, rank }: LayerScope): Padding {
  const pairs = Array.from({ length: rank }, () => [random.integer(0, 3), random.integer(0, 3)] as const);
  return random.pick<Padding>([
    'same',
    'same',
    'valid',
    rank === 1 ? 'causal' : 'same',
    random.chance(0.4) ? pairs : 'same',
  ]);
}

const window = (scope: LayerScope) => ({
  strides: each(scope, () => scope.random.pick([1, 1, 1, 2, 3])),
  dilation: each(scope, () => scope.random.pick([1, 1, 2, 3, scope.random.integer(1, 8)])),
  padding: padding(scope),
});

const taps = (scope: LayerScope): number[] =>
  each(scope, () => scope.random.pick([1, 2, 3, 3, scope.random.integer(1, 7)]));

const pool = (scope: LayerScope) => ({
  poolSize: each(scope, () => scope.random.integer(1, 4)),
  strides: each(scope, () => scope.random.integer(1, 3)),
  padding: scope.random.pick(['same', 'valid'] as const),
});

const activations: readonly ((x: Node) => Node)[] = [
  ops.relu,
  ops.relu,
  ops.relu6,
  ops.sigmoid,
  ops.tanh,
  (x) => ops.gelu(x),
  (x) => ops.gelu(x, { approximate: true }),
  ops.silu,
  ops.hardSwish,
  ops.hardSigmoid,
  (x) => ops.leakyRelu(x, { slope: 0.1 }),
];

/** Normalises by the batch in training, by moving statistics otherwise. */
export function normalization(channels: number, scope: LayerScope): Layer {
  const { random } = scope;
  const gamma = random.chance(0.8) ? scope.vector(channels, 1) : undefined;
  const beta = random.chance(0.8) ? scope.vector(channels, 0.2) : undefined;
  const [mean, variance, shift] = [
    scope.state(channels, 0),
    scope.state(channels, 1),
    scope.state(channels, 0),
  ];
  const move = (old: Node, value: Node): Node =>
    elementwise('moving', [old, value], (a, b) => e.add(e.mul(a!, 0.9), e.mul(b!, 0.1)), {
      stopGradient: true,
    });
  const frozen = random.chance(0.1);
  return ([x], { training, inverseBatch, assign }) => {
    if (!training || frozen) return ops.normalizeWith(x!, { gamma, beta, mean, variance });
    const batch = ops.batchNormalization(x!, { gamma, beta, shift, inverseBatch });
    assign(mean, move(mean, batch.mean));
    assign(variance, move(variance, batch.variance));
    assign(shift, batch.mean);
    return batch.output;
  };
}

const convolution: LayerMaker = (shape, scope) => {
  const { random } = scope;
  const channels = channelsOf(shape);
  const groups = random.pick([1, 1, 1, ...[2, 3, 4, channels].filter((g) => channels % g === 0)]);
  const filters = groups * random.integer(1, Math.max(1, Math.floor(largestChannels / groups)));
  const extents = taps(scope);
  const kernel = scope.kernel(
    [...extents, channels / groups, filters],
    (elementCount(extents) * channels) / groups,
  );
  const options = { ...window(scope), groups };
  return ([x]) => ops.convolution(x!, kernel, options);
};

const pointwise: LayerMaker = (shape, scope) => {
  const kernel = scope.kernel(
    [...each(scope, () => 1), channelsOf(shape), scope.random.integer(1, largestChannels)],
    channelsOf(shape),
  );
  return ([x]) => ops.convolution(x!, kernel);
};

const depthwise: LayerMaker = (shape, scope) => {
  const { random } = scope;
  const extents = taps(scope);
  const most = Math.max(1, Math.floor(largestChannels / channelsOf(shape)));
  const multiplier = Math.min(most, random.pick([1, 1, 1, 2, 3]));
  const kernel = scope.kernel([...extents, channelsOf(shape), multiplier], elementCount(extents));
  const options = window(scope);
  return ([x]) => ops.depthwiseConvolution(x!, kernel, options);
};

const bias: LayerMaker = (shape, scope) => {
  const values = scope.vector(channelsOf(shape), 0.3);
  return ([x]) => ops.biasAdd(x!, values);
};

const activation: LayerMaker = (_, { random }) => {
  const apply = random.pick(activations);
  return ([x]) => apply(x!);
};

/** A convolution that keeps the shape. */
const keeping: LayerMaker = (shape, scope) => {
  const { random } = scope;
  const extents = each(scope, () => random.pick([1, 3]));
  const channels = channelsOf(shape);
  const kernel = scope.kernel([...extents, channels, channels], elementCount(extents) * channels);
  const dilation = random.integer(1, 3);
  return ([x]) => ops.convolution(x!, kernel, { padding: 'same', dilation });
};

/** Layers of one tensor with spatial dimensions, by name. */
export const layerMakers: Readonly<Record<string, LayerMaker>> = {
  convolution,
  pointwise,
  depthwise,
  separable: (shape, scope) => {
    const extents = each(scope, () => scope.random.pick([3, 3, 5]));
    const spatial = scope.kernel([...extents, channelsOf(shape), 1], elementCount(extents));
    const options = window(scope);
    const filters = scope.random.integer(1, largestChannels);
    const mix = scope.kernel([...each(scope, () => 1), channelsOf(shape), filters], channelsOf(shape));
    const offset = scope.vector(filters, 0.1);
    const apply = scope.random.pick(activations);
    return ([x]) =>
      apply(ops.biasAdd(ops.convolution(ops.depthwiseConvolution(x!, spatial, options), mix), offset));
  },
  bias,
  activation,
  softmax:
    () =>
    ([x]) =>
      ops.softmax(x!),
  maxPool: (_, scope) => {
    const options = pool(scope);
    return ([x]) => ops.maxPool(x!, options);
  },
  halve: (shape, scope) => {
    const offset = scope.vector(channelsOf(shape), 0.1);
    const clip = scope.random.pick([ops.relu, ops.relu6]);
    const order = scope.random.chance(0.5);
    return ([x]) => {
      const y = ops.maxPool(clip(ops.biasAdd(x!, offset)), { poolSize: 2 });
      return order ? y : ops.relu(y);
    };
  },
  /** Windows that cover a pointwise contraction without overlap: its gradients walk the maxima. */
  pooledPointwise: (shape, scope) => {
    const { random } = scope;
    const channels = channelsOf(shape);
    const filters = random.integer(1, largestChannels);
    const kernel = scope.kernel([...each(scope, () => 1), channels, filters], channels);
    const offset = scope.vector(filters, 0.1);
    const poolSize = each(scope, () => random.pick([2, 2, 3, 4]));
    const rests = spatialOf(shape).map(
      (extent, k) => [0, (poolSize[k]! - (extent % poolSize[k]!)) % poolSize[k]!] as const,
    );
    const clip = random.pick([ops.relu, ops.relu6, (x: Node) => x]);
    return ([x]) => {
      const whole = ops.pad(x!, { padding: [...rests, [0, 0]] });
      return ops.maxPool(clip(ops.biasAdd(ops.convolution(whole, kernel), offset)), { poolSize });
    };
  },
  /** The same with taps. */
  pooledConvolution: (shape, scope) => {
    const { random } = scope;
    const channels = channelsOf(shape);
    const filters = random.integer(1, largestChannels);
    const extents = taps(scope);
    const kernel = scope.kernel([...extents, channels, filters], elementCount(extents) * channels);
    const offset = scope.vector(filters, 0.1);
    const dilation = random.integer(1, 3);
    const poolSize = each(scope, () => 2);
    const rests = spatialOf(shape).map((extent) => [0, extent % 2] as const);
    const clip = random.pick([ops.relu, ops.relu6, (x: Node) => x]);
    return ([x]) => {
      const whole = ops.pad(x!, { padding: [...rests, [0, 0]] });
      const y = ops.convolution(whole, kernel, { padding: 'same', dilation });
      return ops.maxPool(clip(ops.biasAdd(y, offset)), { poolSize });
    };
  },
  /** A dense layer over the channels of every position. */
  denseAtPositions: (shape, scope) => {
    const kernel = scope.kernel(
      [channelsOf(shape), scope.random.integer(1, largestChannels)],
      channelsOf(shape),
    );
    return ([x]) => ops.dense(x!, kernel);
  },
  averagePool: (_, scope) => {
    const options = pool(scope);
    return ([x]) => ops.averagePool(x!, options);
  },
  batchNormalization: (shape, scope) => {
    const normalize = normalization(channelsOf(shape), scope);
    const apply = scope.random.pick([ops.relu6, ops.relu, (x: Node) => x]);
    return (tensors, mode) => apply(normalize(tensors, mode));
  },
  residual: (shape, scope) => {
    const inner = keeping(shape, scope);
    const normalize = scope.random.chance(0.3) ? normalization(channelsOf(shape), scope) : inner;
    const apply = scope.random.pick([ops.relu, ops.relu6, (x: Node) => x]);
    return ([x], mode) => {
      const y = inner([x!], mode);
      return ops.add(apply(normalize === inner ? y : normalize([y], mode)), x!);
    };
  },
  /** One kernel, read twice. */
  shared: (shape, scope) => {
    const inner = keeping(shape, scope);
    const apply = scope.random.pick(activations);
    return ([x], mode) => inner([apply(inner([x!], mode))], mode);
  },
  gate: (shape, scope) => {
    const channels = channelsOf(shape);
    const kernel = scope.kernel([channels, channels], channels);
    return ([x]) => {
      const weights = ops.sigmoid(ops.dense(ops.globalAveragePool(x!), kernel));
      return ops.multiply(x!, ops.reshape(weights, [...spatialOf(shape).map(() => 1), channels]));
    };
  },
  multiply: (shape, scope) => {
    const inner = bias(shape, scope);
    return ([x], mode) => ops.multiply(x!, ops.sigmoid(inner([x!], mode)));
  },
  concatenate: (shape, scope) => {
    const inner = bias(shape, scope);
    const axis = scope.random.pick([-1, -1, 0]);
    return ([x], mode) => ops.concatenate([x!, ops.relu(inner([x!], mode))], { axis });
  },
  pad: (_, scope) => {
    const { random } = scope;
    const pairs = each(scope, () => [random.integer(0, 2), random.integer(0, 2)] as const);
    return ([x]) => ops.pad(x!, { padding: [...pairs, [0, 0]] });
  },
  dropout: (_, { random }) => {
    const options = { rate: random.pick([0.1, 0.25, 0.5]), stream: random.integer(0, 9) };
    return ([x], { training }) => (training ? ops.dropout(x!, options) : x!);
  },
  reshape: (shape, { random }) => {
    const [last, channels] = [shape.at(-2)!, channelsOf(shape)];
    const split = [2, 3].find((n) => channels % n === 0 && channels > n) ?? 1;
    const to = random.pick([
      [...shape.slice(0, -2), 1, last * channels],
      [...shape.slice(0, -2), last * split, channels / split],
    ]);
    if (channelsOf(to) > 4 * largestChannels) throw new RangeError('too many channels');
    return ([x]) => ops.reshape(x!, to);
  },
};

/** So many channels that the matrix of the next dense layer is large: its gradient is summed once a shard. */
export const enlarge: LayerMaker = (shape, scope) => {
  const channels = Math.ceil(2800 / elementCount(spatialOf(shape)));
  const kernel = scope.kernel([...each(scope, () => 1), channelsOf(shape), channels], channelsOf(shape));
  return ([x]) => ops.relu(ops.convolution(x!, kernel));
};

/** How two tensors of equal shape are joined. */
export const joiners: Readonly<Record<string, (a: Node, b: Node) => Node>> = {
  add: ops.add,
  multiply: ops.multiply,
  subtract: ops.subtract,
  maximum: ops.maximum,
  concatenate: (a, b) => ops.concatenate([a, b]),
};

/** Dense layers of vectors: with a bias or a batch normalisation, an activation, dropout. */
export const denseLayer: LayerMaker = (shape, scope) => {
  const { random } = scope;
  const units = random.integer(1, largestChannels);
  const kernel = scope.kernel([channelsOf(shape), units], channelsOf(shape));
  const after = random.chance(0.35) ? normalization(units, scope) : bias([units], scope);
  const apply = random.pick(activations);
  const dropout = random.chance(0.3) ? { rate: 0.5, stream: random.integer(10, 19) } : undefined;
  return ([x], mode) => {
    const y = apply(after([ops.dense(x!, kernel)], mode));
    return dropout && mode.training ? ops.dropout(y, dropout) : y;
  };
};
