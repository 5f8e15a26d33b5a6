import type { TestRandom } from '../../ops/test-random.test-support.ts';
import type * as layers from './index.ts';
import type { Shape } from './layer.ts';

/** A layer and what it is applied to. */
export interface LayerSample {
  readonly options: Readonly<Record<string, unknown>>;
  /** Shapes of one sample of each input. */
  readonly inputs: readonly Shape[];
  /** Inputs are whole numbers below this. */
  readonly classes?: number;
  /** The layer draws random numbers in training. */
  readonly random?: boolean;
}

type Sampler = (random: TestRandom) => LayerSample;
type Name = Exclude<keyof typeof layers, 'inputLayer'>;

const one = (options: LayerSample['options'], input: Shape): LayerSample => ({ options, inputs: [input] });
const some = <T>(random: TestRandom, choices: readonly T[]): T => random.pick(choices);
/** An option that is left out as often as not. */
const maybe = (random: TestRandom, name: string, value: () => unknown): Record<string, unknown> =>
  random.integer(0, 1) === 0 ? {} : { [name]: value() };
const several = (count: number, make: () => number): number[] => Array.from({ length: count }, make);
const spatial = (random: TestRandom, rank: number): number[] =>
  several(rank, () => random.integer(3, rank === 1 ? 11 : rank === 2 ? 7 : 5));
const shaped = (random: TestRandom, lowest = 0): number[] =>
  several(random.integer(lowest, 2), () => random.integer(2, 4)).concat(random.integer(1, 5));
const activations = ['linear', 'relu', 'tanh', 'gelu', 'silu', 'elu', 'softmax', 'hard_sigmoid'];
const initializers = ['he_normal', 'glorot_uniform', 'random_normal'];
/** A number for all dimensions, or one for each. */
const extents = (random: TestRandom, rank: number, most: number): number | number[] => {
  const list = several(rank, () => random.integer(1, most));
  return random.integer(0, 2) === 0 ? list[0]! : list;
};
const regularizers = [
  { class_name: 'L1', config: { l1: 0.01 } },
  { class_name: 'L2', config: { l2: 0.02 } },
  { class_name: 'L1L2', config: { l1: 0.01, l2: 0.005 } },
];
const constraints = [
  { class_name: 'MaxNorm', config: { max_value: 1.5, axis: 0 } },
  { class_name: 'NonNeg', config: {} },
  { class_name: 'UnitNorm', config: { axis: 0 } },
  { class_name: 'MinMaxNorm', config: { min_value: 0.5, max_value: 1, rate: 0.7, axis: 0 } },
];
/** Initialiser, regulariser and constraint of a weight, each now and then. */
const weight = (random: TestRandom, prefix: string): Record<string, unknown> => ({
  ...maybe(random, `${prefix}Initializer`, () => some(random, initializers)),
  ...(random.integer(0, 3) === 0 ? { [`${prefix}Regularizer`]: some(random, regularizers) } : {}),
  ...(random.integer(0, 3) === 0 ? { [`${prefix}Constraint`]: some(random, constraints) } : {}),
});

/** Strides or dilations, and kernels that fit. */
function window(
  random: TestRandom,
  rank: 1 | 2 | 3,
  causal = false,
): { options: Record<string, unknown>; space: number[] } {
  const space = spatial(random, rank);
  const padding = some(random, ['same', 'valid', ...(causal && rank === 1 ? ['causal'] : [])]);
  const stepped = random.integer(0, 2);
  const least = padding === 'valid' ? Math.min(...space) : 9;
  const kernelSize = extents(random, rank, Math.min(rank === 3 ? 3 : 5, least));
  const reach = Math.max(...[kernelSize].flat());
  const most = Math.max(
    1,
    Math.min(3, padding === 'valid' && reach > 1 ? Math.floor((least - 1) / (reach - 1)) : 3),
  );
  return {
    space,
    options: {
      kernelSize,
      padding,
      ...(stepped === 1 ? { strides: rank === 2 ? random.integer(1, 3) : extents(random, rank, 3) } : {}),
      ...(stepped === 2 ? { dilationRate: extents(random, rank, most) } : {}),
    },
  };
}

const outside = (random: TestRandom): Record<string, unknown> => ({
  ...maybe(random, 'activation', () => some(random, activations)),
  ...maybe(random, 'useBias', () => random.integer(0, 1) === 0),
  ...(random.integer(0, 5) === 0 ? { activityRegularizer: some(random, regularizers) } : {}),
});

