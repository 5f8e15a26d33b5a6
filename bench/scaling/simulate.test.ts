import { expect, test } from 'vitest';
import { firstLimit, simulate } from './simulate.ts';

const free = { perThread: 0, sharedRate: Number.POSITIVE_INFINITY, host: 0 };
const shards = { kind: 'shards', items: new Array<number>(8).fill(2), sharedBytes: 0 } as const;
const border = { kind: 'border', items: [1], sharedBytes: 0 } as const;

test('threads take items in order, and more threads than items have nothing to do', () => {
  expect([1, 2, 3, 8, 64].map((n) => simulate([shards], n, free).ms)).toEqual([16, 8, 6, 2, 2]);
  expect(simulate([{ ...shards, items: [1, 5, 2, 2, 2] }], 2, free).ms).toBe(7);
});

test('what is lost adds up to the difference from an even share', () => {
  const costs = { perThread: 0.01, sharedRate: 1, host: 0 };
  const phases = [shards, border, { kind: 'join', items: [1, 1, 1], sharedBytes: 4e6 }] as const;
  const { ms, lost } = simulate(phases, 16, costs);
  expect(lost).toEqual({
    shards: 1,
    border: 1 - 1 / 16,
    join: 1 - 3 / 16,
    phases: 0.48,
    memory: 3,
    'main thread': 0,
  });
  const sum = Object.values(lost).reduce((a, b) => a + b, 0);
  expect(ms).toBeCloseTo(20 / 16 + sum, 12);
});

test('a step is not shorter than the work of the main thread', () => {
  const { ms, lost } = simulate([shards], 8, { ...free, host: 3 });
  expect([ms, lost['main thread']]).toEqual([3, 1]);
});

test('the first limit is that of the fewest threads that do not scale', () => {
  const steps = (phases: Parameters<typeof simulate>[0]) =>
    [1, 2, 4, 8, 16].map((n) => simulate(phases, n, free));
  expect(firstLimit(steps([shards]))).toEqual({ threads: 16, cause: 'shards' });
  expect(firstLimit(steps([shards, { ...border, items: [8] }]))).toEqual({ threads: 2, cause: 'border' });
  expect(firstLimit([1, 2, 4, 8].map((n) => simulate([shards], n, free)))).toBeUndefined();
});
