import { expect, test } from 'vitest';
import { dsCnn } from '../networks/ds-cnn.ts';
import { breakdownOf } from './breakdown.ts';
import { breakdownLines, growth } from './memory-table.ts';

test('parts of the memory, the largest first within a program', () => {
  const program = {
    stored: 2e6,
    accumulators: 8e6,
    shards: 8,
    border: 0,
    scratch: 3e6,
    threads: 2,
    slots: 9e6,
    jobs: 3,
  };
  const lines = breakdownLines({
    parameters: 1e6,
    optimizer: 2e6,
    programs: [{ name: 'train', ...program }],
    shared: 1e6,
    total: 24e6,
  });
  expect(lines.map((line) => line.trim())).toEqual([
    '1.0 MB  parameters',
    '2.0 MB  state of the optimizer',
    '9.0 MB  train: slots of jobs (3 x 3.0 MB)',
    '8.0 MB  train: sums of shards (8 x 1.0 MB)',
    '3.0 MB  train: scratch of threads (2 x 1.5 MB)',
    '2.0 MB  train: tensors of the whole batch',
    '-1.0 MB  of it the same memory',
    '24.0 MB  in all',
  ]);
});

test('growth from the first mark to the last', () => {
  const at = (models: number, resident: number, threads: number) => ({ models, resident, threads });
  expect(growth([at(100, 5e6, 9), at(200, 9e6, 9), at(300, 4e6, 11)])).toEqual({ bytes: -1e6, threads: 2 });
});

test('the parts of a network with batch normalization add up, and scratch grows with threads', () => {
  const [one, three] = [breakdownOf(dsCnn(), 12, 1), breakdownOf(dsCnn(), 12, 3)];
  expect(one.programs.map(({ name }) => name)).toEqual(['train']);
  for (const { parameters, optimizer, programs, shared, total } of [one, three]) {
    const parts = programs.map((p) => p.stored + p.accumulators + p.border + p.scratch + p.slots);
    const reserved = 1024;
    expect(parts.reduce((a, b) => a + b, parameters + optimizer + reserved)).toBe(total + shared);
  }
  expect(three.programs[0]!.scratch).toBeGreaterThan(2.5 * one.programs[0]!.scratch);
});
