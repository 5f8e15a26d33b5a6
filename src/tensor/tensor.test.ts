import { expect, test } from 'vitest';
import { tensor } from './tensor.ts';

test('from nested arrays, flat arrays, typed arrays and numbers', () => {
  const nested = tensor([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect([nested.shape, nested.dtype, nested.size]).toEqual([[2, 3], 'f32', 6]);
  expect(nested.toArray()).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ]);
  expect(tensor([1, 2, 3, 4], [2, 2], 'i32').data).toEqual(Int32Array.of(1, 2, 3, 4));
  const bytes = Uint8Array.of(1, 2);
  expect(tensor(bytes).data).toBe(bytes);
  expect(tensor(bytes, [2, 1], 'f32').data).toEqual(Float32Array.of(1, 2));
  expect(tensor(7).toArray()).toBe(7);
  const canvas = Uint8ClampedArray.of(300, 2);
  expect(tensor(canvas).data).toEqual(Uint8Array.of(255, 2));
  expect(tensor(canvas).data.buffer).toBe(canvas.buffer);
  expect(tensor(Float64Array.of(0.1, 2)).data).toEqual(Float32Array.of(0.1, 2));
  expect(tensor(Uint16Array.of(7, 65_535), [2, 1], 'i32').data).toEqual(Int32Array.of(7, 65_535));
});

test.each([
  [() => tensor([[1, 2], [3]]), 'Expected 2 elements in each array at depth 1'],
  [() => tensor([[1, 2], 3]), 'Expected an array at depth 1. Received: 3.'],
  [() => tensor([1, [2]]), 'Expected no elements in each array at depth 1'],
  [() => tensor([1, 2, 3], [2, 2]), 'Expected a shape of 3 elements. Received: [2, 2].'],
  [() => tensor(['1']), 'Expected numbers'],
  [() => tensor(BigInt64Array.of(1n)), 'Expected numbers'],
  [() => tensor([1.5], [1], 'i32'), 'Expected values that i32 holds exactly. Received: 1.5.'],
  [() => tensor([300], [1], 'u8'), 'Received: 300.'],
  [() => tensor([1], [1], 'f64' as never), 'Expected one of "f32", "i32", "u8"'],
])('refusal %#', (make, message) => {
  expect(make).toThrow(message);
});
