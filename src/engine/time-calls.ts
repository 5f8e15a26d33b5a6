import { forRange, get } from '../backends/wasm/assembler.ts';
import { i32 } from '../backends/wasm/assembler-scalar.ts';
import { type CompiledKernel, callKernel, compileKernel } from '../backends/wasm/compile-kernel.ts';
import { emitNonzeroProducts } from '../backends/wasm/emit-nonzero-products.ts';
import { emitWindowConvolutions } from '../backends/wasm/emit-window-convolutions.ts';
import { emitWindowProducts } from '../backends/wasm/emit-window-products.ts';
import { ModuleBuilder } from '../backends/wasm/module.ts';
import { shardCount } from '../compiler/plan/contract-constants.ts';
import { affineRange } from '../ir/affine.ts';
import { RUNTIME_EXTENT } from '../ir/kernel.ts';
import {
  isNonzeroProducts,
  isWindowConvolutions,
  isWindowProducts,
  type KernelCall,
  type Place,
  type PlanKernel,
} from '../ir/plan.ts';
import { slotWord } from '../ir/slot.ts';
import { BYTES_PER_ELEMENT } from '../ir/tensor-type.ts';
import { loadsOf } from '../ir/walk.ts';
import type { CompiledGraph } from './compile-graph.ts';
import type { SessionMemory } from './session-memory.ts';

/** A program with the memory that it runs in, and the slot of a job. */
export interface PlacedProgram extends Pick<CompiledGraph, 'plan' | 'scratch'> {
  readonly memory: SessionMemory;
  readonly slot: number;
}

/** A call of a kernel, and the samples that it walks where the kernel has a run-time extent. */
export interface TimedCall {
  readonly call: KernelCall;
  readonly samples: number;
}

/** How long a call takes, and by which schedule; kernels that walk windows have none. */
export interface CallTime extends Partial<Pick<CompiledKernel, 'schedule'>> {
  readonly milliseconds: number;
}

/** Part of the values that a timed walk over nonzero values finds: what relu leaves of random numbers. */
export const nonzeroPart = 0.5;

/**
 * Times calls of kernels one by one on this thread, each on numbers of its own: the least of ten
 * turns. Overwrites the memory.
 * @param wide V8 joins pairs of vectors
 * @param now a clock in milliseconds
 */
export function timeCalls(
  program: PlacedProgram,
  calls: readonly TimedCall[],
  { batch, wide, now }: { readonly batch: number; readonly wide: boolean; readonly now: () => number },
): CallTime[] {
  const builder = new ModuleBuilder();
  const compiled = calls.map((call, k) => emitTimer(program, builder, call, `time${k}`, wide));
  const { memory } = program;
  const bytes = builder.encode({ initial: 1, maximum: memory.maximumPages, shared: false });
  const module = new WebAssembly.Module(bytes);
  const exports = new WebAssembly.Instance(module, { env: { memory: memory.memory } }).exports as Timers;
  fillMemory(program, batch, -0.05, 0.05);
  const numbers = new Uint8Array(memory.memory.buffer).slice();
  return compiled.map(({ schedule }, k) => {
    restore(program, calls[k]!, numbers);
    return { schedule, milliseconds: leastTime((count) => exports[`time${k}`]!(count), now) };
  });
}

/**
 * Puts the first numbers back where a call reads and writes, as sums of so many repetitions, and what decays, do not look
 * like those of a step: processors are slow where numbers are denormal. A walk over nonzero values finds
 * as many as relu leaves, and zeros around them.
 */
