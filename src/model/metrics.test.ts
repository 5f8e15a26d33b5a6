import { expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { layers, loadModel, metrics, sequential, tensor } from '../index.ts';

const engine = { session: createInterpreterSession };
const x = tensor(
  Float32Array.from({ length: 20 }, (_, k) => ((k * 7) % 11) / 5 - 1),
  [10, 2],
);
const y = tensor(
  Float32Array.from({ length: 10 }, (_, k) => ((k * 3) % 5 > 2 ? 1 : 0)),
  [10, 1],
);

function model() {
  const own = sequential([layers.dense({ units: 1, activation: 'sigmoid' })], {
    inputShape: [2],
    engine,
    seed: 1,
  });
  own.compile({
    optimizer: 'sgd',
    loss: 'binaryCrossentropy',
    metrics: [
      metrics.precision({ thresholds: 0.4 }),
      'recall',
      metrics.auc({ numThresholds: 20 }),
      'accuracy',
    ],
  });
  return own;
}

test('metrics with counts do not depend on the size of batches, and come with each epoch', async () => {
  const own = model();
  const options = { batchSize: 4, epochs: 2, validationData: [x, y] as const, verbose: 0 as const };
  const { history } = await own.fit(x, y, options as never);
  expect(Object.keys(history)).toEqual(
    expect.arrayContaining(['precision', 'recall', 'auc', 'accuracy', 'valPrecision', 'valAuc']),
  );
  const judged = await own.evaluate(x, y, { batchSize: 3 });
  expect(judged).toEqual(await own.evaluate(x, y, { batchSize: 10 }));
  const { data } = await own.predict(x);
  const above = [...data].map((value) => value > 0.4);
  const right = above.filter((hit, k) => hit && y.data[k] === 1).length;
  expect(judged.precision).toBe(right / above.filter(Boolean).length);
});

test.each(['keras', 'safetensors'] as const)('a .%s file keeps them with their options', async (format) => {
  const own = model();
  await own.fit(x, y, { batchSize: 4, verbose: 0 });
  const again = await loadModel(await own.toBytes(format), { engine });
  expect(await again.evaluate(x, y)).toEqual(await own.evaluate(x, y));
});

test('two metrics of one name are refused', () => {
  const own = model();
  expect(() =>
    own.compile({
      loss: 'binaryCrossentropy',
      metrics: [metrics.recall(), metrics.recall({ thresholds: 0.2 })],
    }),
  ).toThrow('metrics with names of their own');
});
