import { describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import { adam } from '../nn/optimizers/index.ts';
import * as ops from '../ops/index.ts';
import { tensor } from '../tensor/tensor.ts';
import { loadModel } from './load-model.ts';
import { type Model, model, sequential } from './model.ts';

const engine = { session: createInterpreterSession };
const quiet = { batchSize: 4, verbose: 0 } as const;

function twoHeads(): Model {
  const image = input({ shape: [4, 4, 1], name: 'image' });
  const extra = input({ shape: [3], name: 'extra' });
  const flat = layers.flatten().apply(layers.conv2d({ filters: 2, kernelSize: 3 }).apply(image));
  const hidden = layers.dense({ units: 5, activation: 'tanh', name: 'hidden' });
  const joined = layers.concatenate().apply([flat, extra]);
  const trunk = hidden.apply(joined);
  const kind = layers.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(trunk);
  const size = layers.dense({ units: 1, name: 'size' }).apply(trunk);
  return model({ inputs: [image, extra], outputs: [kind, size], engine });
}

const samples = 6;
const wave = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, k) => Math.fround(((k * 37) % 19) / 19 - 0.5));
const data = {
  image: tensor(wave(samples * 16), [samples, 4, 4, 1]),
  extra: tensor(wave(samples * 3), [samples, 3]),
};
const targets = { kind: Int32Array.of(0, 1, 2, 2, 1, 0), size: wave(samples) };

describe('several inputs and outputs', () => {
  test('a name that no input has is refused, also where positions would fit', async () => {
    const { image, extra } = data;
    await expect(twoHeads().predictAll({ extra, imge: image })).rejects.toThrow(
      'Expected "image" among the names of x. Received: ["extra", "imge"]. Did you mean "imge"?',
    );
  });

  test('a model is cut at the output of a layer', async () => {
    const whole = twoHeads();
    const part = model({ inputs: whole.inputs, outputs: whole.getLayer('hidden').output, engine });
    expect((await part.predict(data)).shape).toEqual([samples, 5]);
    const again = await loadModel(await whole.toBytes('keras'));
    const cut = model({ inputs: again.inputs, outputs: again.getLayer('hidden').output, engine });
    expect((await cut.predict(data)).data).toEqual((await part.predict(data)).data);
    const shared = layers.dense({ units: 2, name: 'shared' });
    const never =
      'Invalid value for output in layer "shared". Expected a layer that was applied once, with one output. Received: 0.';
    expect(() => shared.output).toThrow(never);
    const a = shared.apply(input({ shape: [3] }));
    expect(shared.output).toBe(a);
    shared.apply(input({ shape: [3] }));
    expect(() => shared.output).toThrow('Received: 2.');
  });

  test('a row that a batch names several times has one gradient, the sum, also under Adam', async () => {
    const words = input({ shape: [2] });
    const rows = layers.embedding({ inputDim: 4, outputDim: 1 }).apply(words);
    const own = model({ inputs: words, outputs: layers.flatten().apply(rows), engine });
    own.compile({ optimizer: adam({ learningRate: 0.25, epsilon: 1e-12 }), loss: 'mse' });
    const [before] = await own.getWeights();
    await own.fit(Int32Array.of(1, 1, 1, 2), Float32Array.of(3, 5, 9, 7), { ...quiet, batchSize: 2 });
    const [after] = await own.getWeights();
    // The first step of Adam is the rate, whatever the gradient. Squares of single gradients would give more to row 1.
    const steps = [...after!.data].map((value, k) => value - before!.data[k]!);
    for (const [k, step] of [0, 0.25, 0.25, 0].entries()) expect(steps[k]).toBeCloseTo(step, 4);
  });

  test('a table is not asked for rows that it has not', async () => {
    const words = input({ shape: [2] });
    const table = layers.embedding({ inputDim: 4, outputDim: 3 });
    const inner = model({ inputs: words, outputs: table.apply(words), engine });
    const own = input({ shape: [2] });
    const outer = model({ inputs: own, outputs: inner.apply(own), engine });
    for (const reader of [inner, outer]) {
      expect((await reader.predict(Int32Array.of(3, 0))).shape).toEqual([1, 2, 3]);
      await expect(reader.predict(Int32Array.of(3, 4))).rejects.toThrow(
        'the value at index 1 is 4, where an embedding takes integers from 0 to 3.',
      );
      await expect(reader.predict(Float32Array.of(1.5, 0))).rejects.toThrow('the value at index 0 is 1.5');
    }
  });

  test('by name and by position', async () => {
    const [a, b] = [twoHeads(), twoHeads()];
    const loss = { kind: 'sparseCategoricalCrossentropy', size: 'mse' } as const;
    a.compile({
      loss,
      lossWeights: { size: 0.5 },
      metrics: { kind: ['accuracy'], size: 'mae' },
      optimizer: 'sgd',
    });
    b.compile({
      loss: Object.values(loss),
      lossWeights: [1, 0.5],
      metrics: [['accuracy'], ['mae']],
      optimizer: 'sgd',
    });
    const first = await a.fit(data, targets, { ...quiet, epochs: 2 });
    const second = await b.fit(Object.values(data), Object.values(targets), { ...quiet, epochs: 2 });
    expect(first.history).toEqual(second.history);
    expect(Object.keys(first.history)).toEqual([
      'loss',
      'kind_loss',
      'kind_accuracy',
      'size_loss',
      'size_mae',
    ]);
    const logs = await a.evaluate(data, targets);
    expect(logs.loss).toBeCloseTo(logs.kind_loss! + 0.5 * logs.size_loss!, 6);
    const [kind, size] = await a.predictAll(data);
    expect([kind!.shape, size!.shape]).toEqual([
      [6, 3],
      [6, 1],
    ]);
    await expect(a.predict(data)).rejects.toThrow('predictAll, because the model has several outputs');
    for (const format of ['keras', 'safetensors'] as const) {
      const again = await loadModel(await a.toBytes(format), { engine });
      expect(await again.evaluate(data, targets)).toEqual(logs);
      expect(again.layers.map((layer) => layer.name)).toEqual(a.layers.map((layer) => layer.name));
    }
  });

  test('refusals', () => {
    const heads = twoHeads();
    expect(() => heads.compile({ loss: 'mse' })).toThrow('one for each of the outputs "kind", "size"');
    expect(() => heads.compile({ loss: { kin: 'mse', size: 'mse' } as never })).toThrow(
      'Did you mean "kind"?',
    );
    expect(() => heads.getLayer('hiden')).toThrow('Did you mean "hidden"?');
    const [x, y] = [input({ shape: [2] }), input({ shape: [2] })];
    expect(() => model({ inputs: x, outputs: layers.add().apply([x, y]) })).toThrow(
      'because the outputs need it',
    );
    expect(() => layers.add().apply([x, 3 as never])).toThrow('a symbolic tensor');
    expect(() => layers.add({ name: 'sum' }).apply([x, input({ shape: [3] })])).toThrow('in layer "sum"');
  });
});

