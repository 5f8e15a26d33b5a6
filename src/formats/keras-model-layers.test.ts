import { describe, expect, test } from 'vitest';
import * as layers from '../nn/layers/index.ts';
import { sequentialNetwork } from '../nn/network/network.ts';
import { writtenLayers } from './keras-model-config.ts';
import { kerasConfigOf, layerFromConfig } from './keras-model-layers.ts';

describe('layers that Keras does not have', () => {
  test.each([
    ['DepthwiseConv3D', layers.depthwiseConv3d({ kernelSize: 2, name: 'd' })],
    ['SeparableConv3D', layers.separableConv3d({ filters: 2, kernelSize: 2, name: 'd' })],
  ])('%s is refused for Keras and kept in native files', (className, layer) => {
    const network = sequentialNetwork([layer], { inputShape: [3, 3, 3, 2] });
    expect(() => writtenLayers(network, true)).toThrow(
      `Saving layer "d" for Keras, which has no ${className}, is not supported. Save the model as safetensors.`,
    );
    const written = writtenLayers(network, false).find(({ name }) => name === 'd')!;
    expect(layerFromConfig(className, written.config, 'test').getConfig()).toEqual(layer.getConfig());
  });
});

test('padding of pairs is refused for Keras and kept in native files', () => {
  const padding = [
    [1, 0],
    [0, 2],
  ];
  const layer = layers.conv2d({ filters: 2, kernelSize: 2, name: 'c', padding: padding as never });
  const network = sequentialNetwork([layer], { inputShape: [4, 5, 1] });
  expect(network.outputs[0]!.shape).toEqual([4, 6, 2]);
  expect(() => writtenLayers(network, true)).toThrow('which has no padding of pairs');
  const written = writtenLayers(network, false).find(({ name }) => name === 'c')!;
  expect(layerFromConfig('Conv2D', written.config, 'test').options.padding).toEqual(padding);
  expect(() => layers.conv1d({ filters: 1, kernelSize: 1, padding: [[1, -1]] })).toThrow('[before, after]');
});

test('spatial dropout has no trainable in Keras, which takes none there', () => {
  const layer = layers.spatialDropout2d({ rate: 0.5, name: 's' });
  const wanted = { name: 's', dtype: 'float32', rate: 0.5, data_format: 'channels_last' };
  expect(kerasConfigOf(layer)).toEqual(wanted);
});

test('what a file asks for and no layer here can do is refused with the name of the layer', () => {
  expect(() => layerFromConfig('LayerNormalization', { name: 'n', rms_scaling: true }, 'file')).toThrow(
    'layer "n" has rms_scaling true',
  );
  expect(() => layerFromConfig('UpSampling2D', { name: 'u', interpolation: 'bicubic' }, 'file')).toThrow(
    'Invalid value for interpolation in layer "u"',
  );
});

test('an activity regularisation is written with the names of Keras', () => {
  const { config } = JSON.parse(
    JSON.stringify({ config: layers.activityRegularization({ l1: 0.1, l2: 0.2 }).getConfig() }),
  );
  expect(config).toMatchObject({ l1: 0.1, l2: 0.2 });
});
