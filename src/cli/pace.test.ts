import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

test('leaves out the first step of the training, which compiles', () => {
  const pace = new Pace(3);
  pace.beginEpoch(0);
  expect(pace.imagesPerSecond()).toBeUndefined();
  pace.step(9, 100);
  expect(pace.imagesPerSecond()).toBeUndefined();
  expect(pace.secondsLeft(0, 4)).toBeUndefined();
  pace.step(10, 100);
  pace.step(11, 100);
  expect(pace.imagesPerSecond()).toBe(100);
  // One step of a second is left in this epoch, and four in each of two more.
  expect(pace.secondsLeft(0, 4)).toBe(1 + 2 * 4);
});

test('counts what stands between epochs', () => {
  const pace = new Pace(2);
  pace.beginEpoch(0);
  for (const now of [5, 6, 7]) pace.step(now, 10);
  pace.endEpoch(10);
  pace.beginEpoch(10);
  expect(pace.secondsLeft(1, 3)).toBe(3 * 1 + 3);
  pace.step(11, 10);
  expect(pace.imagesPerSecond()).toBe(10);
  expect(pace.secondsLeft(1, 3)).toBe(2 * 1 + 3);
});

test('knows no end where the steps are not known', () => {
  const pace = new Pace(2);
  pace.beginEpoch(0);
  for (const now of [1, 2]) pace.step(now, 10);
  expect(pace.secondsLeft(0, undefined)).toBeUndefined();
});
