import { describe, expect, test } from 'vitest';
import { camelCase } from '../naming.ts';
import { multiplyAdds } from '../network/multiply-adds.ts';
import { sequentialNetwork } from '../network/network.ts';
import { costsOf, summaryOf } from '../network/summary.ts';
import * as layers from './index.ts';
import { input } from './input-layer.ts';
import type { Layer, Shape } from './layer.ts';

interface Case {
  readonly make: (options: never) => Layer;
  readonly options: object;
  readonly input: Shape;
  readonly output: Shape;
  /** Numbers in the weights. */
  readonly parameters: number;
  readonly multiplyAdds?: number;
  readonly name: string;
}

const { conv1d, conv2d, conv3d, dense, depthwiseConv1d, depthwiseConv2d, separableConv1d, separableConv2d } =
  layers;
const image: Shape = [8, 6, 3];
const series: Shape = [10, 4];
const row = (
  name: string,
  make: (options: never) => Layer,
  options: object,
  input: Shape,
  output: Shape,
  parameters = 0,
  multiplyAdds?: number,
): Case => ({ name, make, options, input, output, parameters, multiplyAdds });

const cases: Case[] = [
  row(
    'conv1d',
    conv1d,
    { filters: 5, kernelSize: 3, padding: 'causal', dilationRate: 2 },
    series,
    [10, 5],
    65,
    600,
  ),
  row(
    'conv2d',
    conv2d,
    { filters: 4, kernelSize: [3, 2], strides: 2, padding: 'same' },
    image,
    [4, 3, 4],
    76,
    864,
  ),
  row('conv2d', conv2d, { filters: 6, kernelSize: 3, groups: 3, useBias: false }, image, [6, 4, 6], 54, 1296),
  row('conv3d', conv3d, { filters: 2, kernelSize: 2 }, [4, 3, 3, 2], [3, 2, 2, 2], 34, 384),
  row('depthwise_conv1d', depthwiseConv1d, { kernelSize: 3, depthMultiplier: 2 }, series, [8, 8], 32, 192),
  row(
    'depthwise_conv2d',
    depthwiseConv2d,
    { kernelSize: 3, dilationRate: 2, strides: 2, padding: 'same' },
    image,
    [4, 3, 3],
    30,
    324,
  ),
  row('separable_conv1d', separableConv1d, { filters: 6, kernelSize: 3 }, series, [8, 6], 42, 96 + 192),
  row(
    'separable_conv2d',
    separableConv2d,
    { filters: 5, kernelSize: 3, depthMultiplier: 2, padding: 'same' },
    image,
    [8, 6, 5],
    89,
    2592 + 1440,
  ),
  row(
    'separable_conv2d',
    separableConv2d,
    { filters: 5, kernelSize: 3, depthwiseUseBias: true, depthwiseActivation: 'relu' },
    image,
    [6, 4, 5],
    50,
  ),
  row('dense', dense, { units: 7, activation: 'softmax' }, [5], [7], 42, 35),
  row('dense', dense, { units: 7, useBias: false }, series, [10, 7], 28, 280),
  row('max_pooling1d', layers.maxPooling1d, { poolSize: 3, strides: 2, padding: 'same' }, series, [5, 4]),
  row('max_pooling2d', layers.maxPooling2d, {}, image, [4, 3, 3]),
  row('average_pooling1d', layers.averagePooling1d, { strides: 1 }, series, [9, 4]),
  row('average_pooling2d', layers.averagePooling2d, { poolSize: [3, 2], padding: 'same' }, image, [3, 3, 3]),
  row('global_average_pooling1d', layers.globalAveragePooling1d, {}, series, [4]),
  row('global_average_pooling2d', layers.globalAveragePooling2d, { keepdims: true }, image, [1, 1, 3]),
  row('global_max_pooling1d', layers.globalMaxPooling1d, {}, series, [4]),
  row('global_max_pooling2d', layers.globalMaxPooling2d, {}, image, [3]),
  row('batch_normalization', layers.batchNormalization, {}, image, image, 12),
  row('batch_normalization', layers.batchNormalization, { scale: false, center: false }, [5], [5], 10),
  row('dropout', layers.dropout, { rate: 0.25 }, image, image),
  row('flatten', layers.flatten, {}, image, [144]),
  row('reshape', layers.reshape, { targetShape: [-1, 9] }, image, [16, 9]),
  row('activation', layers.activation, { activation: 'hardSwish' }, image, image),
  row('re_lu', layers.relu, { maxValue: 6 }, image, image),
  row('leaky_re_lu', layers.leakyRelu, { negativeSlope: 0.1 }, image, image),
  row('elu', layers.elu, { alpha: 2 }, image, image),
  row('p_re_lu', layers.prelu, { sharedAxes: [1, 2] }, image, image, 3),
  row('p_re_lu', layers.prelu, {}, series, series, 40),
  row('activation', layers.activation, { activation: 'glu' }, series, [10, 2]),
  row('softmax', layers.softmax, {}, [5], [5]),
  row('rescaling', layers.rescaling, { scale: 1 / 255, offset: 0.5 }, image, image),
  row('permute', layers.permute, { dims: [2, 3, 1] }, image, [6, 3, 8]),
  row('repeat_vector', layers.repeatVector, { n: 4 }, [5], [4, 5]),
  row('cropping1d', layers.cropping1d, {}, series, [8, 4]),
  row('cropping2d', layers.cropping2d, { cropping: [1, [0, 2]] }, image, [6, 4, 3]),
  row('cropping3d', layers.cropping3d, {}, [4, 5, 6, 2], [2, 3, 4, 2]),
  row('up_sampling1d', layers.upSampling1d, { size: 3 }, series, [30, 4]),
  row('up_sampling2d', layers.upSampling2d, { size: [1, 2], interpolation: 'nearest' }, image, [8, 12, 3]),
  row('up_sampling2d', layers.upSampling2d, { size: 3, interpolation: 'bilinear' }, image, [24, 18, 3]),
  row('up_sampling3d', layers.upSampling3d, {}, [1, 2, 3, 2], [2, 4, 6, 2]),
  row('max_pooling3d', layers.maxPooling3d, {}, [4, 5, 6, 2], [2, 2, 3, 2]),
  row('average_pooling3d', layers.averagePooling3d, { padding: 'same' }, [4, 5, 6, 2], [2, 3, 3, 2]),
  row('global_average_pooling3d', layers.globalAveragePooling3d, {}, [4, 5, 6, 2], [2]),
  row('global_max_pooling3d', layers.globalMaxPooling3d, { keepdims: true }, [4, 5, 6, 2], [1, 1, 1, 2]),
  row('layer_normalization', layers.layerNormalization, {}, image, image, 6),
  row('layer_normalization', layers.layerNormalization, { axis: [-1, 1], center: false }, image, image, 24),
  row('group_normalization', layers.groupNormalization, { groups: -1 }, image, image, 6),
  row('rms_normalization', layers.rmsNormalization, {}, series, series, 4),
  row('unit_normalization', layers.unitNormalization, { axis: [1, 2] }, series, series),
  row('spatial_dropout1d', layers.spatialDropout1d, { rate: 0.5 }, series, series),
  row('spatial_dropout2d', layers.spatialDropout2d, { rate: 0 }, image, image),
  row('spatial_dropout3d', layers.spatialDropout3d, { rate: 0.5 }, [4, 5, 6, 2], [4, 5, 6, 2]),
  row('gaussian_noise', layers.gaussianNoise, { stddev: 1 }, image, image),
  row('gaussian_dropout', layers.gaussianDropout, { rate: 0.5 }, image, image),
  row(
    'depthwise_conv3d',
    layers.depthwiseConv3d,
    { kernelSize: 2, depthMultiplier: 3 },
    [4, 3, 3, 2],
    [3, 2, 2, 6],
    54,
    576,
  ),
  row(
    'separable_conv3d',
    layers.separableConv3d,
    { filters: 5, kernelSize: [1, 2, 2], dilationRate: [1, 1, 2] },
    [4, 3, 3, 2],
    [4, 2, 1, 5],
    23,
    64 + 80,
  ),
  row('zero_padding3d', layers.zeroPadding3d, { padding: [1, 0, 2] }, [4, 5, 6, 2], [6, 5, 10, 2]),
  row('zero_padding1d', layers.zeroPadding1d, { padding: [2, 0] }, series, [12, 4]),
  row(
    'zero_padding2d',
    layers.zeroPadding2d,
    {
      padding: [
        [1, 0],
        [0, 2],
      ],
    },
    image,
    [9, 8, 3],
  ),
];