const conv =
  (rank: 1 | 2 | 3): Sampler =>
  (random) => {
    const { options, space } = window(random, rank, true);
    const groups = rank === 1 || rank === 2 ? some(random, [1, 1, 2, 3]) : 1;
    const channels = groups * random.integer(1, 3);
    return one(
      {
        filters: groups * random.integer(1, 3),
        ...options,
        ...(groups > 1 ? { groups } : {}),
        ...outside(random),
        ...weight(random, 'kernel'),
        ...weight(random, 'bias'),
      },
      [...space, channels],
    );
  };
const depthwise =
  (rank: 1 | 2 | 3): Sampler =>
  (random) => {
    const { options, space } = window(random, rank);
    return one(
      {
        ...options,
        ...maybe(random, 'depthMultiplier', () => random.integer(1, 3)),
        ...outside(random),
        ...weight(random, 'depthwise'),
      },
      [...space, random.integer(1, 4)],
    );
  };
const separable =
  (rank: 1 | 2 | 3): Sampler =>
  (random) => {
    const { options, space } = window(random, rank, true);
    return one(
      {
        filters: random.integer(1, 4),
        ...options,
        ...maybe(random, 'depthMultiplier', () => random.integer(1, 3)),
        ...outside(random),
        ...weight(random, 'depthwise'),
        ...weight(random, 'pointwise'),
      },
      [...space, random.integer(1, 4)],
    );
  };
const transposed =
  (rank: 1 | 2 | 3): Sampler =>
  (random) => {
    const [stride, padding] = [random.integer(1, 3), some(random, ['same', 'valid'])];
    return one(
      {
        filters: random.integer(1, 3),
        kernelSize: extents(random, rank, 4),
        strides: stride,
        padding,
        ...(stride === 1 ? maybe(random, 'dilationRate', () => random.integer(1, 2)) : {}),
        ...outside(random),
        ...weight(random, 'kernel'),
      },
      [...several(rank, () => random.integer(1, rank === 3 ? 3 : 5)), random.integer(1, 3)],
    );
  };
const pooling =
  (rank: 1 | 2 | 3): Sampler =>
  (random) => {
    const space = spatial(random, rank);
    return one(
      {
        poolSize: extents(random, rank, 3),
        ...maybe(random, 'strides', () => extents(random, rank, 3)),
        ...maybe(random, 'padding', () => some(random, ['same', 'valid'])),
        ...maybe(random, 'dataFormat', () => some(random, ['channels_last', 'channels_first'])),
      },
      [...space, random.integer(3, 4)],
    );
  };
const global =
  (rank: 1 | 2 | 3): Sampler =>
  (random) =>
    one(
      {
        ...maybe(random, 'keepdims', () => true),
        ...maybe(random, 'dataFormat', () => 'channels_first'),
      },
      [...spatial(random, rank), random.integer(1, 4)],
    );
const adaptive =
  (rank: 1 | 2 | 3): Sampler =>
  (random) =>
    one({ outputSize: extents(random, rank, 3) }, [...spatial(random, rank), random.integer(1, 4)]);
const border =
  (rank: 1 | 2 | 3, name: string, most: number): Sampler =>
  (random) => {
    const pair = (): number[] => [random.integer(0, most), random.integer(0, most)];
    const forms = [
      () => random.integer(0, most),
      () => (rank === 1 ? pair() : several(rank, () => random.integer(0, most))),
      () => (rank === 1 ? pair() : Array.from({ length: rank }, pair)),
    ];
    return one(maybe(random, name, some(random, forms)), [
      ...several(rank, () => random.integer(2 * most + 1, 2 * most + 3)),
      random.integer(1, 3),
    ]);
  };
const joined =
  (count: () => number): Sampler =>
  (random) => {
    const shape = shaped(random);
    const inputs = Array.from({ length: count() }, (_, k) =>
      k === 1 && random.integer(0, 2) === 0 ? shape.map((n) => (random.integer(0, 1) ? n : 1)) : shape,
    );
    return { options: {}, inputs };
  };
const elementwise =
  (options: (random: TestRandom) => Record<string, unknown> = () => ({})): Sampler =>
  (random) =>
    one(options(random), shaped(random));
const drawn =
  (sampler: Sampler): Sampler =>
  (random) => ({ ...sampler(random), random: true });
const affine = (random: TestRandom): Record<string, unknown> => ({
  ...maybe(random, 'epsilon', () => some(random, [0.01, 0.1])),
  ...maybe(random, 'center', () => false),
  ...maybe(random, 'scale', () => false),
  ...weight(random, 'gamma'),
});
const axes = (random: TestRandom): Record<string, unknown> =>
  maybe(random, 'axis', () => some(random, [-1, 1, [1, 2], [-1, -2]]));
