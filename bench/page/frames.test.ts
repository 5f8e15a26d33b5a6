import { expect, test } from 'vitest';
import { frameLines, quantile, shareOfGood } from './frames.ts';

test('quantiles are values that were measured', () => {
  const times = [30, 10, 20, 40];
  expect([0.25, 0.5, 0.95, 1].map((share) => quantile(times, share))).toEqual([10, 20, 40, 40]);
  expect(quantile([], 0.5)).toBeNaN();
});

test('a frame of 20 ms is one too many', () => expect(shareOfGood([16.7, 19.9, 20, 33])).toBe(0.5));

test('a row says how many frames were good', () => {
  expect(frameLines([{ label: 'training', times: [16, 17, 50, 17] }])[2]).toBe(
    '| training | 4 | 75.0 % | 17.0 ms | 50.0 ms | 50.0 ms |',
  );
});
