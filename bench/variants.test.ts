import { expect, test } from 'vitest';
import { repetitionsOf } from './variants.ts';

test('a turn takes a quarter of a second, with at least the wanted steps and at most those of the samples', () => {
  expect(repetitionsOf(5, 10, 1000)).toBe(50);
  expect(repetitionsOf(100, 10, 1000)).toBe(10);
  expect(repetitionsOf(1, 10, 128)).toBe(128);
  expect(repetitionsOf(30, 10, 4)).toBe(10);
});

test('what needs seconds has one repetition', () => {
  expect(repetitionsOf(5000, 1, 1000)).toBe(1);
});