describe.each(cases)('$name $options', ({
  name,
  make,
  options,
  input,
  output,
  parameters,
  multiplyAdds: adds,
}) => {
  test('shape, parameters, multiply-adds, default name', () => {
    const layer = make(options as never);
    const network = sequentialNetwork([layer], { inputShape: input });
    expect(network.outputs[0]!.shape).toEqual(output);
    expect(layer.name).toBe(name);
    expect(layer.parameterCount).toBe(parameters);
    if (adds !== undefined) expect(multiplyAdds(network).get(name)).toBe(adds);
  });

  test('its config makes the same layer', () => {
    const layer = make(options as never);
    const config = JSON.parse(JSON.stringify(layer.getConfig())) as Record<string, unknown>;
    const again = make(
      Object.fromEntries(Object.entries(config).map(([key, value]) => [camelCase(key), value])) as never,
    );
    expect(JSON.parse(JSON.stringify(again.getConfig()))).toEqual(config);
    expect(sequentialNetwork([again], { inputShape: input }).outputs[0]!.shape).toEqual(output);
  });
});

test('joins', () => {
  const x = layers.inputLayer({ shape: [3, 2] });
  expect(() => sequentialNetwork([x, layers.add()])).toThrow(
    'Invalid value for inputs in layer "add". Expected at least two inputs. Received: 1.',
  );
  const a = input({ shape: [3, 2] });
  expect(() => layers.subtract().apply([a, a, a])).toThrow(
    'Invalid value for inputs in layer "subtract". Expected two inputs. Received: 3.',
  );
});