test('a layer applied twice shares its weights', async () => {
  const x = input({ shape: [3] });
  const shared = layers.dense({ units: 3, activation: 'tanh' });
  const own = model({ inputs: x, outputs: shared.apply(shared.apply(x)), engine });
  expect(own.costs()).toEqual({ parameters: 12, trainable: 12, multiplyAdds: 18 });
  own.compile({ loss: 'mse', optimizer: 'adam' });
  const rows = tensor(wave(12), [4, 3]);
  const { history } = await own.fit(rows, wave(12), { ...quiet, epochs: 3 });
  expect(history.loss![2]).toBeLessThan(history.loss![0]!);
  const again = await loadModel(await own.toBytes('keras'), { engine });
  expect((await again.predict(rows)).data).toEqual((await own.predict(rows)).data);
});

test('a part of a model shares its values', async () => {
  const whole = sequential([layers.dense({ units: 4, name: 'first' }), layers.dense({ units: 2 })], {
    inputShape: [3],
    engine,
  });
  const part = model({ inputs: whole.inputs, outputs: whole.network.tensors[1]! });
  expect(part.outputs[0]!.layer.name).toBe('first');
  whole.compile({ loss: 'mse', optimizer: 'sgd' });
  const rows = tensor(wave(9), [3, 3]);
  await whole.fit(rows, wave(6), quiet);
  const [kernel] = await part.getWeights();
  expect(kernel!.data).toEqual((await whole.getWeights())[0]!.data);
  expect((await part.predict(rows)).shape).toEqual([3, 4]);
});

