import { expect, test } from 'vitest';
import { quantile, spreadOf } from './statistics.ts';

test('quantiles lie between neighbours by straight line', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([5], 0.9)).toBe(5);
  expect(quantile([0, 10], 0.1)).toBeCloseTo(1, 12);
});

test('a spread has the median between low and high', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ median: 2, low: 1.2, high: 2.8, count: 3 });
  expect(() => spreadOf([])).toThrow('nothing');
});