describe('refusals name layer, argument and what was meant', () => {
  const refuse = (body: () => unknown, message: string): void => expect(body).toThrow(message);
  const shape = { inputShape: [28, 28, 1] };

  test('options', () => {
    refuse(
      () => separableConv2d({ filters: 3, kernelSize: 3, dilation: 2 } as never),
      'Unknown option "dilation" in layer "separable_conv2d". Did you mean "dilationRate"?',
    );
    refuse(
      () => conv2d({ filters: 3, kernelSize: 3, dilationRate: 0, name: 'c1' }),
      'Invalid value for dilationRate in layer "c1". Expected a positive integer or [height, width]. Received: 0.',
    );
    refuse(
      () => dense({} as never),
      'Invalid value for units in layer "dense". Expected a value (this option is required).',
    );
    refuse(
      () => dense({ units: 1, activation: 'relux' as never }),
      'Invalid value for activation in layer "dense". Expected an activation, its name, or a function. Received: "relux". Did you mean "relu"?',
    );
    refuse(() => dense({ units: 1, kernelInitializer: 'he_norml' as never }), 'Did you mean "heNormal"?');
    refuse(
      () => conv2d({ filters: 3, kernelSize: 3, padding: 'causal' as never }),
      'Expected one of "valid", "same"',
    );
    refuse(() => conv1d({ filters: 3, kernelSize: 3, groups: 2 }), 'Expected a multiple of 2 groups');
    refuse(() => layers.dropout({ rate: 1 }), 'at least 0 and below 1');
    refuse(() => layers.concatenate({ axis: 0 }), 'which is the batch');
    refuse(
      () => layers.leakyRelu({ negativeSlope: -1, name: 'l' }),
      'Invalid value for negativeSlope in layer "l"',
    );
    refuse(() => layers.permute({ dims: [1, 3] }), 'the numbers from 1 on, each once');
    refuse(() => layers.repeatVector({ n: 0 }), 'Invalid value for n in layer "repeat_vector"');
    refuse(() => layers.cropping2d({ cropping: [1, -1] }), 'cropping in layer "cropping2d"');
    refuse(() => layers.zeroPadding3d({ padding: [1, 1] as never }), '[depth, height, width] or a pair');
    refuse(() => layers.upSampling2d({ interpolation: 'cubic' } as never), '"nearest", "bilinear"');
    refuse(() => layers.upSampling1d({ size: 1.5 }), 'Invalid value for size');
    refuse(() => layers.gaussianNoise({ stddev: 2 }), 'stddev in layer "gaussian_noise"');
    refuse(() => layers.gaussianDropout({ rate: 1 }), 'at least 0 and below 1');
    refuse(() => layers.spatialDropout1d({} as never), 'rate in layer "spatial_dropout1d"');
    refuse(() => layers.layerNormalization({ axis: 0 }), 'an axis other than 0, which is the batch');
    refuse(() => layers.layerNormalization({ axes: 1 } as never), 'Did you mean "axis"?');
    refuse(() => layers.rmsNormalization({ epsilon: 0 }), 'Invalid value for epsilon');
    refuse(() => layers.groupNormalization({ groups: 0 }), 'or -1 for one group a channel');
    refuse(() => layers.elu({ alpha: '1' } as never), 'Invalid value for alpha in layer "elu"');
    refuse(() => layers.prelu({ sharedAxes: [0] }), 'Invalid value for sharedAxes in layer "p_re_lu"');
  });

  test('shapes, where the layer is added', () => {
    refuse(
      () => sequentialNetwork([layers.flatten(), conv2d({ filters: 1, kernelSize: 3 })], shape),
      'Wrong shape for the input in layer "conv2d". Expected 4 dimensions [batch, height, width, channels]. Received: [null, 784].',
    );
    refuse(
      () => sequentialNetwork([conv2d({ filters: 1, kernelSize: 3, name: 'big', dilationRate: 14 })], shape),
      'in layer "big"',
    );
    refuse(
      () => sequentialNetwork([layers.reshape({ targetShape: [5, -1] })], shape),
      'Wrong shape for the target shape in layer "reshape". Expected 784 elements',
    );
    refuse(() => sequentialNetwork([layers.batchNormalization({ axis: 5 })], shape), 'an axis 5');
    refuse(() => sequentialNetwork([layers.groupNormalization()], shape), 'a divisor of 1 input channels');
    refuse(() => sequentialNetwork([layers.layerNormalization({ axis: 5 })], shape), 'an axis 5');
    refuse(() => sequentialNetwork([layers.unitNormalization({ axis: [3, -1] })], shape), 'counted from the');
    refuse(() => sequentialNetwork([layers.permute({ dims: [2, 1] })], shape), '3 dimensions, the batch');
    refuse(
      () => sequentialNetwork([layers.cropping2d({ cropping: 14 })], shape),
      'so that something is left',
    );
    refuse(() => sequentialNetwork([layers.prelu({ sharedAxes: 4 })], shape), 'axes from 1 to 3');
  });

  test('networks', () => {
    refuse(() => sequentialNetwork([]), 'an array of layers that is not empty');
    refuse(() => sequentialNetwork([dense({ units: 1 })]), 'such as [28, 28, 1]');
    const twice = [dense({ units: 1, name: 'a' }), dense({ units: 1, name: 'a' })];
    refuse(
      () => sequentialNetwork(twice, { inputShape: [2] }),
      'a name that no other layer of the network has',
    );
  });
});

