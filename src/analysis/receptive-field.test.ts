import { describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/index.ts';
import { type Model, model, sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { Tensor } from '../tensor/tensor.ts';
import { type AxisField, receptiveField } from './receptive-field.ts';

function generator(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

const same = { padding: 'same', useBias: false } as const;

/** A random network of windows, strides, dilations, borders and branches over an image. */
function randomNetwork(below: (n: number) => number, height: number, width: number): Model {
  const image = input({ shape: [height, width, 1] });
  const pair = (n: number): [number, number] => [1 + below(n), 1 + below(n)];
  const padding = (): 'same' | 'valid' => (below(2) ? 'same' : 'valid');
  const step = (x: SymbolicTensor): SymbolicTensor => {
    const channels = x.shape[2]!;
    const branch = (): SymbolicTensor =>
      layers.conv2d({ ...same, filters: channels, kernelSize: pair(3), dilationRate: pair(3) }).apply(x);
    switch (below(8)) {
      case 0:
        return layers
          .conv2d({ filters: 2, kernelSize: pair(3), strides: pair(2), padding: padding() })
          .apply(x);
      case 1:
        return layers.separableConv2d({ ...same, filters: 2, kernelSize: 3, dilationRate: pair(3) }).apply(x);
      case 2:
        return layers
          .depthwiseConv2d({ kernelSize: pair(3), dilationRate: pair(2), padding: padding() })
          .apply(x);
      case 3:
        return layers.maxPooling2d({ poolSize: pair(3), strides: pair(2), padding: padding() }).apply(x);
      case 4:
        return layers.averagePooling2d({ poolSize: pair(2), padding: padding() }).apply(x);
      case 5:
        return layers.zeroPadding2d({ padding: 1 + below(2) }).apply(x);
      case 6:
        return layers.add().apply([branch(), x]);
      default:
        return layers.concatenate().apply([branch(), layers.relu().apply(branch())]);
    }
  };
  let outputs = image;
  for (let k = 1 + below(5); k > 0; k--) {
    if (Math.min(outputs.shape[0]!, outputs.shape[1]!) < 6) break;
    outputs = step(outputs);
  }
  if (outputs === image) outputs = layers.relu().apply(image);
  return model({ inputs: image, outputs, engine: { session: createInterpreterSession } });
}

/**
 * Input elements that change a position of the output: finite differences at zero, with steps of 1 and weights above
 * 0, so that nothing cancels and a step is the maximum of each window that it is in.
 */
async function responses(
  network: Model,
  height: number,
  width: number,
): Promise<(position: readonly number[]) => [row: number, column: number][]> {
  const weights = await network.getWeights();
  await network.setWeights(
    weights.map(({ data, shape }) => new Tensor(new Float32Array(data.length).fill(0.5), shape)),
  );
  const count = height * width;
  const steps = new Float32Array((count + 1) * count);
  for (let k = 0; k < count; k++) steps[(k + 1) * count + k] = 1;
  const { data, shape } = await network.predict(new Tensor(steps, [count + 1, height, width, 1]));
  const [, , columns, channels] = shape as [number, number, number, number];
  const size = data.length / (count + 1);
  return ([row = 0, column = 0]) => {
    const found: [number, number][] = [];
    for (let k = 0; k < count; k++)
      for (let c = 0; c < channels; c++) {
        const at = (row * columns + column) * channels + c;
        if (data[(k + 1) * size + at] === data[at]) continue;
        found.push([Math.floor(k / width), k % width]);
        break;
      }
    return found;
  };
}

const span = (numbers: readonly number[]): [number, number] => [Math.min(...numbers), Math.max(...numbers)];

test('random networks have the fields that finite differences of the centre output find', async () => {
  const seed = (Math.random() * 2 ** 32) >>> 0;
  console.log(`receptive field: seed ${seed}`);
  const below = generator(seed);
  let [exact, moved] = [0, 0];
  for (let round = 0; round < 40; round++) {
    const [height, width] = [14 + below(8), 14 + below(8)];
    const network = randomNetwork(below, height, width);
    const { whole } = receptiveField(network);
    const reached = await responses(network, height, width);
    const middle = network.outputs[0]!.shape.slice(0, 2).map((extent) => Math.floor((extent - 1) / 2));
    const elements = reached(middle);
    for (const [axis, field] of whole[0]!.axes.entries()) {
      const extent = axis === 0 ? height : width;
      const seen = span(elements.map((element) => element[axis]!));
      expect(seen[0]).toBeGreaterThanOrEqual(field.centre[0]);
      expect(seen[1]).toBeLessThanOrEqual(field.centre[1]);
      if (field.stride === 0) continue;
      const begin = (index: number): number => field.stride * index + field.offset;
      const fits = (index: number): boolean => begin(index) >= 0 && begin(index) + field.size <= extent;
      if (!fits(middle[axis]!)) continue;
      exact++;
      expect(seen).toEqual([begin(middle[axis]!), begin(middle[axis]!) + field.size - 1]);
      const next = middle.map((index, k) => (k === axis ? index + 1 : index));
      if (next[axis]! >= network.outputs[0]!.shape[axis]! || !fits(next[axis]!)) continue;
      moved++;
      const there = reached(next).map((element) => element[axis]!);
      expect(span(there)).toEqual([begin(next[axis]!), begin(next[axis]!) + field.size - 1]);
    }
    network.dispose();
  }
  expect(exact).toBeGreaterThan(20);
  expect(moved).toBeGreaterThan(10);
}, 120_000);

const axes = (network: Model, name: string): readonly AxisField[] =>
  receptiveField(network).layers.find((layer) => layer.name === name)!.fields[0]!.axes;

describe('by hand', () => {
  test('sizes, strides and offsets of a chain', () => {
    const network = sequential(
      [
        layers.conv2d({ name: 'a', filters: 2, kernelSize: 3, strides: 2, padding: 'valid' }),
        layers.conv2d({ name: 'b', filters: 2, kernelSize: 3, dilationRate: 2, padding: 'same' }),
        layers.maxPooling2d({ name: 'c', poolSize: [2, 3], padding: 'valid' }),
        layers.globalAveragePooling2d({ name: 'd' }),
      ],
      { inputShape: [31, 41, 3] },
    );
    expect(axes(network, 'a')).toMatchObject([
      { size: 3, stride: 2, offset: 0, centre: [14, 16], whole: false },
      { size: 3, stride: 2, offset: 0, centre: [18, 20], whole: false },
    ]);
    expect(axes(network, 'b')).toMatchObject([
      { size: 11, stride: 2, offset: -4 },
      { size: 11, stride: 2, offset: -4 },
    ]);
    expect(axes(network, 'c')).toMatchObject([
      { size: 13, stride: 4, offset: -4 },
      { size: 15, stride: 6, offset: -4 },
    ]);
    expect(axes(network, 'd')).toMatchObject([
      { size: 31, stride: 0, offset: 0, whole: true },
      { size: 41, stride: 0, offset: 0, whole: true },
    ]);
  });

  test('branches join as a union; causal padding looks back', () => {
    const x = input({ shape: [50, 4] });
    const causal = layers.conv1d({ filters: 4, kernelSize: 3, dilationRate: 5, padding: 'causal' }).apply(x);
    const ahead = layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(x);
    const network = model({ inputs: x, outputs: layers.add({ name: 'sum' }).apply([causal, ahead]) });
    expect(axes(network, 'sum')).toEqual([
      { size: 12, stride: 1, offset: -10, centre: [14, 25], whole: false },
    ]);
  });

  test('a field beyond the input keeps its size; an image as a sequence keeps its rows', () => {
    const deep = sequential(
      [layers.conv1d({ name: 'wide', filters: 1, kernelSize: 9, dilationRate: 4, padding: 'same' })],
      { inputShape: [10, 1] },
    );
    expect(axes(deep, 'wide')).toEqual([{ size: 33, stride: 1, offset: -16, centre: [0, 9], whole: true }]);
    const folded = sequential(
      [
        layers.reshape({ targetShape: [8, 8, 1] }),
        layers.conv2d({ name: 'image', filters: 1, kernelSize: 3 }),
      ],
      { inputShape: [64, 1] },
    );
    // rows 2 to 4 of columns 2 to 4 at position [2, 2]
    expect(axes(folded, 'image')[0]).toMatchObject({ size: 19, centre: [18, 36] });
  });

  test('two inputs have a field each; vectors have no axes', () => {
    const [a, b] = [input({ name: 'a', shape: [9, 9, 1] }), input({ name: 'b', shape: [4] })];
    const flat = layers.flatten().apply(layers.conv2d({ name: 'own', filters: 1, kernelSize: 3 }).apply(a));
    const network = model({ inputs: [a, b], outputs: layers.concatenate().apply([flat, b]) });
    const { layers: all, whole } = receptiveField(network);
    expect(all.find(({ name }) => name === 'own')!.fields.map((field) => field.input)).toEqual(['a']);
    expect(whole).toMatchObject([
      { input: 'a', axes: [{ whole: true }, { whole: true }] },
      { input: 'b', axes: [] },
    ]);
  });

  test('refuses what is no model', () =>
    expect(() => receptiveField({} as never)).toThrow(
      'Invalid value for model in analysis.receptiveField. Expected a model.',
    ));
});
