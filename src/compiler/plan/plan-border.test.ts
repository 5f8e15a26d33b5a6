import { describe, expect, test } from 'vitest';
import { affine } from '../../ir/affine.ts';
import { add, exp, indexValue } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { splitKernel } from './plan-border.ts';

const at = (row: number, column: number): Expression => ({
  kind: 'load',
  source: 0,
  index: [affine({ i: row, j: column })],
});

/** y[i, j] = value, over rows of `columns` elements; buffer 0 is read, buffer 1 written. */
const nest = (rows: number, columns: number, value: Expression): Kernel => ({
  name: 'nest',
  axes: [
    { name: 'i', extent: rows },
    { name: 'j', extent: columns },
  ],
  buffers: [
    { name: 'x', dtype: 'f32' },
    { name: 'y', dtype: 'f32' },
  ],
  stores: [{ buffer: 1, address: affine({ i: 4 * columns, j: 4 }), value, accumulate: false }],
});

const extentsOf = (kernel: Kernel): string =>
  splitKernel(kernel)
    .map((part) => `${part.kernel.axes.map(({ extent }) => extent).join('x')} at ${part.shifts.join(', ')}`)
    .join('; ');

describe('splitKernel', () => {
  test('cuts a large nest along its slowest axis, each part at its own addresses', () =>
    expect(extentsOf(nest(130, 100, exp(at(400, 4))))).toBe(
      '44x100 at 0, 0; 44x100 at 17600, 17600; 42x100 at 35200, 35200',
    ));

  test('cuts along the next axis, in whole vectors, where the slowest moves a buffer in two ways', () =>
    expect(extentsOf(nest(100, 130, add(at(520, 4), at(1040, 4))))).toBe(
      '100x128 at 0, 0; 100x2 at 512, 512',
    ));

  test('leaves a small nest, and one whose value depends on where it stands', () => {
    expect(splitKernel(nest(80, 100, exp(at(400, 4))))).toHaveLength(1);
    expect(splitKernel(nest(130, 100, indexValue(affine({ i: 1, j: 1 }))))).toHaveLength(1);
  });
});
