import { describe, expect, test } from 'vitest';
import { type Affine, affine } from '../../ir/affine.ts';
import { exp, indexValue, sum } from '../../ir/build.ts';
import type { Axis } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { normaliseKernel } from './normalise.ts';

const read = (index: Affine): Expression => ({ kind: 'load', source: 0, index: [index] });
const kernel = (
  axes: readonly Axis[],
  address: Affine,
  value: Expression,
  paddedAxes?: string[],
): Kernel => ({
  name: 'kernel',
  axes,
  buffers: [
    { name: 'x', dtype: 'f32' },
    { name: 'y', dtype: 'f32' },
  ],
  stores: [{ buffer: 1, address, value, accumulate: false }],
  ...(paddedAxes ? { paddedAxes } : {}),
});
const axis = (name: string, extent: number): Axis => ({ name, extent });
const axesOf = (given: Kernel): string =>
  normaliseKernel(given)
    .axes.map(({ name, extent }) => `${name}:${extent}`)
    .join(' ');

describe('normaliseKernel', () => {
  const rows = [axis('i', 5), axis('j', 6)];

  test('makes one axis of two that every access walks as one', () => {
    const own = affine({ i: 24, j: 4 });
    expect(axesOf(kernel(rows, own, exp(read(own))))).toBe('j:30');
    // One element for all rows and columns is walked as one too.
    expect(axesOf(kernel(rows, own, exp(read(affine({})))))).toBe('j:30');
  });

  test.each<[string, Kernel]>([
    ['rows with zeros between them', kernel(rows, affine({ i: 24, j: 4 }), read(affine({ i: 32, j: 4 })))],
    ['a value of each column alone', kernel(rows, affine({ i: 24, j: 4 }), read(affine({ j: 4 })))],
    ['a value that tells rows', kernel(rows, affine({ i: 24, j: 4 }), indexValue(affine({ i: 1 })))],
  ])('keeps both axes for %s', (_, given) => expect(axesOf(given)).toBe('i:5 j:6'));

  test('keeps an axis whose extent is known at run time', () => {
    const own = affine({ n: 24, j: 4 });
    expect(axesOf(kernel([axis('n', RUNTIME_EXTENT), axis('j', 6)], own, read(own)))).toBe('n:-1 j:6');
  });

  test('makes one reduce axis of two neighbours, and keeps the order of others', () => {
    const axes = [axis('o', 3), axis('r', 5), axis('s', 6)];
    const terms = read(affine({ o: 120, r: 24, s: 4 }));
    expect(axesOf(kernel(axes, affine({ o: 4 }), sum(['r', 's'], terms)))).toBe('o:3 s:30');
    expect(axesOf(kernel(axes, affine({ o: 4 }), sum(['s', 'r'], terms)))).toBe('o:3 r:5 s:6');
  });

  test('keeps an output axis apart from a reduce axis that follows it in memory', () => {
    const terms = read(affine({ o: 24, r: 4 }));
    expect(axesOf(kernel([axis('o', 3), axis('r', 6)], affine({}), sum(['r'], terms)))).toBe('o:3 r:6');
  });

  test('drops an axis of one point', () => {
    const own = affine({ i: 24, j: 4 });
    expect(axesOf(kernel([axis('i', 1), axis('j', 6)], own, read(own)))).toBe('j:6');
  });

  test('runs over into the padding of a row, where that is allowed', () => {
    const [own, padded] = [affine({ i: 32, j: 4 }), affine({ i: 36, j: 4 })];
    expect(axesOf(kernel([axis('i', 5), axis('j', 6)], own, read(padded), ['j']))).toBe('i:5 j:8');
    expect(axesOf(kernel([axis('i', 5), axis('j', 6)], own, read(padded)))).toBe('i:5 j:6');
    // A column of rows: the next element is another row, not padding.
    const strided = affine({ j: 32 });
    expect(axesOf(kernel([axis('j', 6)], strided, read(strided), ['j']))).toBe('j:6');
  });
});
