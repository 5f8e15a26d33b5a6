import { expect, test } from 'vitest';
import { InvalidArgumentError } from '../errors/index.ts';
import { checkStoredArray, statedElements, toFloat32 } from './stored-array.ts';

test('16-bit floats become the float32 that equal them', () => {
  const half = {
    dtype: 'f16',
    shape: [8],
    data: Uint16Array.of(0, 0x8000, 0x3c00, 0xc000, 1, 0x7bff, 0x7c00, 0x7e00),
  };
  expect([...toFloat32(half as never)]).toEqual([0, -0, 1, -2, 2 ** -24, 65504, Infinity, Number.NaN]);
  const brain = { dtype: 'bf16', shape: [3], data: Uint16Array.of(0x3f80, 0xc049, 0x0001) };
  expect([...toFloat32(brain as never)]).toEqual([1, -3.140625, 2 ** -133]);
});

test('other types are converted, float32 is given back as it is', () => {
  const data = Float32Array.of(1.5);
  expect(toFloat32({ dtype: 'f32', shape: [1], data })).toBe(data);
  expect(toFloat32({ dtype: 'i64', shape: [2], data: BigInt64Array.of(-3n, 5n) })).toEqual(
    Float32Array.of(-3, 5),
  );
  expect(toFloat32({ dtype: 'f64', shape: [1], data: Float64Array.of(0.1) })).toEqual(Float32Array.of(0.1));
});

test('elements that a shape states', () => {
  expect(statedElements([], 10)).toBe(1);
  expect(statedElements([2, 5], 10)).toBe(10);
  expect(statedElements([2 ** 40, 0, 2 ** 40], 2 ** 50)).toBe(0);
  for (const shape of [
    [2, 6],
    [-1],
    [1.5],
    ['3'],
    [null],
    'a',
    null,
    new Array(33).fill(1),
    [2 ** 30, 2 ** 30, 2 ** 30],
  ])
    expect(statedElements(shape, 10)).toBeUndefined();
});

test('data must fit type and shape', () => {
  expect(() => checkStoredArray({ dtype: 'bool', shape: [2], data: Uint8Array.of(0, 1) }, 'a')).not.toThrow();
  const bad: unknown[] = [
    { dtype: 'f32', shape: [2], data: new Float64Array(2) },
    { dtype: 'f32', shape: [3], data: new Float32Array(2) },
    { dtype: 'toString', shape: [2], data: new Float32Array(2) },
  ];
  for (const array of bad) expect(() => checkStoredArray(array as never, 'a')).toThrow(InvalidArgumentError);
});
