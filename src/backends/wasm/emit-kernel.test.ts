import { expect, test } from 'vitest';
import wabt from 'wabt';
import { affine } from '../../ir/affine.ts';
import * as b from '../../ir/build.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { compareKernel, randomSource } from './compare.testing.ts';
import { compileKernel, keptCodeBytes, printKernel } from './compile-kernel.ts';
import { disassemble } from './disassemble.ts';
import { KERNEL_KINDS } from './kernels.testing.ts';
import { seededKernel } from './modes.testing.ts';
import { ModuleBuilder } from './module.ts';

const seed = Number(process.env.ATROUS_TEST_SEED ?? 1 + Math.floor(Math.random() * 1e6));

test.each(
  Object.keys(KERNEL_KINDS),
)('%s: any tier gives the bits of the reference, wabt accepts it', async (kind) => {
  const tool = await wabt();
  for (let k = 0; k < 6; k++) {
    const { kernel, next } = seededKernel(kind, seed + k);
    const { difference, bytes, compiled } = compareKernel(kernel, next, { runs: 20, samples: k });
    expect(difference, `seed ${seed + k}\n${printKernel(compiled)}`).toBeUndefined();
    const parsed = tool.readWasm(bytes, { simd: true });
    parsed.validate();
    parsed.destroy();
  }
});

/** y[c] = x[c] + 1 over n elements. */
function increment(n: number, padded: boolean): Kernel {
  const address = affine({ c: 4 });
  return {
    name: 'increment',
    axes: [{ name: 'c', extent: n }],
    buffers: [
      { name: 'x', dtype: 'f32' },
      { name: 'y', dtype: 'f32' },
    ],
    stores: [{ buffer: 1, address, value: b.add(b.load(0, [address]), 1), accumulate: false }],
    ...(padded ? { paddedAxes: ['c'] } : {}),
  };
}

test('lanes beyond an extent are touched only where the axis is padded', () => {
  const compile = (padded: boolean): string => {
    const builder = new ModuleBuilder();
    compileKernel(increment(6, padded), builder);
    return disassemble(builder.encode({ initial: 1, shared: false }));
  };
  expect(compile(false)).toContain('v128.store64_lane');
  expect(compile(true)).not.toContain('_lane');
});

test('kernels that differ in names alone share a function', () => {
  const builder = new ModuleBuilder();
  const one = compileKernel(increment(8, false), builder);
  const renamed = {
    ...increment(8, false),
    name: 'other',
    buffers: [
      { name: 'p', dtype: 'f32' },
      { name: 'q', dtype: 'f32' },
    ],
  } as const;
  expect(compileKernel(renamed, builder)).toBe(one);
  expect(compileKernel(increment(9, false), builder)).not.toBe(one);
  expect(builder.functions.length).toBe(2);
});

test('the terms of a sum are added in the stated order', () => {
  // 2^24 + 1 is not a float32: each order of these terms has its own sum.
  const reduce = (axes: readonly [string, string]): Kernel => ({
    name: 'order',
    axes: [{ name: 'c', extent: 8 }, ...axes.map((name) => ({ name, extent: 6 }))],
    buffers: [
      { name: 'x', dtype: 'f32' },
      { name: 'y', dtype: 'f32' },
    ],
    stores: [
      {
        buffer: 1,
        address: affine({ c: 4 }),
        value: b.sum(axes, b.load(0, [affine({ u: 224, v: 32, c: 4 })])),
        accumulate: false,
      },
    ],
  });
  for (const axes of [
    ['u', 'v'],
    ['v', 'u'],
  ] as const) {
    expect(compareKernel(reduce(axes), randomSource(7), { special: 0 }).difference).toBeUndefined();
  }
});

test('a sum of negative zeros is positive zero, and one that goes on from memory keeps its start', () => {
  for (const accumulate of [false, true]) {
    const kernel: Kernel = {
      name: 'zeros',
      axes: [
        { name: 'c', extent: 4 },
        { name: 'u', extent: 3 },
      ],
      buffers: [
        { name: 'x', dtype: 'f32' },
        { name: 'y', dtype: 'f32' },
      ],
      stores: [
        {
          buffer: 1,
          address: affine({ c: 4 }),
          value: b.sum(['u'], b.mul(b.mul(b.load(0, [affine({ u: 16, c: 4 })]), 0), -0)),
          accumulate,
        },
      ],
    };
    expect(compareKernel(kernel, randomSource(3)).difference).toBeUndefined();
  }
});

test('another module takes the code of an equal kernel under its own name', () => {
  const [first, second] = [new ModuleBuilder(), new ModuleBuilder()];
  const before = keptCodeBytes();
  compileKernel({ ...increment(11, false), name: 'first' }, first);
  const kept = keptCodeBytes();
  compileKernel({ ...increment(11, false), name: 'second' }, second);
  expect(kept).toBeGreaterThan(before);
  expect(keptCodeBytes()).toBe(kept);
  const names = [first, second].map(({ functions }) => functions.map(({ name }) => name));
  expect(names).toEqual([['first'], ['second']]);
  const memory = { initial: 1, shared: false };
  expect(second.encode(memory)).toEqual(first.encode(memory));
});
