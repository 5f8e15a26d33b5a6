import { expect, test } from 'vitest';
import { layoutOf } from './lay-out.ts';
import { layoutKey } from './place-tensors.ts';
import type { PlanNode } from './plan-graph.ts';

const node = (shape: readonly number[]): PlanNode => ({
  id: 0,
  name: 'x',
  role: 'compute',
  type: { dtype: 'f32', shape, batched: true },
  definition: undefined,
});

test('tensors of equal bytes and strides differ where one has elements and the other zeros behind it', () => {
  const long = layoutOf(node([37, 28]), [
    [2, 0],
    [0, 0],
  ]);
  const short = layoutOf(node([35, 28]), [
    [2, 2],
    [0, 0],
  ]);
  expect([long.bytes, long.base, long.strides]).toEqual([short.bytes, short.base, short.strides]);
  expect(layoutKey(long)).not.toBe(layoutKey(short));
  expect(layoutKey(long)).toBe(layoutKey({ ...long }));
});
