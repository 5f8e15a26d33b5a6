import { expect, test } from 'vitest';
import { affine } from '../../ir/affine.ts';
import * as b from '../../ir/build.ts';
import type { Clip } from '../../ir/clip.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { i32 } from './assembler-scalar.ts';
import { randomSource } from './compare.testing.ts';
import { callKernel, compileKernel, printKernel } from './compile-kernel.ts';
import { ModuleBuilder } from './module.ts';

const seed = Number(process.env.ATROUS_TEST_SEED ?? 1 + Math.floor(Math.random() * 1e6));

interface Shape {
  readonly size: number;
  readonly taps: number;
  /** Of the position in the output, and of the tap: x[move * i + step * u + offset]. */
  readonly move: number;
  readonly step: number;
  readonly offset: number;
  readonly channels: number;
  readonly outputs: number;
  /** Default 1. */
  readonly samples?: number;
}

/** y[n, i, o] = sum(u, c) x[n, move * i + step * u + offset, c] w[u, c, o], with zeros around x. */
function convolution(shape: Shape, clipped: boolean): Kernel {
  const { size, taps, move, step, offset, channels, outputs, samples = 1 } = shape;
  const row = 4 * channels;
  const clip: Clip = { axis: 'u', by: 'i', position: affine({ i: move, u: step }, offset), extent: size };
  const product = b.mul(
    b.load(0, [
      affine({ n: sampleRows(size) * row, i: move * row, u: step * row, c: 4 }, (offset + margin) * row),
    ]),
    b.load(1, [affine({ u: row * outputs, c: 4 * outputs, o: 4 })]),
  );
  return {
    name: 'convolution',
    axes: Object.entries({ n: samples, i: size, o: outputs, u: taps, c: channels }).map(([name, extent]) => ({
      name,
      extent,
    })),
    buffers: ['x', 'w', 'y'].map((name) => ({ name, dtype: 'f32' })),
    stores: [
      {
        buffer: 2,
        address: affine({ n: 4 * outputs * align4(size), i: 4 * outputs, o: 4 }),
        value: b.sum(['u', 'c'], product),
        accumulate: false,
      },
    ],
    ...(clipped ? { clips: [clip] } : {}),
    // without channels of the output, its positions are neighbours and may be as many as fill lanes
    ...(outputs === 1 ? { paddedAxes: ['i'] } : {}),
  };
}

/** Zeros on each side of x. */
const margin = 40;
const sampleRows = (size: number): number => size + margin;
const align4 = (n: number): number => 4 * Math.ceil(n / 4);
const places = [65_536, 131_072, 262_144];

function run(shape: Shape, clipped: boolean): { values: Float32Array; loops: string } {
  const builder = new ModuleBuilder();
  const compiled = compileKernel(convolution(shape, clipped), builder);
  const entry = builder.function('run', [], { exportName: 'run' });
  const inputs = { samples: i32.const(1), slot: i32.const(0), sample: i32.const(0) };
  entry.setBody([callKernel(compiled, { addresses: places.map((place) => i32.const(place)), ...inputs })]);
  const memory = new WebAssembly.Memory({ initial: 8 });
  const next = randomSource(seed);
  const { size, taps, channels, outputs, samples = 1 } = shape;
  const fill = (start: number, count: number): void =>
    new Float32Array(memory.buffer, start, count).forEach((_, k, all) => {
      all[k] = next() - 0.5;
    });
  for (let n = 0; n < samples; n++)
    fill(places[0]! + 4 * (n * sampleRows(size) + margin) * channels, size * channels);
  fill(places[1]!, taps * channels * outputs);
  const module = new WebAssembly.Module(builder.encode({ initial: 1, shared: false }));
  (new WebAssembly.Instance(module, { env: { memory } }).exports.run as () => void)();
  return {
    values: Float32Array.from({ length: samples * size * outputs }, (_, k) => {
      const [n, at] = [Math.floor(k / (size * outputs)), k % (size * outputs)];
      return new Float32Array(memory.buffer, places[2]!)[n * align4(size) * outputs + at]!;
    }),
    loops: printKernel(compiled),
  };
}

const wide = { channels: 20, outputs: 24 };

test.each<[string, Shape]>([
  ['a large kernel', { size: 4, taps: 7, move: 1, step: 1, offset: -3, ...wide }],
  ['taps that go down', { size: 5, taps: 7, move: 1, step: -1, offset: 3, ...wide }],
  ['a dilated kernel', { size: 7, taps: 5, move: 1, step: 3, offset: -6, ...wide }],
  ['dilated taps that go down', { size: 7, taps: 5, move: 1, step: -3, offset: 6, ...wide }],
  ['padding in front alone', { size: 9, taps: 6, move: 1, step: 2, offset: -10, ...wide }],
  ['outputs that go down', { size: 6, taps: 5, move: -1, step: 1, offset: 3, ...wide }],
  [
    'tiles of several positions',
    { size: 20, taps: 31, move: 1, step: 1, offset: -15, channels: 32, outputs: 8 },
  ],
  [
    'tiles of several positions that go down',
    { size: 20, taps: 31, move: -1, step: 2, offset: -11, channels: 32, outputs: 8 },
  ],
])('leaving out terms that are zero changes no bit: %s', (_, shape) => {
  const part = run(shape, true);
  expect(part.loops).toContain('where 0 <= ');
  const whole = run(shape, false);
  expect(whole.loops).not.toContain('where');
  expect(whole.values.some((value) => value !== 0)).toBe(true);
  expect(part.values, `seed ${seed}\n${part.loops}`).toEqual(whole.values);
});

test.each([
  1, -1,
])('positions that only fill lanes have no term, and take one that is not used (step %i)', (step) => {
  const shape = { size: 5, taps: 3, move: 1, step, offset: -step, channels: 12, outputs: 1, samples: 8 };
  const part = run(shape, true);
  for (const loop of ['for i in 8\n', 'where 0 <= ']) expect(part.loops).toContain(loop);
  expect(part.values, `seed ${seed}\n${part.loops}`).toEqual(run(shape, false).values);
});

test('walks all terms where one tile holds all positions', () =>
  expect(
    run({ size: 5, taps: 7, move: 1, step: 1, offset: -3, channels: 8, outputs: 3 }, true).loops,
  ).not.toContain('where'));
