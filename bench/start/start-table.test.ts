import { expect, test } from 'vitest';
import { medians, startLines } from './start-table.ts';

const step = (total: number): Record<'total' | 'trace' | 'compile' | 'means' | 'step', number> => ({
  total,
  trace: 10,
  compile: 60,
  means: 0,
  step: 20,
});
const stages = { trace: 9, simplify: 8, order: 1, plan: 20, emit: 30, v8: 2, threads: 35, bytes: 4096 };

test('the median of each number', () => {
  expect(
    medians([
      { a: 1, b: 9 },
      { a: 5, b: 7 },
      { a: 3, b: 8 },
    ]),
  ).toEqual({ a: 3, b: 8 });
});

test('the first step beside its goal, its spread and the second model', () => {
  const fits = [140, 120, 190].map((total) => ({ first: step(total), second: step(total / 2) }));
  const lines = startLines({ fits, stages: [stages] }, 150);
  expect(lines[0]).toContain('first step 140 ms (120 ms to 190 ms; goal: under 150 ms)');
  expect(lines[1]).toContain('second model like it 70 ms');
  expect(lines[2]).toContain('plan 20 ms, emit 30 ms');
  expect(lines[3]).toBe('module 4096 bytes');
  expect(startLines({ fits, stages: [stages] }, undefined)[0]).not.toContain('goal');
});
