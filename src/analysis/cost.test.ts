import { expect, test } from 'vitest';
import { model, sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import { cost } from './cost.ts';
import { dilationChains } from './dilation-chains.ts';

const window = { kernelSize: 3, padding: 'same' } as const;

test('counts each layer beside the one in the standard twin', () => {
  const network = sequential(
    [
      layers.separableConv2d({ name: 'separable', filters: 8, ...window }),
      layers.depthwiseConv2d({ name: 'space', ...window }),
      layers.conv2d({ name: 'channels', filters: 4, kernelSize: 1 }),
      layers.flatten({ name: 'flat' }),
      layers.dense({ name: 'dense', units: 5 }),
    ],
    { inputShape: [6, 6, 2] },
  );
  const { layers: rows, standard, whole, activationBytes } = cost(network);
  expect(rows.map((row) => [row.name, row.standard?.className])).toEqual([
    ['separable', 'Conv2D'],
    ['space', undefined],
    ['channels', 'Conv2D'],
    ['flat', 'Flatten'],
    ['dense', 'Dense'],
  ]);
  const [separable, space, channels] = rows;
  expect(separable).toMatchObject({
    outputShape: [6, 6, 8],
    parameters: 9 * 2 + 2 * 8 + 8,
    multiplyAdds: 36 * (9 * 2 + 2 * 8),
    activationBytes: 4 * 36 * 8,
    standard: { parameters: 9 * 2 * 8 + 8, multiplyAdds: 36 * 9 * 2 * 8, activationBytes: 4 * 36 * 8 },
  });
  expect(space).toMatchObject({ parameters: 9 * 8 + 8, activationBytes: 4 * 36 * 8 });
  expect(channels!.standard).toMatchObject({ parameters: 9 * 8 * 4 + 4, multiplyAdds: 36 * 9 * 8 * 4 });
  const sum = (key: 'parameters' | 'multiplyAdds'): number =>
    rows.reduce((total, row) => total + row[key], 0);
  expect({ parameters: sum('parameters'), multiplyAdds: sum('multiplyAdds') }).toEqual(whole);
  expect(activationBytes).toBe(4 * (36 * (8 + 8 + 4 + 4) + 5));
  expect(standard!.activationBytes).toBe(4 * (36 * (8 + 4 + 4) + 5));
});

test('a network without separable convolutions has no twin', () => {
  const { standard, layers: rows } = cost(sequential([layers.dense({ units: 2 })], { inputShape: [3] }));
  expect([standard, rows[0]!.standard]).toEqual([undefined, undefined]);
  expect(() => cost(undefined as never)).toThrow('Invalid value for model in analysis.cost.');
});

test('chains of dilations go on over activations and branches, and end at strides and other kernels', () => {
  const conv = (name: string, dilationRate: number, others: object = {}): layers.Layer =>
    layers.conv2d({ name, filters: 2, ...window, dilationRate, ...others });
  const x = input({ shape: [32, 32, 2] });
  const a = conv('a', 2).apply(x);
  const b = layers.relu().apply(conv('b', 4).apply(a));
  const point = layers.conv2d({ name: 'point', filters: 2, kernelSize: 1 }).apply(a);
  const joined = layers.add().apply([point, b]);
  const c = conv('c', 1, { kernelSize: 5 }).apply(conv('d', 2).apply(joined));
  const e = conv('f', 3).apply(conv('e', 1, { strides: 2 }).apply(c));
  const network = model({ inputs: x, outputs: e });
  expect(dilationChains(network)).toEqual([
    {
      layers: ['a', 'b', 'd'],
      kernel: [3, 3],
      dilations: [
        [2, 2],
        [4, 4],
        [2, 2],
      ],
    },
    { layers: ['f'], kernel: [3, 3], dilations: [[3, 3]] },
  ]);
});

test('a shared layer makes one chain; layers that keep a position in its place go through', () => {
  const [a, b] = [input({ shape: [9, 9, 2] }), input({ shape: [9, 9, 2] })];
  const shared = layers.conv2d({ name: 'shared', filters: 2, ...window, dilationRate: 3 });
  const normalised = layers.batchNormalization().apply(shared.apply(a));
  const next = layers.conv2d({ name: 'next', filters: 2, ...window, dilationRate: 2 }).apply(normalised);
  const moved = layers.zeroPadding2d().apply(shared.apply(b));
  const last = layers.conv2d({ name: 'last', filters: 2, kernelSize: 3, dilationRate: 2 }).apply(moved);
  const network = model({ inputs: [a, b], outputs: [next, last, shared.apply(b)] });
  expect(dilationChains(network).map((chain) => chain.layers)).toEqual([
    ['shared', 'next'],
    ['shared'],
    ['last'],
  ]);
});
