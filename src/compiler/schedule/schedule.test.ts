import { expect, test } from 'vitest';
import { affine } from '../../ir/affine.ts';
import * as b from '../../ir/build.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { printSchedule } from './print.ts';
import { type Schedule, scheduleKernel } from './schedule.ts';

/** y[i, j, o] = sum(u, v, c) x[s i + u, s j + v, c] w[u, v, c, o], HWC, of `size` positions a side. */
function convolution(
  size: number,
  C: number,
  O: number,
  taps: number,
  stride = 1,
  accumulate = false,
): Kernel {
  const inner = stride * (size - 1) + taps;
  return {
    name: 'convolution',
    axes: Object.entries({ i: size, j: size, o: O, u: taps, v: taps, c: C }).map(([name, extent]) => ({
      name,
      extent,
    })),
    buffers: [
      { name: 'x', dtype: 'f32' },
      { name: 'w', dtype: 'f32' },
      { name: 'y', dtype: 'f32' },
    ],
    stores: [
      {
        buffer: 2,
        address: affine({ i: 4 * size * O, j: 4 * O, o: 4 }),
        accumulate,
        value: b.sum(
          ['u', 'v', 'c'],
          b.mul(
            b.load(0, [
              affine({ i: 4 * C * inner * stride, j: 4 * C * stride, u: 4 * C * inner, v: 4 * C, c: 4 }),
            ]),
            b.load(1, [affine({ u: 4 * taps * C * O, v: 4 * C * O, c: 4 * O, o: 4 })]),
          ),
        ),
      },
    ],
  };
}

const reduceLoops = (schedule: Schedule): string[] =>
  schedule.loops.filter((loop) => loop.kind !== 'output').map((loop) => loop.axis);

test('channels are the lanes, a tile fills the registers, and the sum keeps its order', () => {
  for (const [C, O] of [
    [32, 64],
    [64, 32],
    [24, 144],
    [3, 16],
  ] as const) {
    const schedule = scheduleKernel(convolution(14, C, O, 3));
    expect(schedule.path).toBe('vector');
    expect(schedule.vectorAxis).toBe('o');
    expect(schedule.registers).toBeGreaterThan(8);
    expect(schedule.registers).toBeLessThanOrEqual(14);
    // v and c are walked as one.
    expect(reduceLoops(schedule)).toEqual(['u', 'c']);
  }
});

test('positions of a pointwise convolution become one axis', () => {
  const { kernel } = scheduleKernel(convolution(14, 32, 64, 1));
  expect(kernel.axes.map(({ name, extent }) => [name, extent])).toEqual([
    ['j', 196],
    ['o', 64],
    ['c', 32],
  ]);
});

test('with one channel the width is the lanes; stride two gathers', () => {
  const single = (stride: number): Schedule => {
    const inner = stride * 27 + 3;
    return scheduleKernel({
      name: 'single',
      axes: Object.entries({ i: 28, j: 28, u: 3, v: 3 }).map(([name, extent]) => ({ name, extent })),
      buffers: [
        { name: 'x', dtype: 'f32' },
        { name: 'k', dtype: 'f32' },
        { name: 'y', dtype: 'f32' },
      ],
      stores: [
        {
          buffer: 2,
          address: affine({ i: 112, j: 4 }),
          accumulate: false,
          value: b.sum(
            ['u', 'v'],
            b.mul(
              b.load(0, [affine({ i: 4 * inner * stride, j: 4 * stride, u: 4 * inner, v: 4 })]),
              b.load(1, [affine({ u: 12, v: 4 })]),
            ),
          ),
        },
      ],
    });
  };
  expect(single(1)).toMatchObject({ path: 'vector', vectorAxis: 'j' });
  expect(single(2)).toMatchObject({ path: 'gather', vectorAxis: 'j' });
});

test('a kernel without output axes is scalar', () => {
  const schedule = scheduleKernel({
    name: 'total',
    axes: [{ name: 'i', extent: 100 }],
    buffers: [
      { name: 'x', dtype: 'f32' },
      { name: 'y', dtype: 'f32' },
    ],
    stores: [
      {
        buffer: 1,
        address: affine({}),
        accumulate: false,
        value: b.sum(['i'], b.load(0, [affine({ i: 4 })])),
      },
    ],
  });
  expect(schedule).toMatchObject({ path: 'scalar', vectorAxis: undefined, groups: 1 });
  expect(printSchedule(schedule)).toContain('y[0] = sum[i](x[4*i])');
});

test('the slowest reduce axis is cut only where sums go on from memory', () => {
  const chunks = (accumulate: boolean): string[] =>
    scheduleKernel(convolution(14, 64, 64, 3, 1, accumulate))
      .loops.filter((loop) => loop.kind === 'chunk')
      .map((loop) => loop.axis);
  expect(chunks(false)).toEqual([]);
  expect(chunks(true)).toEqual(['u']);
});

test('no schedule changes its kind at a single extent', () => {
  const kindOf = (kernel: Kernel): string => {
    const { path, vectorAxis } = scheduleKernel(kernel);
    return `${path} ${vectorAxis}`;
  };
  for (let O = 5; O < 40; O++) {
    const [before, here, after] = [O - 1, O, O + 1].map((n) => kindOf(convolution(9, 8, n, 3)));
    if (O % 4 !== 0) expect(before === after && before !== here, `at ${O} channels`).toBe(false);
  }
});

test('a reduction inside a reduction over the same axis is refused', () => {
  const nested: Kernel = {
    name: 'nested',
    axes: [{ name: 'i', extent: 8 }],
    buffers: [
      { name: 'x', dtype: 'f32' },
      { name: 'y', dtype: 'f32' },
    ],
    stores: [
      {
        buffer: 1,
        address: affine({}),
        accumulate: false,
        value: b.sum(['i'], b.maximum(['i'], b.load(0, [affine({ i: 4 })]))),
      },
    ],
  };
  expect(() => scheduleKernel(nested)).toThrow('reduces axis i inside itself');
});
