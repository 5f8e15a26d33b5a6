import { expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/index.ts';
import * as layers from '../nn/layers/index.ts';
import { type ModelOptions, sequential } from './model.ts';

const network = (engine?: ModelOptions['engine']) =>
  sequential(
    [
      layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }),
      layers.flatten(),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { inputShape: [5, 5, 2], seed: 3, ...(engine ? { engine } : {}) },
  );
const images = (count: number): Float32Array =>
  Float32Array.from({ length: count * 50 }, (_, k) => Math.sin(k));

test.each([
  ['compiled', undefined],
  ['interpreted', { session: createInterpreterSession }],
])('predicts at once what predict gives: %s', async (_, engine) => {
  const model = network(engine);
  await model.prepare();
  for (const count of [1, 33]) {
    const expected = await model.predict(images(count));
    const found = model.predictSync(images(count));
    expect(found.shape).toEqual([count, 3]);
    expect(found.data).toEqual(expected.data);
  }
  model.dispose();
});

test('follows training', async () => {
  const model = network();
  model.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  await model.prepare();
  const before = model.predictSync(images(1)).data.slice();
  await model.fit(images(4), Int32Array.of(0, 1, 2, 0), { epochs: 1, verbose: 0 });
  expect(model.predictSync(images(1)).data).not.toEqual(before);
  model.dispose();
});

test('says what is missing before the model is ready', async () => {
  const model = network();
  expect(() => model.predictSync(images(1))).toThrow('Await model.prepare() first');
  model.dispose();
});

test('one sample has a program of its own, also behind larger predictions', async () => {
  const sizes: number[] = [];
  const noted = <T>(options: { readonly maxBatch: number }, program: T): T => {
    sizes.push(options.maxBatch);
    return program;
  };
  const model = network({
    session: () => {
      const session = createInterpreterSession();
      return {
        ...session,
        compile: (graph, options) => noted(options, session.compile(graph, options)),
        compileSync: (graph, options) => noted(options, session.compileSync(graph, options)),
      };
    },
  });
  await model.predict(images(33));
  await model.predict(images(1));
  for (const count of [33, 1, 2]) model.predictSync(images(count));
  expect(sizes.map((size) => size === 1)).toEqual([false, true, false, true]);
  model.dispose();
});
