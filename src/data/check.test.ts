import { expect, test } from 'vitest';
import { DataError } from '../errors/index.ts';
import { checkFinite, checkLabels, checkWeights } from './check.ts';

test('labels', () => {
  expect(() => checkLabels(Uint8Array.of(0, 9, 5), 10)).not.toThrow();
  expect(() => checkLabels([], 1)).not.toThrow();
  expect(() => checkLabels(Uint8Array.of(0, 10, 11), 10)).toThrow(DataError);
  expect(() => checkLabels(Uint8Array.of(0, 10, 11), 10)).toThrow(
    'Cannot use labels: the label at index 1 is 10, where an integer from 0 to 9 is needed.',
  );
  expect(() => checkLabels(Int32Array.of(3, -1), 10, 'validation labels')).toThrow(
    'use validation labels: the label at index 1 is -1',
  );
  for (const label of [0.5, Number.NaN, Infinity]) expect(() => checkLabels([label], 2)).toThrow(DataError);
});

test('finite values', () => {
  const values = Float32Array.of(0, -0, 3e38, 1e-45);
  expect(() => checkFinite(values, 'x')).not.toThrow();
  expect(() => checkFinite(Uint8Array.of(255), 'x')).not.toThrow();
  for (const bad of [Number.NaN, Infinity, -Infinity]) {
    values[3] = bad;
    expect(() => checkFinite(values, 'x')).toThrow(`Cannot use x: the value at index 3 is ${bad}.`);
    expect(() => checkFinite(values, 'x', 2)).toThrow('index 3 (sample 1)');
  }
});

test('weights', () => {
  expect(() => checkWeights([0, 1, 0.5])).not.toThrow();
  for (const bad of [-1, Number.NaN, Infinity])
    expect(() => checkWeights([1, bad])).toThrow(`sampleWeight: the weight at index 1 is ${bad}`);
});

test('every bit pattern near the border of what is finite is judged as Number.isFinite does', () => {
  const words = [0, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fffffff].flatMap((w) => [
    w,
    w | 0x80000000,
  ]);
  for (const word of words) {
    const values = new Float32Array(Int32Array.of(0x3f800000, word, 1).buffer);
    const check = (): void => checkFinite(values, 'x');
    if (Number.isFinite(values[1])) expect(check).not.toThrow();
    else expect(check).toThrow('index 1');
  }
});
