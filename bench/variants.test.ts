import { expect, test } from 'vitest';
import { repetitionsOf, warmUps } from './variants.ts';

test('a turn takes a quarter of a second, with at least the wanted steps and at most those of the samples', () => {
  expect(repetitionsOf(5, 10, 1000)).toBe(50);
  expect(repetitionsOf(100, 10, 1000)).toBe(10);
  expect(repetitionsOf(1, 10, 128)).toBe(128);
  expect(repetitionsOf(30, 10, 4)).toBe(10);
});

test('a way that is short warms up before it is judged, one that is long does not', () => {
  expect(warmUps(0.2, 10, 10_000)).toBe(500);
  expect(warmUps(0.001, 10, 10_000)).toBe(2000);
  expect(warmUps(0.2, 10, 128)).toBe(128);
  expect(warmUps(0.2, 10, 4)).toBe(10);
  expect(warmUps(60, 10, 128)).toBe(1);
  expect(warmUps(5000, 10, 128)).toBe(1);
});

test('what needs seconds has one repetition', () => {
  expect(repetitionsOf(5000, 1, 1000)).toBe(1);
});
