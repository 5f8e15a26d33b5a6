import { affineRange } from '../../ir/affine.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { slotHeaderBytes, slotWord } from '../../ir/slot.ts';
import { loadsOf } from '../../ir/walk.ts';
import { get } from './assembler.ts';
import { type CompiledKernel, callKernel, compileKernel } from './compile-kernel.ts';
import { ModuleBuilder } from './module.ts';
import { elementBytes, runReference } from './reference.testing.ts';

/** A repeatable source of numbers in [0, 1). */
export function randomSource(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d);
    return ((mixed ^ (mixed >>> 13)) >>> 0) / 4294967296;
  };
}

export interface Compared {
  readonly compiled: CompiledKernel;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Text of the first difference, or undefined. */
  readonly difference: string | undefined;
}

/** Lowest and highest byte offset that a kernel touches in each buffer (one past the last). */
function ranges(kernel: Kernel, samples: number): [low: number, high: number][] {
  const extents = Object.fromEntries(
    kernel.axes.map(({ name, extent }) => [name, extent === RUNTIME_EXTENT ? Math.max(samples, 1) : extent]),
  );
  const result = kernel.buffers.map((): [number, number] => [0, 0]);
  const note = (buffer: number, form: Parameters<typeof affineRange>[0]): void => {
    const [low, high] = affineRange(form, extents);
    result[buffer][0] = Math.min(result[buffer][0], low);
    result[buffer][1] = Math.max(result[buffer][1], high + elementBytes(kernel, buffer));
  };
  for (const store of kernel.stores) {
    note(store.buffer, store.address);
    for (const load of loadsOf(store.value)) note(load.source, load.index[0]);
  }
  return result;
}

export interface CompareOptions {
  readonly samples?: number;
  readonly sample?: number;
  /** Runs before the results are compared, so that the optimising tier is at work. */
  readonly runs?: number;
  /** Share of special values (NaN, infinities, zeros of both signs) among the inputs. */
  readonly special?: number;
  /** Share of zeros among the inputs, of both signs where nothing is added to them: sums that go on are never -0. */
  readonly zeros?: number;
}

/**
 * Compiles a kernel, runs it and the reference on the same memory and compares all of it bit for bit: a byte beside
 * the outputs that changes is a difference too. NaNs count as equal.
 */
export function compareKernel(
  kernel: Kernel,
  next: () => number,
  options: CompareOptions = {},
  compile: (kernel: Kernel, builder: ModuleBuilder) => CompiledKernel = compileKernel,
): Compared {
  const { samples = 3, sample = 5, special = 0, zeros = 0 } = options;
  const builder = new ModuleBuilder();
  const compiled = compile(kernel, builder);
  const entry = builder.function(
    'entry',
    Array.from({ length: kernel.buffers.length + 3 }, () => 'i32'),
    { exportName: 'run' },
  );
  const n = kernel.buffers.length;
  entry.setBody(
    callKernel(compiled, {
      addresses: kernel.buffers.map((_, k) => get(entry.param(k))),
      samples: get(entry.param(n)),
      slot: get(entry.param(n + 1)),
      sample: get(entry.param(n + 2)),
    }),
  );
  // Bases are multiples of 16 bytes shifted by 0, 4, 8 or 12: kernels must not rely on alignment.
  const touched = ranges(kernel, samples);
  let end = 1024;
  const addresses = touched.map(([low, high], k) => {
    const shift = kernel.buffers[k].dtype === 'u8' ? Math.floor(next() * 16) : 4 * Math.floor(next() * 4);
    const base = Math.ceil((end - low) / 16) * 16 + shift;
    end = base + high + 64;
    return base;
  });
  const slot = Math.ceil(end / 64) * 64;
  const pages = Math.ceil((slot + slotHeaderBytes) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages });
  const view = new DataView(memory.buffer);
  const summed = new Set(kernel.stores.map(({ buffer }) => buffer));
  kernel.buffers.forEach(({ dtype }, k) => {
    const [low, high] = touched[k];
    for (let at = addresses[k] + low; at < addresses[k] + high; at += elementBytes(kernel, k)) {
      if (dtype === 'f32')
        view.setFloat32(at, numberOf(next, special, zeros) + (summed.has(k) ? 0 : -0), true);
      else if (dtype === 'i32') view.setInt32(at, Math.floor(200 * next() - 100), true);
      else view.setUint8(at, Math.floor(256 * next()));
    }
  });
  view.setInt32(slot + 4 * slotWord.step, 7, true);
  view.setInt32(slot + 4 * slotWord.seedLow, Math.floor(next() * 4294967296), true);
  view.setInt32(slot + 4 * slotWord.seedHigh, Math.floor(next() * 4294967296), true);

  const before = new Uint8Array(memory.buffer).slice();
  const expected = before.slice();
  runReference(kernel, { memory: new DataView(expected.buffer), addresses, samples, slot, sample });
  const bytes = builder.encode({ initial: pages, shared: false });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  const run = instance.exports.run as (...values: number[]) => void;
  for (let k = 0; k < (options.runs ?? 1); k++) {
    new Uint8Array(memory.buffer).set(before);
    run(...addresses, samples, slot, sample);
  }
  return {
    compiled,
    bytes,
    difference: firstDifference(expected, new Uint8Array(memory.buffer), kernel, addresses),
  };
}

function numberOf(next: () => number, special: number, zeros: number): number {
  if (next() < special) return specialValue(next);
  if (zeros > 0 && next() < zeros) return next() < 0.5 ? 0 : -0;
  return 4 * next() - 2;
}

function specialValue(next: () => number): number {
  const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1, -1, 1e-40, 3e38];
  return values[Math.floor(next() * values.length)];
}

function firstDifference(
  expected: Uint8Array<ArrayBuffer>,
  actual: Uint8Array<ArrayBuffer>,
  kernel: Kernel,
  addresses: readonly number[],
): string | undefined {
  const [want, got] = [new DataView(expected.buffer), new DataView(actual.buffer)];
  for (let at = 0; at < expected.length; at += 4) {
    if (want.getInt32(at) === got.getInt32(at)) continue;
    const [a, b] = [want.getFloat32(at, true), got.getFloat32(at, true)];
    if (Number.isNaN(a) && Number.isNaN(b)) continue;
    const buffer = addresses.findLastIndex((address) => address <= at);
    const place = buffer < 0 ? `${at}` : `${kernel.buffers[buffer].name}[${at - addresses[buffer]}]`;
    return `at ${place}: expected ${a}, got ${b}`;
  }
  return undefined;
}
