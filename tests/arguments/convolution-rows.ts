import type { Kind } from './kinds.ts';
import * as k from './kinds.ts';
import { dataFormat, type Impossible, type LayerRows, space, weight } from './layer-row.ts';

type Rank = 1 | 2 | 3;

const padding = (rank: Rank): Kind =>
  k.either(
    k.oneOf('valid', 'same', ...(rank === 1 ? ['causal'] : [])),
    k.list(k.list(k.count, 2, 2), rank, rank),
  );

const window = (rank: Rank) => ({
  kernelSize: k.extents(rank),
  strides: k.extents(rank),
  padding: padding(rank),
  dilationRate: k.extents(rank),
  activation: k.activation,
  useBias: k.boolean,
  dataFormat,
  ...weight('bias'),
});

const tooLarge = (rank: Rank): Impossible[] => [
  { options: { kernelSize: 5 }, says: /kernel|window|4/ },
  { options: { kernelSize: 3, dilationRate: 2 }, says: /kernel|window|4/ },
  { options: { padding: 'smae' }, says: /Did you mean "same"\?/ },
  ...(rank > 1
    ? [{ options: { kernelSize: [...new Array<number>(rank - 1).fill(1), 5] }, says: /5|window/ }]
    : []),
];

const conv = (rank: Rank) => ({
  kinds: { filters: k.positive, groups: k.positive, ...window(rank), ...weight('kernel') },
  given: { filters: 2, kernelSize: 2 },
  inputs: [space(rank)],
  impossible: [
    ...tooLarge(rank),
    { options: { groups: 3, filters: 3 }, says: /groups.*divisor of 2 input channels/ },
    { options: { groups: 2, filters: 3 }, says: /filters.*multiple of 2 groups/ },
  ],
});

const transposed = (rank: Rank) => ({
  kinds: {
    filters: k.positive,
    ...window(rank),
    padding: k.oneOf('valid', 'same'),
    outputPadding: k.orNull(k.either(k.count, k.list(k.count, rank, rank))),
    ...weight('kernel'),
  },
  given: { filters: 2, kernelSize: 2 },
  inputs: [space(rank)],
  impossible: [{ options: { outputPadding: 3 }, says: /outputPadding/ }],
});

const depthwise = (rank: Rank) => ({
  kinds: { depthMultiplier: k.positive, ...window(rank), ...weight('depthwise') },
  given: { kernelSize: 2 },
  inputs: [space(rank)],
  impossible: tooLarge(rank),
});

const separable = (rank: Rank) => ({
  kinds: {
    filters: k.positive,
    depthMultiplier: k.positive,
    ...window(rank),
    ...weight('depthwise'),
    ...weight('pointwise'),
    depthwiseUseBias: k.boolean,
    depthwiseActivation: k.activation,
    depthwiseBiasInitializer: k.initializer,
  },
  given: { filters: 2, kernelSize: 2 },
  inputs: [space(rank)],
  impossible: tooLarge(rank),
});

const pooling = (rank: Rank) => ({
  kinds: {
    poolSize: k.extents(rank),
    strides: k.orNull(k.extents(rank)),
    padding: k.oneOf('valid', 'same'),
    dataFormat,
  },
  given: {},
  inputs: [space(rank)],
  impossible: [{ options: { poolSize: 5 }, says: /window|5/ }],
});

const adaptive = (rank: Rank) => ({
  kinds: { outputSize: k.extents(rank), dataFormat },
  given: { outputSize: 2 },
  inputs: [space(rank)],
});

const global = (rank: Rank) => ({
  kinds: { keepdims: k.boolean, dataFormat },
  given: {},
  inputs: [space(rank)],
});

/** Layers that look through windows. */
export const convolutionRows: LayerRows<
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'conv1dTranspose'
  | 'conv2dTranspose'
  | 'conv3dTranspose'
  | 'depthwiseConv1d'
  | 'depthwiseConv2d'
  | 'depthwiseConv3d'
  | 'separableConv1d'
  | 'separableConv2d'
  | 'separableConv3d'
  | 'averagePooling1d'
  | 'averagePooling2d'
  | 'averagePooling3d'
  | 'maxPooling1d'
  | 'maxPooling2d'
  | 'maxPooling3d'
  | 'adaptiveAveragePooling1d'
  | 'adaptiveAveragePooling2d'
  | 'adaptiveAveragePooling3d'
  | 'adaptiveMaxPooling1d'
  | 'adaptiveMaxPooling2d'
  | 'adaptiveMaxPooling3d'
  | 'globalAveragePooling1d'
  | 'globalAveragePooling2d'
  | 'globalAveragePooling3d'
  | 'globalMaxPooling1d'
  | 'globalMaxPooling2d'
  | 'globalMaxPooling3d'
> = {
  conv1d: conv(1),
  conv2d: conv(2),
  conv3d: conv(3),
  conv1dTranspose: transposed(1),
  conv2dTranspose: transposed(2),
  conv3dTranspose: transposed(3),
  depthwiseConv1d: depthwise(1),
  depthwiseConv2d: depthwise(2),
  depthwiseConv3d: depthwise(3),
  separableConv1d: separable(1),
  separableConv2d: separable(2),
  separableConv3d: separable(3),
  averagePooling1d: pooling(1),
  averagePooling2d: pooling(2),
  averagePooling3d: pooling(3),
  maxPooling1d: pooling(1),
  maxPooling2d: pooling(2),
  maxPooling3d: pooling(3),
  adaptiveAveragePooling1d: adaptive(1),
  adaptiveAveragePooling2d: adaptive(2),
  adaptiveAveragePooling3d: adaptive(3),
  adaptiveMaxPooling1d: adaptive(1),
  adaptiveMaxPooling2d: adaptive(2),
  adaptiveMaxPooling3d: adaptive(3),
  globalAveragePooling1d: global(1),
  globalAveragePooling2d: global(2),
  globalAveragePooling3d: global(3),
  globalMaxPooling1d: global(1),
  globalMaxPooling2d: global(2),
  globalMaxPooling3d: global(3),
};
