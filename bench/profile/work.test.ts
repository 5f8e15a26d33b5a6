import { expect, test } from 'vitest';
import { affine } from '../../src/ir/affine.ts';
import * as b from '../../src/ir/build.ts';
import type { Kernel } from '../../src/ir/kernel.ts';
import { workOf } from './work.ts';

const buffers = ['x', 'w', 'y'].map((name) => ({ name, dtype: 'f32' as const }));

test('a product of matrices: two operations a term, every operand once', () => {
  const product = b.mul(b.load(0, [affine({ i: 28, k: 4 })]), b.load(1, [affine({ k: 20, j: 4 })]));
  const kernel: Kernel = {
    name: 'product',
    axes: [
      { name: 'i', extent: 3 },
      { name: 'j', extent: 5 },
      { name: 'k', extent: 7 },
    ],
    buffers,
    stores: [
      { buffer: 2, address: affine({ i: 20, j: 4 }), value: b.sum(['k'], product), accumulate: false },
    ],
  };
  expect(workOf(kernel, 1)).toEqual({ operations: 2 * 3 * 5 * 7, bytes: 4 * (3 * 7 + 7 * 5 + 3 * 5) });
  const accumulating = { ...kernel, stores: [{ ...kernel.stores[0]!, accumulate: true }] };
  expect(workOf(accumulating, 1).bytes).toBe(4 * (3 * 7 + 7 * 5 + 2 * 3 * 5));
});

test('overlapping windows touch no more than lies between; a run-time extent counts samples', () => {
  const near = b.add(b.load(0, [affine({ i: 4 })]), b.load(0, [affine({ i: 4 }, 4)]));
  const kernel: Kernel = {
    name: 'neighbours',
    axes: [{ name: 'i', extent: -1 }],
    buffers,
    stores: [{ buffer: 2, address: affine({ i: 4 }), value: near, accumulate: false }],
  };
  expect(workOf(kernel, 100)).toEqual({ operations: 100, bytes: 4 * (101 + 100) });
});