test('a table of a network', () => {
  const network = sequentialNetwork(
    [
      separableConv2d({ filters: 32, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' }),
      separableConv2d({ filters: 64, kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' }),
      layers.maxPooling2d(),
      layers.dropout({ rate: 0.5 }),
      layers.flatten(),
      dense({ units: 10, activation: 'softmax' }),
    ],
    { inputShape: [28, 28, 1] },
  );
  expect(costsOf(network)).toEqual({
    parameters: 127_923,
    trainable: 127_923,
    multiplyAdds: 784 * (9 + 32 + 32 * (9 + 64)) + 12_544 * 10,
  });
  expect(summaryOf(network)).toMatchInlineSnapshot(`
    "Model: "sequential"
    -----------------------------------------------------------------------------------
    Layer (type)                          Output shape        Parameters  Multiply-adds
    -----------------------------------------------------------------------------------
    separable_conv2d (SeparableConv2D)    [null, 28, 28, 32]          73         32,144
    separable_conv2d_1 (SeparableConv2D)  [null, 28, 28, 64]       2,400      1,831,424
    max_pooling2d (MaxPooling2D)          [null, 14, 14, 64]           0              0
    dropout (Dropout)                     [null, 14, 14, 64]           0              0
    flatten (Flatten)                     [null, 12544]                0              0
    dense (Dense)                         [null, 10]             125,450        125,440
    -----------------------------------------------------------------------------------
    Parameters: 127,923 (127,923 trainable, 0 not)
    Multiply-adds a sample: 1,989,008"
  `);
});