const image = (options: (random: TestRandom) => Record<string, unknown>): Sampler =>
  drawn((random) => one(options(random), [...spatial(random, 2), random.integer(1, 3)]));

/** For every layer a way to choose its options and the shapes of its inputs. */
export const layerSamplers: { readonly [K in Name]: Sampler } = {
  activation: elementwise((random) => ({ activation: some(random, activations) })),
  activityRegularization: elementwise((random) => ({ ...maybe(random, 'l1', () => 0.02), l2: 0.01 })),
  adaptiveAveragePooling1d: adaptive(1),
  adaptiveAveragePooling2d: adaptive(2),
  adaptiveAveragePooling3d: adaptive(3),
  adaptiveMaxPooling1d: adaptive(1),
  adaptiveMaxPooling2d: adaptive(2),
  adaptiveMaxPooling3d: adaptive(3),
  add: joined(() => 3),
  average: joined(() => 3),
  averagePooling1d: pooling(1),
  averagePooling2d: pooling(2),
  averagePooling3d: pooling(3),
  batchNormalization: (random) =>
    one(
      {
        ...affine(random),
        ...maybe(random, 'momentum', () => 0.8),
        ...maybe(random, 'axis', () => some(random, [-1, 1])),
      },
      shaped(random),
    ),
  concatenate: (random) => {
    const shape = shaped(random);
    const axis = random.integer(1, shape.length);
    const inputs = [1, 2, 3].map(() => shape.map((n, k) => (k === axis - 1 ? random.integer(1, 4) : n)));
    return { options: axis === shape.length ? maybe(random, 'axis', () => -1) : { axis }, inputs };
  },
  conv1d: conv(1),
  conv1dTranspose: transposed(1),
  conv2d: conv(2),
  conv2dTranspose: transposed(2),
  conv3d: conv(3),
  conv3dTranspose: transposed(3),
  cropping1d: border(1, 'cropping', 2),
  cropping2d: border(2, 'cropping', 1),
  cropping3d: border(3, 'cropping', 1),
  dense: (random) =>
    one(
      {
        units: random.integer(1, 6),
        ...outside(random),
        ...weight(random, 'kernel'),
        ...weight(random, 'bias'),
      },
      shaped(random),
    ),
  depthwiseConv1d: depthwise(1),
  depthwiseConv2d: depthwise(2),
  depthwiseConv3d: depthwise(3),
  dot: (random) => {
    const extent = random.integer(2, 5);
    const [a, b] = [shaped(random), shaped(random)];
    const at = [random.integer(0, a.length - 1), random.integer(0, b.length - 1)] as const;
    a[at[0]] = extent;
    b[at[1]] = extent;
    const same = at[0] === at[1] && random.integer(0, 1) === 0;
    return {
      options: { axes: same ? at[0] + 1 : [at[0] + 1, at[1] + 1], ...maybe(random, 'normalize', () => true) },
      inputs: [a, b],
    };
  },
  dropout: drawn((random) => {
    const own = shaped(random);
    const options = {
      rate: some(random, [0, 0.5]),
      ...maybe(random, 'noiseShape', () => [null, ...own.map((n) => some(random, [null, 1, n]))]),
    };
    return one(options, own);
  }),
  elu: elementwise((random) => maybe(random, 'alpha', () => 1.5)),
  embedding: (random) => {
    const inputDim = random.integer(3, 8);
    const options = { inputDim, outputDim: random.integer(1, 4), ...weight(random, 'embeddings') };
    return { options, inputs: [[random.integer(1, 6)]], classes: inputDim };
  },
  flatten: (random) =>
    one(
      maybe(random, 'dataFormat', () => 'channels_first'),
      shaped(random, 1),
    ),
  gaussianDropout: drawn(elementwise(() => ({ rate: 0.3 }))),
  gaussianNoise: drawn(elementwise(() => ({ stddev: 0.3 }))),
  globalAveragePooling1d: global(1),
  globalAveragePooling2d: global(2),
  globalAveragePooling3d: global(3),
  globalMaxPooling1d: global(1),
  globalMaxPooling2d: global(2),
  globalMaxPooling3d: global(3),
  groupNormalization: (random) => {
    const groups = some(random, [1, 2, 3, -1]);
    const channels = Math.abs(groups) * random.integer(2, 3);
    return one({ groups, ...affine(random) }, [...shaped(random).slice(1), random.integer(2, 4), channels]);
  },
  identity: elementwise(),
  layerNormalization: (random) =>
    one({ ...axes(random), ...affine(random) }, [random.integer(2, 4), random.integer(2, 5)]),
  leakyRelu: elementwise((random) => maybe(random, 'negativeSlope', () => 0.1)),
  masking: (random) => one({}, [random.integer(2, 5), random.integer(1, 4)]),
  maxPooling1d: pooling(1),
  maxPooling2d: pooling(2),
  maxPooling3d: pooling(3),
  maximum: joined(() => 3),
  minimum: joined(() => 2),
  mixUp: image((random) => maybe(random, 'alpha', () => 0.4)),
  multiply: joined(() => 2),
  normalization: (random) =>
    random.integer(0, 1) === 0
      ? one(
          {
            ...maybe(random, 'axis', () => null),
            mean: 0.3,
            variance: 2,
            ...maybe(random, 'invert', () => true),
          },
          shaped(random),
        )
      : one(
          maybe(random, 'axis', () => [1, -1]),
          [random.integer(2, 3), random.integer(2, 3), 2],
        ),
  permute: (random) => {
    const shape = shaped(random, 1);
    return one({ dims: shape.map((_, k) => k + 1).sort(() => random.uniform() - 0.5) }, shape);
  },
  prelu: (random) =>
    one({ ...maybe(random, 'sharedAxes', () => [1]), ...weight(random, 'alpha') }, shaped(random, 1)),
  randomContrast: image(() => ({ factor: 0.2 })),
  randomErasing: image(() => ({})),
  randomFlip: image((random) => maybe(random, 'mode', () => 'horizontal')),
  randomRotation: image(() => ({ factor: 0.1 })),
  randomTranslation: image(() => ({ heightFactor: 0.1, widthFactor: 0.2 })),
  randomZoom: image(() => ({ heightFactor: 0.1 })),
  relu: elementwise((random) => ({
    ...maybe(random, 'maxValue', () => 1),
    ...maybe(random, 'negativeSlope', () => 0.1),
    ...maybe(random, 'threshold', () => 0.2),
  })),
  repeatVector: (random) => one({ n: random.integer(1, 4) }, [random.integer(1, 5)]),
  rescaling: elementwise((random) => ({ scale: 0.5, ...maybe(random, 'offset', () => -1) })),
  reshape: (random) => {
    const [a, b, c] = [random.integer(1, 3), random.integer(2, 3), random.integer(1, 4)];
    return one({ targetShape: some(random, [[-1], [c, a * b], [a, -1], [a * b * c]]) }, [a, b, c]);
  },
  rmsNormalization: (random) =>
    one({ ...axes(random), ...maybe(random, 'epsilon', () => 0.01) }, [
      random.integer(2, 4),
      random.integer(2, 5),
    ]),
  separableConv1d: separable(1),
  separableConv2d: separable(2),
  separableConv3d: separable(3),
  softmax: (random) =>
    one(
      maybe(random, 'axis', () => 1),
      shaped(random, 1),
    ),
  spatialDropout1d: drawn((random) => one({ rate: 0.4 }, [...spatial(random, 1), 2])),
  spatialDropout2d: drawn((random) => one({ rate: 0.4 }, [...spatial(random, 2), 2])),
  spatialDropout3d: drawn((random) => one({ rate: 0.4 }, [...spatial(random, 3), 2])),
  subtract: joined(() => 2),
  unitNormalization: (random) => one(axes(random), [random.integer(2, 4), random.integer(2, 5)]),
  upSampling1d: (random) =>
    one(
      maybe(random, 'size', () => random.integer(1, 3)),
      [...spatial(random, 1), 2],
    ),
  upSampling2d: (random) =>
    one(
      {
        ...maybe(random, 'size', () => extents(random, 2, 3)),
        ...maybe(random, 'interpolation', () => some(random, ['nearest', 'bilinear'])),
        ...maybe(random, 'dataFormat', () => 'channels_first'),
      },
      [random.integer(2, 4), random.integer(2, 4), random.integer(2, 3)],
    ),
  upSampling3d: (random) =>
    one(
      maybe(random, 'size', () => extents(random, 3, 2)),
      [2, 3, 2, 2],
    ),
  zeroPadding1d: border(1, 'padding', 2),
  zeroPadding2d: border(2, 'padding', 2),
  zeroPadding3d: border(3, 'padding', 1),
};

/** Layers that Keras does not have, and how many samples of them `convolutions-3d.test.ts` compares with plain loops. */
export const sampledWithoutKeras = { depthwiseConv3d: 12, separableConv3d: 12 } as const;
