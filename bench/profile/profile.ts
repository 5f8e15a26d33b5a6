import { printKernel } from '../../src/backends/wasm/compile-kernel.ts';
import { nonzeroSumOf } from '../../src/backends/wasm/nonzero-sum.ts';
import { shardCount } from '../../src/compiler/plan/contract-constants.ts';
import { fillMemory, nonzeroPart, timeCalls } from '../../src/engine/time-calls.ts';
import { isLoopNest, isNonzeroProducts, isWindowConvolutions, isWindowProducts } from '../../src/ir/plan.ts';
import { countCalls } from './kernel-calls.ts';
import { bandwidthFor, type Limits } from './limits.ts';
import type { TrainingProgram } from './training-program.ts';
import { partOf, workOf, workOfWindows } from './work.ts';

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
  const counted = countCalls(plan, batch);
  const timed = timeCalls(program, counted, { batch, wide, now: () => performance.now() });
  const times = counted.map(({ repeats, call }, k) => {
    const kernel = plan.kernels[call.kernel]!;
    const walks = isNonzeroProducts(kernel) || (isLoopNest(kernel) && nonzeroSumOf(kernel) !== undefined);
    const part = walks ? nonzeroPart : 1;
    return { ms: repeats * timed[k]!.milliseconds, part };
  });
  const sum = times.reduce((total, { ms }) => total + ms, 0);
  const kernels = counted.map(({ call, repeats: calls, samples }, k): KernelProfile => {
    const kernel = plan.kernels[call.kernel]!;
    const { ms, part } = times[k]!;
    const { schedule } = timed[k]!;
    const work =
      isWindowProducts(kernel) || isWindowConvolutions(kernel)
        ? workOfWindows(kernel)
        : isNonzeroProducts(kernel)
          ? partOf(workOf(kernel.dense, 1), part)
          : partOf(workOf(schedule!.kernel, samples), part);
    const speed = (work.operations * calls) / ms / 1e6;
    const rate = (work.bytes * calls) / ms / 1e6;
    const intensity = work.operations / work.bytes;
    const bandwidth = bandwidthFor(limits, work.bytes).rate;
    // Where nothing is computed, bytes alone count.
    const reached = intensity === 0 ? rate / bandwidth : speed / Math.min(limits.peak, bandwidth * intensity);
    const loops =
      part < 1
        ? `nonzero values, ${Math.round(100 * part)} %`
        : schedule
          ? printKernel({ schedule }).split('\n')[0]!
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
