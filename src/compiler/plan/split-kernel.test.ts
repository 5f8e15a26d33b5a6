import { describe, expect, test } from 'vitest';
import { affine } from '../../ir/affine.ts';
import { add, exp, indexValue } from '../../ir/build.ts';
import type { Clip } from '../../ir/clip.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { cutKernel, findCut, splitKernel } from './split-kernel.ts';

const limits = { most: 16, least: 4096 };

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
  splitKernel(kernel, limits)
    .map((part) => `${part.kernel.axes.map(({ extent }) => extent).join('x')} at ${part.shifts.join(', ')}`)
    .join('; ');

describe('splitKernel', () => {
  test('cuts a large nest along its slowest axis, each part at its own addresses', () =>
    expect(extentsOf(nest(130, 100, exp(at(400, 4))))).toBe(
      '44x100 at 0, 0; 43x100 at 17600, 17600; 43x100 at 34800, 34800',
    ));

  test('cuts along the next axis, in whole vectors, where the slowest moves a buffer in two ways', () =>
    expect(extentsOf(nest(100, 130, add(at(520, 4), at(1040, 4))))).toBe(
      '100x128 at 0, 0; 100x2 at 512, 512',
    ));

  test('leaves a small nest, and one whose value depends on where it stands', () => {
    expect(splitKernel(nest(80, 100, exp(at(400, 4))), limits)).toHaveLength(1);
    expect(splitKernel(nest(130, 100, indexValue(affine({ i: 1, j: 1 }))), limits)).toHaveLength(1);
  });
});

describe('findCut', () => {
  const cutOf = (rows: number, columns: number): string | undefined =>
    findCut(nest(rows, columns, exp(at(4 * columns, 4))), { most: 8, least: 64 })?.axis;

  test('prefers the slowest axis where it goes into half of the most parts', () =>
    expect(cutOf(4, 1280)).toBe('i'));

  test('takes another that goes into more where it does not', () => {
    expect(cutOf(3, 1280)).toBe('j');
    expect(cutOf(3, 128)).toBe('i');
  });
});

describe('cutKernel', () => {
  const kernel = { ...nest(8, 10, exp(at(40, 4))), paddedAxes: ['i', 'j'] };

  test('keeps the padding of the cut axis for the part with its end', () =>
    expect(
      cutKernel(kernel, { axis: 'i', bounds: [0, 3, 8] })!.map((part) => part.kernel.paddedAxes),
    ).toEqual([['j'], ['i', 'j']]));

  test('walks all terms of a sum along the cut axis, because parts are the same code', () => {
    const clip = (by: string): Clip => ({
      axis: `u${by}`,
      by,
      position: affine({ [by]: 1, [`u${by}`]: 1 }),
      extent: 4,
    });
    const clipped = { ...kernel, clips: [clip('i'), clip('j')] };
    const clipsAt = (axis: string, bounds: readonly number[]): unknown =>
      cutKernel(clipped, { axis, bounds })!.map((part) => part.kernel.clips?.map(({ by }) => by));
    expect(clipsAt('i', [0, 3, 8])).toEqual([['j'], ['j']]);
    expect(
      cutKernel({ ...kernel, clips: [clip('i')] }, { axis: 'i', bounds: [0, 3, 8] })![1]!.kernel,
    ).not.toHaveProperty('clips');
  });

  test('refuses bounds of another axis, inside of vectors, or where a buffer moves in two ways', () => {
    expect(cutKernel(kernel, { axis: 'i', bounds: [0, 3, 7] })).toBeUndefined();
    expect(cutKernel(kernel, { axis: 'j', bounds: [0, 5, 10] })).toBeUndefined();
    const twice = nest(8, 10, add(at(40, 4), at(80, 4)));
    expect(cutKernel(twice, { axis: 'i', bounds: [0, 3, 8] })).toBeUndefined();
  });
});
