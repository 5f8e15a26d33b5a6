import { describe, expect, test } from 'vitest';
import { affine } from '../../ir/affine.ts';
import * as b from '../../ir/build.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { compareKernel, randomSource } from './compare.testing.ts';
import { compileKernel } from './compile-kernel.ts';
import { KernelMaker, read } from './kernel-maker.testing.ts';
import { nonzeroSumOf } from './nonzero-sum.ts';

const seed = Number(process.env.ATROUS_TEST_SEED ?? 1 + Math.floor(Math.random() * 1e6));

interface Shape {
  readonly rows: number;
  readonly columns: number;
  readonly channels: number;
  readonly filters: number;
  readonly taps?: number;
  readonly stride?: number;
  /** Elements behind each row of x. */
  readonly gap?: number;
  readonly samples?: number;
  /** The operand with many zeros. Default x. */
  readonly sparse?: 'x' | 'y';
}

/** g[u, c, o] += sum over n, i, j of x[n, i, stride * j + u, c] * y[n, i, j, o], stored with o, or c, innermost. */
function weightGradient(shape: Shape): Kernel {
  const { rows, columns, channels, filters, taps = 1, stride = 1, gap = 0, samples = 1 } = shape;
  const m = new KernelMaker();
  for (const [name, extent] of Object.entries({ u: taps, c: channels, o: filters })) m.axis(name, extent);
  for (const [name, extent] of Object.entries({ n: samples, i: rows, j: columns })) m.axis(name, extent);
  const width = stride * (columns - 1) + taps + gap;
  const x = m.tensor('x', [samples, rows, width, channels]);
  const y = m.tensor('y', [samples, rows, columns, filters]);
  const byFilter = shape.sparse === 'y';
  const g = m.tensor('g', byFilter ? [taps, filters, channels] : [taps, channels, filters]);
  const product = b.mul(read(x, 'n', 'i', affine({ j: stride, u: 1 }), 'c'), read(y, 'n', 'i', 'j', 'o'));
  m.store(g, byFilter ? ['u', 'o', 'c'] : ['u', 'c', 'o'], b.sum(['n', 'i', 'j'], product), true);
  return { ...m.build('gradient'), sparse: byFilter ? y.buffer : x.buffer };
}

const plain: Shape = { rows: 6, columns: 25, channels: 8, filters: 48 };

describe('sums that leave out what is zero of one operand', () => {
  test.each<Shape>([
    plain,
    { ...plain, rows: 1, columns: 24, filters: 20 },
    { ...plain, rows: 1, columns: 64, channels: 4 },
    { ...plain, rows: 1, columns: 95, channels: 7, filters: 8 },
    { ...plain, rows: 2, columns: 96, channels: 13, filters: 108, gap: 3 },
    { ...plain, rows: 3, columns: 70, taps: 3, gap: 1 },
    { ...plain, rows: 3, columns: 33, taps: 2, stride: 2, samples: 3 },
    { ...plain, rows: 5, columns: 31, samples: 4, sparse: 'y', channels: 52, filters: 9 },
    { ...plain, rows: 2, columns: 40, taps: 4, sparse: 'y', channels: 60, filters: 34, gap: 2 },
  ])('have the bits of the whole sums: %o', (shape) => {
    const kernel = weightGradient(shape);
    expect(nonzeroSumOf(kernel)).toBeDefined();
    for (const registerLanes of [4, 8] as const) {
      for (const zeros of [0, 0.1, 0.5, 0.95, 1]) {
        const { difference } = compareKernel(kernel, randomSource(seed), { zeros }, (k, builder) =>
          compileKernel(k, builder, { registerLanes }),
        );
        expect(difference, `seed ${seed}, ${zeros} zeros`).toBeUndefined();
      }
    }
  });
  test.each<[string, Kernel]>([
    ['no operand has many zeros', { ...weightGradient(plain), sparse: undefined }],
    ['runs are short', weightGradient({ ...plain, columns: 23, gap: 1 })],
    ['sums are no whole vectors', weightGradient({ ...plain, filters: 50 })],
    ['sums do not lie side by side', { ...weightGradient(plain), sparse: 1 }],
    [
      'samples are counted when it runs',
      {
        ...weightGradient(plain),
        axes: weightGradient(plain).axes.map((a) => (a.name === 'n' ? { ...a, extent: RUNTIME_EXTENT } : a)),
      },
    ],
    [
      'the sum starts at zero',
      {
        ...weightGradient(plain),
        stores: weightGradient(plain).stores.map((s) => ({ ...s, accumulate: false })),
      },
    ],
  ])('are not made where %s', (_, kernel) => {
    expect(nonzeroSumOf(kernel)).toBeUndefined();
  });
});
