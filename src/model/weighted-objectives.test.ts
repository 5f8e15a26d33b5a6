import { expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { layers, loadModel, losses, metrics, optimizers, sequential, tensor } from '../index.ts';

const SAMPLES = 10;
const engine = { session: createInterpreterSession };
const x = tensor(
  Float32Array.from({ length: SAMPLES * 2 }, (_, k) => ((k * 7) % 11) / 5 - 1),
  [SAMPLES, 2],
);
const y = tensor(
  Int32Array.from({ length: SAMPLES }, (_, k) => (k * 3) % 4),
  [SAMPLES],
);
const sampleWeight = Array.from({ length: SAMPLES }, (_, k) => 0.5 + (k % 3));
const quiet = { verbose: 0 as const, shuffle: false };

const model = () =>
  sequential([layers.dense({ units: 3, activation: 'softmax' })], { inputShape: [2], engine, seed: 1 });

/** The three units, and a void class 3 among the labels. */
const ignoring = { ignoreClass: 3 };
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

test('weighted metrics weigh samples, others do not; both are kept in files', async () => {
  const labels = tensor(
    Int32Array.from(y.data, (label) => label % 3),
    [SAMPLES],
  );
  const own = model();
  own.compile({
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
    weightedMetrics: ['accuracy', metrics.sparseTopKCategoricalAccuracy({ k: 2, name: 'second' })],
  });
  const judged = await own.evaluate(x, labels, { batchSize: 4, sampleWeight });
  const { data } = await own.predict(x);
  const right = [...labels.data].map((label, n) => {
    const row = [...data.subarray(n * 3, n * 3 + 3)];
    return row.indexOf(Math.max(...row)) === label ? 1 : 0;
  });
  expect(judged.accuracy).toBeCloseTo(sum(right) / SAMPLES, 6);
  const weighed = sum(right.map((hit, n) => hit * sampleWeight[n]!)) / sum(sampleWeight);
  expect(judged.weightedAccuracy).toBeCloseTo(weighed, 6);
  expect(weighed).not.toBeCloseTo(sum(right) / SAMPLES, 3);
  expect(judged).toHaveProperty('second');
  // Without weights they are as others.
  const plain = await own.evaluate(x, labels);
  expect(plain.weightedAccuracy).toBe(plain.accuracy);
  for (const format of ['keras', 'safetensors'] as const) {
    const again = await loadModel(await own.toBytes(format), { engine });
    expect(await again.evaluate(x, labels, { batchSize: 4, sampleWeight })).toEqual(judged);
  }
});

test('a class that does not count changes neither loss nor weights', async () => {
  const kept = [...y.data].flatMap((label, n) => (label === 3 ? [] : [n]));
  const rows = tensor(Float32Array.from(kept.flatMap((n) => [x.data[n * 2]!, x.data[n * 2 + 1]!])), [
    kept.length,
    2,
  ]);
  const labels = tensor(
    Int32Array.from(kept, (n) => y.data[n]!),
    [kept.length],
  );
  const [all, some] = [model(), model()];
  all.compile({ optimizer: 'sgd', loss: losses.sparseCategoricalCrossentropy(ignoring) });
  some.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
  const options = { ...quiet, batchSize: SAMPLES, epochs: 2 };
  const [first, second] = [await all.fit(x, y, options), await some.fit(rows, labels, options)];
  for (const [k, loss] of first.history.loss!.entries())
    expect(loss).toBeCloseTo(second.history.loss![k]!, 6);
  for (const [k, value] of [...(await all.getWeights())[0]!.data].entries())
    expect(value).toBeCloseTo((await some.getWeights())[0]!.data[k]!, 6);
});

test('the sum over a batch trains as its mean does with a rate so much larger', async () => {
  const labels = tensor(
    Int32Array.from(y.data, (label) => label % 3),
    [SAMPLES],
  );
  const [summed, mean] = [model(), model()];
  summed.compile({
    optimizer: optimizers.sgd({ learningRate: 0.01 }),
    loss: losses.sparseCategoricalCrossentropy({ reduction: 'sum' }),
  });
  mean.compile({ optimizer: optimizers.sgd({ learningRate: 0.05 }), loss: 'sparseCategoricalCrossentropy' });
  const options = { ...quiet, batchSize: 5, epochs: 2 };
  const [a, b] = [await summed.fit(x, labels, options), await mean.fit(x, labels, options)];
  expect(a.history.loss![1]).toBeCloseTo(5 * b.history.loss![1]!, 4);
  for (const [k, value] of [...(await summed.getWeights())[0]!.data].entries())
    expect(value).toBeCloseTo((await mean.getWeights())[0]!.data[k]!, 6);
});

test('a loss without a number and wrong labels are refused', async () => {
  const own = model();
  expect(() => own.compile({ loss: losses.sparseCategoricalCrossentropy({ reduction: 'none' }) })).toThrow(
    'a loss that gives one number',
  );
  own.compile({ loss: losses.sparseCategoricalCrossentropy({ ignoreClass: 9 }) });
  await expect(own.evaluate(x, y)).rejects.toThrow('the label at index 1 is 3');
  expect(() =>
    own.compile({
      loss: 'sparseCategoricalCrossentropy',
      weightedMetrics: ['accuracy', 'accuracy', 'accuracy'],
    }),
  ).toThrow('metrics with names of their own');
});
