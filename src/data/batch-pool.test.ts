import { expect, test } from 'vitest';
import { BatchPool } from './batch-pool.ts';
import { tensorDataset } from './tensor-dataset.ts';

const dataset = tensorDataset(
  { data: Float32Array.from({ length: 14 }, (_, k) => k), shape: [7, 2] },
  Int32Array.from({ length: 7 }, (_, k) => k),
  { sampleWeight: [1, 2, 3, 4, 5, 6, 7] },
);

test('the arrays of a batch that was given back serve the next one', async () => {
  const pool = new BatchPool(dataset, 3);
  const seen: unknown[] = [];
  const read: number[][] = [];
  for await (const batch of dataset.batches({ batchSize: 3, lender: pool })) {
    seen.push(batch.inputs[0]!.buffer);
    read.push([...batch.inputs[0]!, ...batch.targets[0]!, ...batch.sampleWeights!]);
    pool.giveBack(batch);
  }
  expect(new Set(seen).size).toBe(1);
  expect(read).toEqual([
    [0, 1, 2, 3, 4, 5, 0, 1, 2, 1, 2, 3],
    [6, 7, 8, 9, 10, 11, 3, 4, 5, 4, 5, 6],
    [12, 13, 6, 7],
  ]);
});

test('what is not given back is not lent again', async () => {
  const pool = new BatchPool(dataset, 3);
  const [first, second] = [pool.borrow(3), pool.borrow(2)];
  expect(second.inputs[0]!.buffer).not.toBe(first.inputs[0]!.buffer);
  pool.giveBack(first);
  pool.giveBack(first);
  const [third, fourth] = [pool.borrow(3), pool.borrow(3)];
  expect(third.inputs[0]!.buffer).toBe(first.inputs[0]!.buffer);
  expect(fourth.inputs[0]!.buffer).not.toBe(first.inputs[0]!.buffer);
});

test('arrays of others are left alone, and a pool makes none larger than the data set', () => {
  const pool = new BatchPool(dataset, 1000);
  pool.giveBack({ inputs: [new Float32Array(14)], targets: [] });
  expect(pool.borrow(7).inputs[0]!.length).toBe(14);
});
