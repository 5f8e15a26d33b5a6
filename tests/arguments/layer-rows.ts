import { augmentationRows } from './augmentation-rows.ts';
import { convolutionRows } from './convolution-rows.ts';
import * as k from './kinds.ts';
import { anyRank, dataFormat, type LayerName, type LayerRow, space, weight } from './layer-row.ts';

const merged = (inputs = 2) => ({
  kinds: {},
  given: {},
  inputs: new Array<readonly number[]>(inputs).fill([3, 2]),
  ranks: anyRank,
  impossible: [
    {
      inputs: [
        [3, 2],
        [3, 3],
      ],
      says: /\[.*3, 3\]/,
    },
    { inputs: [[3, 2]], says: /inputs/ },
  ],
});

const affine = {
  epsilon: k.above(0),
  center: k.boolean,
  scale: k.boolean,
  ...weight('beta'),
  ...weight('gamma'),
};

const border = <const Name extends 'cropping' | 'padding'>(name: Name, rank: 1 | 2 | 3) => ({
  kinds: { [name]: k.borders(rank) } as { readonly [K in Name]: k.Kind },
  given: {},
  inputs: [space(rank)],
});

const cropping = (rank: 1 | 2 | 3) => ({
  ...border('cropping', rank),
  impossible: [{ options: { cropping: 2 }, says: /cropping|4/ }],
});

