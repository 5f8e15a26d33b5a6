import { forRange, get } from '../../src/backends/wasm/assembler.ts';
import { i32 } from '../../src/backends/wasm/assembler-scalar.ts';
import {
  type CompiledKernel,
  callKernel,
  compileKernel,
  printKernel,
} from '../../src/backends/wasm/compile-kernel.ts';
import { emitNonzeroProducts } from '../../src/backends/wasm/emit-nonzero-products.ts';
import { emitWindowConvolutions } from '../../src/backends/wasm/emit-window-convolutions.ts';
import { emitWindowProducts } from '../../src/backends/wasm/emit-window-products.ts';
import { ModuleBuilder } from '../../src/backends/wasm/module.ts';
import { shardCount } from '../../src/compiler/plan/contract-constants.ts';
import type { NonzeroProducts } from '../../src/ir/nonzero-products.ts';
import {
  isNonzeroProducts,
  isWindowConvolutions,
  isWindowProducts,
  type KernelCall,
  type Place,
  type PlanKernel,
} from '../../src/ir/plan.ts';
import { slotWord } from '../../src/ir/slot.ts';
import { type CountedCall, countCalls } from './kernel-calls.ts';
import { bandwidthFor, type Limits } from './limits.ts';
import type { TrainingProgram } from './training-program.ts';
import { workOf, workOfNonzero, workOfWindows } from './work.ts';

/** A kernel of a training step, timed alone on one thread with its data where a repetition leaves them. */
export interface KernelProfile {
  /** In the plan. */
  readonly number: number;
  readonly name: string;
  /** Of the time of all kernels. */
  readonly share: number;
  readonly calls: number;
  /** Milliseconds a step. */
  readonly ms: number;
  readonly bytes: number;
  /** GFLOP/s. */
  readonly speed: number;
  /** GB/s. */
  readonly rate: number;
  /** Operations a byte. */
  readonly intensity: number;
  /** GB/s of the smallest level of memory that holds its bytes. */
  readonly bandwidth: number;
  /** Of min(peak, bandwidth x intensity). */
  readonly reached: number;
  readonly loops: string;
}

export interface StepProfile {
  readonly kernels: readonly KernelProfile[];
  /** Milliseconds of all kernels. */
  readonly sum: number;
  /** Milliseconds of the whole step on one thread, the join of shards included. */
  readonly step: number;
  /** `reached`, weighted by time. */
  readonly mean: number;
  readonly memoryBytes: number;
  readonly moduleBytes: number;
}

/** Times every kernel of a training step by itself, with the product's own plan, schedule and code. */
export function profileStep(
  program: TrainingProgram,
  batch: number,
  limits: Limits,
  wide: boolean,
): StepProfile {
  const { plan, memory } = program;
  const builder = new ModuleBuilder();
  const counted = countCalls(plan, batch);
  const compiled = counted.map((one, k) => emitTimer(program, builder, one, `time${k}`, wide));
  const bytes = builder.encode({ initial: 1, maximum: memory.maximumPages, shared: false });
  const exports = instantiate(bytes, memory.memory);
  fillMemory(program, batch, -0.05, 0.05);
  const times = counted.map(({ times: n, call }, k) => {
    const kernel = plan.kernels[call.kernel]!;
    const part = isNonzeroProducts(kernel) ? nonzeroPart(program, kernel, call) : 1;
    return { ms: n * timeOf((count) => exports[`time${k}`]!(count)), part };
  });
  const sum = times.reduce((total, { ms }) => total + ms, 0);
  const kernels = counted.map(({ call, times: calls, samples }, k): KernelProfile => {
    const kernel = plan.kernels[call.kernel]!;
    const scheduled = compiled[k]!;
    const { ms, part } = times[k]!;
    const work =
      isWindowProducts(kernel) || isWindowConvolutions(kernel)
        ? workOfWindows(kernel)
        : isNonzeroProducts(kernel)
          ? workOfNonzero(kernel, part)
          : workOf(scheduled.schedule!.kernel, samples);
    const speed = (work.operations * calls) / ms / 1e6;
    const rate = (work.bytes * calls) / ms / 1e6;
    const intensity = work.operations / work.bytes;
    const bandwidth = bandwidthFor(limits, work.bytes).rate;
    // Where nothing is computed, bytes alone count.
    const reached = intensity === 0 ? rate / bandwidth : speed / Math.min(limits.peak, bandwidth * intensity);
    const loops = scheduled.schedule
      ? printKernel(scheduled as CompiledKernel).split('\n')[0]!
      : isNonzeroProducts(kernel)
        ? `nonzero values, ${Math.round(100 * part)} %`
        : 'window maxima';
    const bytesOfCall = work.bytes;
    return {
      number: call.kernel,
      name: kernel.name,
      share: ms / sum,
      calls,
      ms,
      bytes: bytesOfCall,
      speed,
      rate,
      intensity,
      bandwidth,
      reached,
      loops,
    };
  });
  return {
    kernels: kernels.toSorted((a, b) => b.ms - a.ms),
    sum,
    step: timeStep(program, batch),
    mean: kernels.reduce((total, { share, reached }) => total + share * reached, 0),
    memoryBytes: memory.bytes,
    moduleBytes: program.bytes.length,
  };
}