function restore(program: PlacedProgram, { call, samples }: TimedCall, numbers: Uint8Array): void {
  const kernel = program.plan.kernels[call.kernel]!;
  if (isWindowProducts(kernel) || isWindowConvolutions(kernel)) return;
  const walked = isNonzeroProducts(kernel)
    ? kernel.input
    : kernel.sparse === undefined
      ? undefined
      : { buffer: kernel.sparse, inside: 1, positions: 1 };
  const { axes, stores, buffers } = isNonzeroProducts(kernel) ? kernel.dense : kernel;
  const extents = Object.fromEntries(
    axes.map(({ name, extent }) => [name, extent === RUNTIME_EXTENT ? samples : extent]),
  );
  const accesses = stores.flatMap(({ buffer, address, value }) => [
    { buffer, form: address },
    ...loadsOf(value).map((load) => ({ buffer: load.source, form: load.index[0] })),
  ]);
  for (const { buffer, form } of accesses) {
    const base = addressIn(program, call.places[buffer]!);
    const [low, high] = affineRange(form, extents);
    const end = base + high + BYTES_PER_ELEMENT[buffers[buffer]!.dtype];
    new Uint8Array(program.memory.memory.buffer).set(numbers.subarray(base + low, end), base + low);
    if (buffer !== walked?.buffer) continue;
    const values = program.memory.float32.subarray((base + low) / 4, end / 4);
    const inside = walked.inside / walked.positions;
    values.forEach((value, k) => {
      values[k] = Math.floor((k + 1) * inside) > Math.floor(k * inside) ? Math.max(value, 0) : 0;
    });
  }
}

type Timers = Record<string, (count: number) => void>;

type Timed = Partial<Pick<CompiledKernel, 'schedule'>> & Parameters<typeof callKernel>[0];

function compilePlanKernel(kernel: PlanKernel, builder: ModuleBuilder, wide: boolean): Timed {
  if (isWindowProducts(kernel)) return { fn: emitWindowProducts(kernel, builder) };
  if (isNonzeroProducts(kernel)) {
    const width = { registerLanes: wide ? 8 : 4 } as const;
    const dense = (): CompiledKernel => compileKernel(kernel.dense, builder, width);
    return { fn: emitNonzeroProducts(kernel, dense, builder, width) };
  }
  if (isWindowConvolutions(kernel))
    return { fn: emitWindowConvolutions(kernel, builder, { registerLanes: wide ? 8 : 4 }) };
  return compileKernel(kernel, builder, { registerLanes: wide ? 8 : 4 });
}

/** A function that makes one call of a kernel so many times. */
function emitTimer(
  program: PlacedProgram,
  builder: ModuleBuilder,
  { call, samples }: TimedCall,
  name: string,
  wide: boolean,
): Timed {
  const kernel = program.plan.kernels[call.kernel]!;
  const compiled = compilePlanKernel(kernel, builder, wide);
  const fn = builder.function(name, ['i32'], { exportName: name });
  const body = callKernel(compiled, {
    addresses: call.places.map((place) => i32.const(addressIn(program, place))),
    samples: i32.const(samples),
    slot: i32.const(program.slot),
    sample: i32.const(0),
  });
  fn.setBody(forRange(fn.local('i32'), i32.const(0), get(fn.param(0)), body));
  return compiled;
}

/** Where a buffer of the first sample of the first shard lies. */
function addressIn({ plan, scratch, slot }: PlacedProgram, { region, address }: Place): number {
  if (region === 'absolute' || region === 'stored') return address;
  if (region === 'slot') return slot + address;
  return region === 'accumulator' ? plan.accumulators.address + address : scratch + address;
}

/** Numbers everywhere, and the header of a job. */
export function fillMemory({ memory, slot }: PlacedProgram, batch: number, low: number, high: number): void {
  const values = memory.float32;
  let word = 1;
  for (let k = 256; k < values.length; k++) {
    word = (Math.imul(word, 1_103_515_245) + 12_345) & 0x7fffffff;
    values[k] = low + ((high - low) * word) / 0x7fffffff;
  }
  const header = new Int32Array(memory.memory.buffer, slot, slotWord.reserved).fill(0);
  header[slotWord.batch] = batch;
  header[slotWord.shards] = shardCount(batch);
}

/** Milliseconds of one repetition: the least of several turns of half a millisecond and more. */
function leastTime(run: (count: number) => void, now: () => number): number {
  run(3);
  let count = 4;
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 10; turn++) {
    const start = now();
    run(count);
    const time = now() - start;
    best = Math.min(best, time / count);
    if (time < 0.5) count *= 4;
  }
  return best;
}