const elementwise = { inputs: [[2, 3]], ranks: anyRank } as const;
const dropped = { kinds: { rate: k.rate }, given: { rate: 0.5 } };
/** Every layer, by the name of the function that makes it. */
export const layerRows: { readonly [Name in LayerName]: LayerRow<Name> } = {
  ...convolutionRows,
  ...augmentationRows,
  activation: { ...elementwise, kinds: { activation: k.activation }, given: { activation: 'relu' } },
  activityRegularization: { ...elementwise, kinds: { l1: k.atLeast(0), l2: k.atLeast(0) }, given: {} },
  add: merged(),
  average: merged(),
  batchNormalization: {
    kinds: {
      axis: k.axis,
      momentum: k.between(0, 1),
      ...affine,
      movingMeanInitializer: k.initializer,
      movingVarianceInitializer: k.initializer,
    },
    given: {},
    inputs: [[3, 2]],
    ranks: [1, 8],
    impossible: [{ options: { axis: 3 }, says: /axis/ }],
  },
  concatenate: {
    kinds: { axis: k.axis },
    given: {},
    inputs: [
      [3, 2],
      [3, 4],
    ],
    ranks: [1, 8],
    impossible: [
      {
        inputs: [
          [3, 2],
          [4, 2],
        ],
        says: /4, 2/,
      },
    ],
  },
  cropping1d: cropping(1),
  cropping2d: { ...cropping(2), kinds: { cropping: k.borders(2), dataFormat } },
  cropping3d: { ...cropping(3), kinds: { cropping: k.borders(3), dataFormat } },
  dense: {
    kinds: {
      units: k.positive,
      activation: k.activation,
      useBias: k.boolean,
      ...weight('kernel'),
      ...weight('bias'),
    },
    given: { units: 2 },
    inputs: [[3]],
    ranks: [1, 8],
  },
  dot: {
    kinds: { axes: k.either(k.axis, k.list(k.axis, 2, 2)), normalize: k.boolean },
    given: { axes: 1 },
    inputs: [[3], [3]],
    ranks: [1, 8],
    impossible: [
      { inputs: [[3], [4]], says: /3.*4|4.*3/ },
      { options: { axes: 2 }, says: /axis 2/ },
    ],
  },
  dropout: {
    ...elementwise,
    kinds: {
      rate: k.rate,
      noiseShape: k.orNull(
        (value) => k.list(k.orNull(k.positive), 1)(value) && (value as unknown[])[0] === null,
      ),
    },
    given: { rate: 0.5 },
    impossible: [
      { options: { noiseShape: [null, 2] }, says: /noiseShape/ },
      { options: { noiseShape: [null, 2, 2] }, says: /noiseShape/ },
    ],
  },
  elu: { ...elementwise, kinds: { alpha: k.number }, given: {} },
  embedding: {
    kinds: { inputDim: k.positive, outputDim: k.positive, ...weight('embeddings'), maskZero: k.boolean },
    given: { inputDim: 4, outputDim: 2 },
    inputs: [[3]],
    ranks: anyRank,
  },
  flatten: { ...elementwise, kinds: { dataFormat }, given: {} },
  gaussianDropout: { ...elementwise, ...dropped },
  gaussianNoise: { ...elementwise, kinds: { stddev: k.between(0, 1) }, given: { stddev: 0.5 } },
  groupNormalization: {
    kinds: { groups: k.either(k.positive, (value) => value === -1), axis: k.axis, ...affine },
    given: { groups: 2 },
    inputs: [[3, 4]],
    ranks: [1, 8],
    impossible: [
      { options: { groups: 3 }, says: /groups.*divisor of 4/ },
      { options: { axis: 1 }, says: /axis.*the last/ },
    ],
  },
  identity: { ...elementwise, kinds: {}, given: {} },
  layerNormalization: {
    kinds: { axis: k.axes, ...affine },
    given: {},
    inputs: [[3, 2]],
    ranks: [1, 8],
    impossible: [
      { options: { axis: 3 }, says: /axis 3/ },
      { options: { axis: [2, -1] }, says: /axis/ },
    ],
  },
  leakyRelu: { ...elementwise, kinds: { negativeSlope: k.atLeast(0) }, given: {} },
  masking: { kinds: { maskValue: k.number }, given: {}, inputs: [[3, 2]], ranks: [1, 8] },
  maximum: merged(),
  minimum: merged(),
  multiply: merged(),
  normalization: {
    kinds: {
      axis: k.orNull(k.different(k.either(k.axis, k.list(k.axis)))),
      mean: k.orNull(k.either(k.number, k.list(k.number, 1))),
      variance: k.orNull(k.either(k.atLeast(0), k.list(k.atLeast(0), 1))),
      invert: k.boolean,
    },
    given: { mean: 1, variance: 2 },
    inputs: [[3, 2]],
    ranks: [1, 8],
    impossible: [
      { options: { mean: [1, 2, 3] }, says: /mean.*2 of them/ },
      { options: { variance: [1, 2, 3] }, says: /variance.*2 of them/ },
      { options: { axis: 3 }, says: /axis 3/ },
    ],
  },
  permute: {
    kinds: {
      dims: (value) =>
        Array.isArray(value) && value.length > 0 && value.every((_, at) => value.includes(at + 1)),
    },
    given: { dims: [2, 1] },
    inputs: [[3, 2]],
  },
  prelu: {
    ...elementwise,
    kinds: {
      ...weight('alpha'),
      sharedAxes: k.orNull(k.different(k.either(k.positive, k.list(k.positive)))),
    },
    given: {},
    impossible: [{ options: { sharedAxes: [3] }, says: /sharedAxes.*1 to 2/ }],
  },
  relu: {
    ...elementwise,
    kinds: { maxValue: k.orNull(k.atLeast(0)), negativeSlope: k.atLeast(0), threshold: k.atLeast(0) },
    given: {},
  },
  repeatVector: { kinds: { n: k.positive }, given: { n: 2 }, inputs: [[3]] },
  rescaling: {
    ...elementwise,
    kinds: {
      scale: k.either(k.number, k.list(k.number, 1)),
      offset: k.either(k.number, k.list(k.number, 1)),
    },
    given: { scale: 2 },
    impossible: [{ options: { scale: [1, 2] }, says: /scale/ }],
  },
  reshape: {
    kinds: { targetShape: k.list(k.either(k.positive, (value) => value === -1)) },
    given: { targetShape: [3, 2] },
    inputs: [[2, 3]],
    ranks: anyRank,
    impossible: [
      { options: { targetShape: [4, 2] }, says: /6|2, 3/ },
      { options: { targetShape: [-1, -1] }, says: /targetShape/ },
      { options: { targetShape: [4, -1] }, says: /6|2, 3/ },
    ],
  },
  rmsNormalization: {
    kinds: { axis: k.axes, epsilon: k.above(0) },
    given: {},
    inputs: [[3, 2]],
    ranks: [1, 8],
    impossible: [{ options: { axis: 3 }, says: /axis 3/ }],
  },
  softmax: { kinds: { axis: k.axis }, given: {}, inputs: [[3, 2]], ranks: [1, 8] },
  spatialDropout1d: { ...dropped, inputs: [space(1)] },
  spatialDropout2d: { ...dropped, kinds: { ...dropped.kinds, dataFormat }, inputs: [space(2)] },
  spatialDropout3d: { ...dropped, kinds: { ...dropped.kinds, dataFormat }, inputs: [space(3)] },
  subtract: merged(),
  unitNormalization: {
    kinds: { axis: k.axes },
    given: {},
    inputs: [[3, 2]],
    ranks: [1, 8],
    impossible: [{ options: { axis: 3 }, says: /axis 3/ }],
  },
  upSampling1d: { kinds: { size: k.positive }, given: {}, inputs: [space(1)] },
  upSampling2d: {
    kinds: { size: k.extents(2), interpolation: k.oneOf('nearest', 'bilinear'), dataFormat },
    given: {},
    inputs: [space(2)],
  },
  upSampling3d: { kinds: { size: k.extents(3), dataFormat }, given: {}, inputs: [space(3)] },
  zeroPadding1d: border('padding', 1),
  zeroPadding2d: { ...border('padding', 2), kinds: { padding: k.borders(2), dataFormat } },
  zeroPadding3d: { ...border('padding', 3), kinds: { padding: k.borders(3), dataFormat } },
};