type Exports = Record<string, (...values: number[]) => void>;

function instantiate(bytes: Uint8Array<ArrayBuffer>, memory: WebAssembly.Memory): Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports as Exports;
}

type Timed = Partial<Pick<CompiledKernel, 'schedule'>> & Parameters<typeof callKernel>[0];

function compilePlanKernel(kernel: PlanKernel, builder: ModuleBuilder, wide: boolean): Timed {
  if (isWindowProducts(kernel)) return { fn: emitWindowProducts(kernel, builder) };
  if (isNonzeroProducts(kernel)) {
    const width = { registerLanes: wide ? 8 : 4 } as const;
    const dense = compileKernel(kernel.dense, builder, width);
    return { fn: emitNonzeroProducts(kernel, dense, builder, width) };
  }
  if (isWindowConvolutions(kernel))
    return { fn: emitWindowConvolutions(kernel, builder, { registerLanes: wide ? 8 : 4 }) };
  return compileKernel(kernel, builder, { registerLanes: wide ? 8 : 4 });
}

/** A function that makes one call of a kernel so many times. */
function emitTimer(
  program: TrainingProgram,
  builder: ModuleBuilder,
  { call, samples }: CountedCall,
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
function addressIn({ plan, scratch, slot }: TrainingProgram, { region, address }: Place): number {
  if (region === 'absolute' || region === 'stored') return address;
  if (region === 'slot') return slot + address;
  return region === 'accumulator' ? plan.accumulators.address + address : scratch + address;
}

/** The part of the values of x that is not zero. */
function nonzeroPart(program: TrainingProgram, { input }: NonzeroProducts, call: KernelCall): number {
  const { float32 } = program.memory;
  const start = addressIn(program, call.places[input.buffer]!) + input.offset;
  let count = 0;
  for (let position = 0; position < input.positions; position++) {
    const first = (start + position * input.positionBytes) / 4;
    for (let c = 0; c < input.channels; c++) if (float32[first + c] !== 0) count++;
  }
  return count / (input.inside * input.channels);
}

/** Numbers everywhere, and the header of a job. */
function fillMemory({ memory, slot }: TrainingProgram, batch: number, low: number, high: number): void {
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
function timeOf(run: (count: number) => void): number {
  run(3);
  let count = 4;
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 10; turn++) {
    const start = performance.now();
    run(count);
    const time = performance.now() - start;
    best = Math.min(best, time / count);
    if (time < 0.5) count *= 4;
  }
  return best;
}

/** The phases of the whole step, one item after another. Positive numbers keep the loss finite. */
function timeStep(program: TrainingProgram, batch: number): number {
  const exports = instantiate(program.bytes, program.memory.memory);
  const items = shardCount(batch);
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 8; turn++) {
    fillMemory(program, batch, 0, 0.01);
    const start = performance.now();
    for (const phase of program.phases)
      for (let item = 0; item < (phase.items === 'shards' ? items : phase.items); item++)
        exports[phase.entry]!(item, 0, program.slot);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
