import type { Node } from '../../src/graph/node.ts';
import { elementCount } from '../../src/ir/tensor-type.ts';
import * as ops from '../../src/ops/index.ts';
import type { LayerMaker, LayerScope } from './random-layers.ts';

const channelsOf = (shape: readonly number[]): number => shape.at(-1)!;
const each = <T>({ rank }: LayerScope, make: () => T): T[] => Array.from({ length: rank }, make);

/** Continuous functions: derivatives are compared with differences. */
const functions: readonly ((x: Node) => Node)[] = [
  (x) => ops.elu(x),
  (x) => ops.celu(x),
  ops.selu,
  ops.softplus,
  ops.softsign,
  ops.logSigmoid,
  ops.mish,
  ops.squareplus,
  ops.sparsePlus,
  ops.sparseSigmoid,
  ops.hardTanh,
  ops.tanhShrink,
  (x) => ops.softShrink(x),
  (x) => ops.rectify(x, { negativeSlope: 0.2, maxValue: 2 }),
  ops.abs,
  ops.negate,
  (x) => ops.sqrt(ops.add(ops.square(x), ops.exp(ops.negate(ops.square(x))))),
  (x) => ops.log(ops.softplus(x)),
];

const perChannel = (shape: readonly number[], scope: LayerScope) => ({
  gamma: scope.random.chance(0.7) ? scope.vector(channelsOf(shape), 1) : undefined,
  beta: scope.random.chance(0.7) ? scope.vector(channelsOf(shape), 0.2) : undefined,
});

/** Layers of operations that came after the first random networks, by name. */
export const newerLayers: Readonly<Record<string, LayerMaker>> = {
  function: (_, { random }) => {
    const apply = random.pick(functions);
    return ([x]) => apply(x!);
  },
  /** What relu left of sixteen channels, read by two taps for 32 outputs: enough for a walk that leaves out zeros. */
  wideBehindRelu: (shape, scope) => {
    const { random } = scope;
    const spatial = shape.slice(0, -1);
    const along = spatial.indexOf(Math.max(...spatial));
    // weights that outweigh the activations keep the dense kernel
    if (elementCount(spatial) < 22) throw new RangeError('too few positions');
    const narrow = scope.kernel([...spatial.map(() => 1), channelsOf(shape), 16], channelsOf(shape));
    const extents = spatial.map((_, k) => (k === along ? 2 : 1));
    const kernel = scope.kernel([...extents, 16, 32], 32);
    const clip = random.pick([ops.relu, ops.relu, ops.relu6]);
    const dilation = random.integer(1, 2);
    return ([x]) => ops.convolution(clip(ops.convolution(x!, narrow)), kernel, { padding: 'same', dilation });
  },
  layerNormalization: (shape, scope) => {
    const options = perChannel(shape, scope);
    return ([x]) => ops.layerNormalization(x!, options);
  },
  groupNormalization: (shape, scope) => {
    const channels = channelsOf(shape);
    const groups = scope.random.pick([1, 2, 3, 4, channels].filter((g) => channels % g === 0));
    const options = { ...perChannel(shape, scope), groups };
    return ([x]) => ops.groupNormalization(x!, options);
  },
  rmsNormalization: (shape, scope) => {
    const { gamma } = perChannel(shape, scope);
    return ([x]) => ops.rmsNormalization(x!, { gamma });
  },
  unitNormalization:
    () =>
    ([x]) =>
      ops.unitNormalization(ops.add(ops.square(x!), x!)),
  logSoftmax:
    () =>
    ([x]) =>
      ops.logSoftmax(x!),
  sparsemax:
    () =>
    ([x]) =>
      ops.sparsemax(x!),
  glu: (shape) => {
    if (channelsOf(shape) % 2 > 0) throw new RangeError('channels are halved');
    return ([x]) => ops.glu(x!);
  },
  crop: (shape, scope) => {
    const cut = each(scope, () => [scope.random.integer(0, 1), scope.random.integer(0, 1)] as const);
    if (cut.some(([before, after], k) => before + after >= shape[k]!))
      throw new RangeError('nothing is left');
    return ([x]) => ops.crop(x!, { cropping: [...cut, [0, 0]] });
  },
  permute: (shape, { random }) => {
    const order = shape.map((_, k) => k);
    const [a, b] = [random.integer(0, shape.length - 1), random.integer(0, shape.length - 1)];
    [order[a], order[b]] = [order[b]!, order[a]!];
    if (shape[order.at(-1)!]! > 40) throw new RangeError('too many channels');
    return ([x]) => ops.permute(x!, order);
  },
  upsample: (_, scope) => {
    const size = each(scope, () => scope.random.integer(1, 2));
    const linear = scope.random.chance(0.5);
    return ([x]) => (linear ? ops.upsampleLinear(x!, { size }) : ops.upsample(x!, { size }));
  },
  convolutionTranspose: (shape, scope) => {
    const { random } = scope;
    const extents = each(scope, () => random.integer(1, 3));
    const filters = random.integer(1, 8);
    const kernel = scope.kernel([...extents, filters, channelsOf(shape)], channelsOf(shape));
    const strides = each(scope, () => random.integer(1, 2));
    const padding = random.pick(['same', 'valid'] as const);
    return ([x]) => ops.convolutionTranspose(x!, kernel, { strides, padding });
  },
  adaptivePool: (shape, scope) => {
    const outputSize = each(scope, () => scope.random.integer(1, 3));
    if (outputSize.some((size, k) => size > shape[k]!)) throw new RangeError('fewer positions');
    const largest = scope.random.chance(0.5);
    return ([x]) =>
      largest ? ops.adaptiveMaxPool(x!, { outputSize }) : ops.adaptiveAveragePool(x!, { outputSize });
  },
  noise: (_, { random }) => {
    const stream = random.integer(20, 29);
    const apply = random.pick<(x: Node) => Node>([
      (x) => ops.gaussianNoise(x, { stddev: 0.1, stream }),
      (x) => ops.gaussianDropout(x, { rate: 0.2, stream }),
      (x) => ops.spatialDropout(x, { rate: 0.3, stream }),
    ]);
    return ([x], { training }) => (training ? apply(x!) : x!);
  },
};
