import { describe, expect, test } from 'vitest';
import * as layers from '../nn/layers/index.ts';
import { functionalNetwork, input, type Network, sequentialNetwork } from '../nn/network/index.ts';
import { compareWithStandard } from './convolution-costs.ts';
import { standardTwin } from './standard-twin.ts';

const window = { kernelSize: 3, dilationRate: 2, padding: 'same', activation: 'relu' } as const;
const head = (): layers.Layer[] => [
  layers.maxPooling2d({ poolSize: 2 }),
  layers.flatten(),
  layers.dense({ units: 10, activation: 'softmax' }),
];
const chain = (convolutions: layers.Layer[]): Network =>
  sequentialNetwork([...convolutions, ...head()], { inputShape: [28, 28, 1] });

const seed = (depthwise: object = {}): Network =>
  chain([
    layers.separableConv2d({ filters: 32, ...window, ...depthwise }),
    layers.separableConv2d({ filters: 64, ...window, ...depthwise }),
  ]);

// Two convolutions by hand: parameters, and multiply-adds at 28 x 28 positions.
const standardParameters = 9 * 1 * 32 + 32 + (9 * 32 * 64 + 64);
const standardAdds = 784 * (9 * 1 * 32 + 9 * 32 * 64);
const denseParameters = 14 * 14 * 64 * 10 + 10;

describe('the standard twin', () => {
  test('of a separable network has its convolutions counted beside it', () => {
    const { convolutions, whole, largestOther, standard } = compareWithStandard(seed());
    expect(convolutions).toEqual({
      parameters: 2473,
      multiplyAdds: 784 * (9 * 1 + 1 * 32 + 9 * 32 + 32 * 64),
    });
    expect(standard!.convolutions).toEqual({ parameters: standardParameters, multiplyAdds: standardAdds });
    expect([whole.parameters, standard!.whole.parameters]).toEqual([127_923, 144_266]);
    expect(largestOther).toEqual({ name: 'dense', parameters: denseParameters });
    expect(whole.multiplyAdds - convolutions.multiplyAdds).toBe(14 * 14 * 64 * 10);
  });

  test('is the same for two biases and activations a layer', () => {
    const { standard } = compareWithStandard(seed({ depthwiseUseBias: true, depthwiseActivation: 'relu' }));
    expect(standard!.convolutions.parameters).toBe(standardParameters);
  });

  test('joins a depthwise convolution with the 1x1 convolution that it leads to', () => {
    const pairs = chain([
      layers.depthwiseConv2d({ ...window, activation: 'linear' }),
      layers.batchNormalization(),
      layers.leakyRelu(),
      layers.conv2d({ filters: 32, kernelSize: 1 }),
      layers.depthwiseConv2d(window),
      layers.conv2d({ filters: 64, kernelSize: 1 }),
    ]);
    const { standard } = compareWithStandard(pairs);
    expect(standard!.convolutions).toEqual({ parameters: standardParameters, multiplyAdds: standardAdds });
  });

  test('keeps a depthwise convolution that is read twice, and other layers', () => {
    const x = input({ shape: [8, 8, 4] });
    const spatial = layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }).apply(x);
    const channel = layers.conv2d({ filters: 4, kernelSize: 1 }).apply(spatial);
    const separable = layers.separableConv2d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(channel);
    const network = functionalNetwork({ inputs: x, outputs: layers.add().apply([spatial, separable]) });
    const twin = standardTwin(network)!;
    expect(twin.layers.map(({ className }) => className)).toEqual([
      'InputLayer',
      'DepthwiseConv2D',
      'Conv2D',
      'Conv2D',
      'Add',
    ]);
    expect(network.layers.map(({ name }) => name)).toEqual(twin.layers.map(({ name }) => name));
    expect(twin.outputs[0]!.shape).toEqual([8, 8, 4]);
  });

  test('is undefined where there is nothing to replace', () => {
    const plain = chain([layers.conv2d({ filters: 32, ...window })]);
    expect(compareWithStandard(plain).standard).toBeUndefined();
  });

  test('leaves the network as it was', () => {
    const network = seed();
    const before = network.layers.map(({ name, parameterCount }) => [name, parameterCount]);
    standardTwin(network);
    expect(network.layers.map(({ name, parameterCount }) => [name, parameterCount])).toEqual(before);
  });
});
