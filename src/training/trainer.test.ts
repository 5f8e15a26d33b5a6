import { expect, test } from 'vitest';
import { tensorDataset } from '../data/tensor-dataset.ts';
import { layers, sequential } from '../index.ts';

const data = (samples: number) =>
  tensorDataset({ data: new Float32Array(samples * 4), shape: [samples, 4] }, new Int32Array(samples));

test('trainings, evaluations and predictions of like data use the same arrays again', () => {
  const { trainer } = sequential([layers.dense({ units: 2 })], { inputShape: [4] });
  const pool = trainer.pool(data(9), 3);
  expect(trainer.pool(data(5), 3)).toBe(pool);
  expect(trainer.pool(data(9), 4)).not.toBe(pool);
  const inputs = tensorDataset({ data: new Float32Array(36), shape: [9, 4] });
  expect(trainer.pool(inputs, 3)).not.toBe(pool);
  // less than a batch is lent no array of a whole one, and nothing of it is kept
  expect(trainer.pool(data(2), 3)).not.toBe(trainer.pool(data(2), 3));
});
