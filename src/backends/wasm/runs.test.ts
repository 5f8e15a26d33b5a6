import { describe, expect, test } from 'vitest';
import { affine } from '../../ir/affine.ts';
import * as b from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { compareKernel, randomSource } from './compare.testing.ts';
import { compileKernel } from './compile-kernel.ts';
import { ModuleBuilder } from './module.ts';
import { runOf } from './runs.ts';

const seed = Number(process.env.ATROUS_TEST_SEED ?? 1 + Math.floor(Math.random() * 1e6));

const f32 = (name: string): Kernel['buffers'][number] => ({ name, dtype: 'f32' });

/** y = value over rows of `columns` elements that follow each other; buffer 2 is y. */
const nest = (rows: number, columns: number, value: Expression, name = 'nest'): Kernel => ({
  name,
  axes: [
    { name: `${name}.r`, extent: rows },
    { name: `${name}.c`, extent: columns },
  ],
  buffers: [f32('x'), { name: 'u', dtype: 'u8' }, f32('y')],
  stores: [
    {
      buffer: 2,
      address: affine({ [`${name}.r`]: 4 * columns, [`${name}.c`]: 4 }),
      value,
      accumulate: false,
    },
  ],
});

/** The root of each x times a byte beside it. */
const bytewise = (columns: number, name = 'nest'): Expression =>
  b.mul(
    b.sqrt(b.load(0, [affine({ [`${name}.r`]: 4 * columns, [`${name}.c`]: 4 })])),
    b.load(1, [affine({ [`${name}.r`]: columns, [`${name}.c`]: 1 }, 2)]),
  );

describe('a nest over one run of elements', () => {
  test('becomes blocks and a rest, with the bits of the reference', () => {
    for (const [rows, columns] of [
      [1, 32],
      [3, 11],
      [9, 41],
      [8, 64],
    ] as const) {
      const kernel = nest(rows, columns, bytewise(columns));
      const run = runOf(kernel)!;
      expect(run.blocks).toBe(Math.floor((rows * columns) / 32));
      expect(run.rest?.kernel.axes[0]?.extent ?? 0).toBe((rows * columns) % 32);
      expect(compareKernel(kernel, randomSource(seed)).difference, `seed ${seed}`).toBeUndefined();
    }
  });

  test('shares its functions with runs of other lengths, shapes and names', () => {
    const builder = new ModuleBuilder();
    compileKernel(nest(3, 24, bytewise(24)), builder);
    expect(builder.functions).toHaveLength(2);
    compileKernel(nest(1, 136, bytewise(136, 'other'), 'other'), builder);
    expect(builder.functions).toHaveLength(2);
    compileKernel(nest(5, 8, bytewise(8)), builder);
    expect(builder.functions).toHaveLength(2);
  });

  test.each([
    ['shorter than a block', nest(1, 31, bytewise(31))],
    ['with a value a row', nest(4, 64, b.load(0, [affine({ 'nest.r': 4 })]))],
    ['with a value a column', nest(4, 64, b.load(0, [affine({ 'nest.c': 4 })]))],
    ['that reads every second element', nest(1, 64, b.load(0, [affine({ 'nest.c': 8 })]))],
    [
      'that reads one buffer in two ways',
      nest(1, 64, b.add(b.load(0, [affine({ 'nest.c': 4 })]), b.load(0, [affine({})]))),
    ],
    ['whose value depends on its place', nest(1, 64, b.indexValue(affine({ 'nest.c': 1 })))],
    ['that sums', nest(1, 64, b.sum([], b.load(0, [affine({ 'nest.c': 4 })])))],
  ])('stays as it is: %s', (_, kernel) => expect(runOf(kernel)).toBeUndefined());
});