test('functions of the user as activation, loss and metric', async () => {
  const own = sequential([layers.dense({ units: 2, activation: (x) => ops.multiply(x, x) })], {
    inputShape: [3],
    engine,
  });
  own.compile({
    loss: (target, prediction) => ops.square(ops.subtract(prediction, target)),
    metrics: [
      function worst(target, prediction) {
        return ops.reduceMax(ops.abs(ops.subtract(prediction, target)));
      },
    ],
    optimizer: 'sgd',
  });
  const rows = tensor(wave(9), [3, 3]);
  const { history } = await own.fit(rows, wave(6), { ...quiet, epochs: 5 });
  expect(history.loss![4]).toBeLessThan(history.loss![0]!);
  expect(history.worst![4]).toBeGreaterThan(0);
  await expect(own.toBytes()).rejects.toThrow(
    'Saving an activation that is a function of your own is not supported',
  );
});

test('weights set and read back; wrong ones refused', async () => {
  const own = sequential([layers.dense({ units: 2 })], { inputShape: [3], engine });
  const kernel = tensor(wave(6), [3, 2]);
  const bias = tensor(Float32Array.of(1, 2), [2]);
  await own.setWeights([kernel, bias]);
  expect((await own.getWeights()).map(({ data }) => data)).toEqual([kernel.data, bias.data]);
  await expect(own.setWeights([kernel])).rejects.toThrow('Expected 2 tensors. Received: 1.');
  await expect(own.setWeights([bias, kernel])).rejects.toThrow('shape [3, 2] for "dense/kernel"');
  await own.predict(wave(3));
  await own.setWeights([kernel, tensor(Float32Array.of(5, 6), [2])]);
  expect((await own.getWeights())[1]!.data).toEqual(Float32Array.of(5, 6));
  own.dispose();
  await expect(own.predict(wave(3))).rejects.toThrow('The model was disposed');
});

describe('files that are not sound', () => {
  const bytes = async (format: 'keras' | 'safetensors'): Promise<Uint8Array> =>
    sequential([layers.dense({ units: 2 })], { inputShape: [3], engine }).toBytes(format);
  const edit = (file: Uint8Array, from: string, to: string): Uint8Array => {
    expect(to.length).toBe(from.length);
    const text = Buffer.from(file).toString('latin1');
    expect(text).toContain(from);
    return new Uint8Array(Buffer.from(text.replace(from, to), 'latin1'));
  };

  test.each([
    [
      'an unknown layer',
      '"class_name\\":\\"Dense\\"',
      '"class_name\\":\\"Dance\\"',
      'it has a layer of class "Dance", which is not known',
    ],
    ['a missing tensor', 'weights/dense/bias', 'weights/dense/bais', 'it has no tensor "weights/dense/bias"'],
    ['another version', '{\\"version\\":1', '{\\"version\\":9', 'it has version 9, where 1 is known'],
    ['units that differ', '\\"units\\":2', '\\"units\\":3', 'where [3, 3] is needed'],
    ['an option that is wrong', '\\"units\\":2', '\\"units\\":0', 'Expected a positive integer. Received: 0'],
  ])('%s', async (_, from, to, message) => {
    const file = edit(await bytes('safetensors'), from, to);
    await expect(loadModel(file)).rejects.toThrow(message);
    await expect(loadModel(file)).rejects.toMatchObject({ code: 'format' });
  });

  test('an epoch that begins behind the steps that were made', async () => {
    const model = sequential([layers.dense({ units: 2 })], { inputShape: [3], engine });
    model.compile({ loss: 'mse' });
    const file = edit(await model.toBytes('safetensors'), '\\"epochStart\\":0', '\\"epochStart\\":7');
    await expect(loadModel(file)).rejects.toThrow(
      'its epoch began at step 7, after the 0 steps that were made',
    );
  });

  test('cut anywhere', async () => {
    for (const format of ['keras', 'safetensors'] as const) {
      const file = await bytes(format);
      for (const share of [0, 0.01, 0.3, 0.6, 0.99]) {
        const cut = file.slice(0, Math.floor(file.length * share));
        await expect(loadModel(cut)).rejects.toMatchObject({ code: 'format' });
      }
    }
  });
});
