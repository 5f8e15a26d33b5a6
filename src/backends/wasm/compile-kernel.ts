import { printSchedule } from '../../compiler/schedule/print.ts';
import { type Schedule, scheduleKernel, type Target } from '../../compiler/schedule/schedule.ts';
import type { Kernel } from '../../ir/kernel.ts';
import { kernelText } from '../../ir/kernel-text.ts';
import { type AnyCode, type Code, sequence } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { CodeCache } from './code-cache.ts';
import { type CallableKernel, emitKernel, inputsOf } from './emit-kernel.ts';
import { emitNonzeroSum } from './emit-nonzero-sum.ts';
import { emitRowWalk } from './emit-row-walk.ts';
import { call, type ModuleBuilder } from './module.ts';
import { nonzeroSumOf } from './nonzero-sum.ts';
import { rowWalkOf } from './row-walk.ts';
import { type Run, runOf } from './runs.ts';

/** What a kernel may be called with; it takes what it needs. */
export interface KernelArguments {
  /** Bases of the buffers, in order. */
  readonly addresses: readonly Code<'i32'>[];
  /** Extent of the run-time axis. */
  readonly samples: Code<'i32'>;
  /** Address of the job's slot header. */
  readonly slot: Code<'i32'>;
  /** Position in the batch of the (first) sample. */
  readonly sample: Code<'i32'>;
}

/** A kernel and its function. */
export interface CompiledKernel extends CallableKernel {
  /** How it runs. */
  readonly schedule: Schedule;
}

const compiledBy = new WeakMap<ModuleBuilder, Map<string, CompiledKernel>>();

/** Code of the kernels of this process: other programs of a model, and models like it, need not emit them again. */
const codeCache = new CodeCache(8 * 2 ** 20);

/** Bytes of code, and of the texts it is known by, that are kept for later modules: 8 MiB at most. */
export const keptCodeBytes = (): number => codeCache.bytes;

/**
 * Schedules and emits a kernel; kernels that differ in names alone share one function of the module. The target
 * must be the same for all kernels of a module.
 */
export function compileKernel(kernel: Kernel, builder: ModuleBuilder, target: Target = {}): CompiledKernel {
  let known = compiledBy.get(builder);
  if (!known) {
    known = new Map();
    compiledBy.set(builder, known);
  }
  const text = kernelText(kernel);
  let compiled = known.get(text);
  const run = compiled ? undefined : runOf(kernel);
  if (run) {
    compiled = compileRun(run, builder, target);
    known.set(text, compiled);
  }
  if (!compiled) {
    let schedule: Schedule | undefined;
    const scheduled = (): Schedule => {
      schedule ??= scheduleKernel(kernel, target);
      return schedule;
    };
    const code = codeCache.get(`${target.registerLanes ?? 8} ${text}`, () => {
      const walk = rowWalkOf(kernel);
      if (walk) return emitRowWalk(kernel, walk);
      const nonzero = nonzeroSumOf(kernel);
      return nonzero ? emitNonzeroSum(kernel, nonzero, target) : emitKernel(kernel, scheduled());
    });
    compiled = {
      fn: builder.add(code.named(kernel.name)),
      ...inputsOf(kernel),
      get schedule() {
        return scheduled();
      },
    };
    known.set(text, compiled);
  }
  return compiled;
}

function compileRun({ block, blocks, rest }: Run, builder: ModuleBuilder, target: Target): CompiledKernel {
  const whole = compileKernel(block, builder, target);
  return {
    fn: whole.fn,
    run: {
      blocks,
      rest: rest && { fn: compileKernel(rest.kernel, builder, target).fn, shifts: rest.shifts },
    },
    get schedule() {
      return whole.schedule;
    },
  };
}

/** A call of a kernel. */
export function callKernel(compiled: CallableKernel, values: KernelArguments): AnyCode {
  if (compiled.run) {
    const { blocks, rest } = compiled.run;
    const blocked = call(compiled.fn, [...values.addresses, i32.const(blocks)]);
    if (!rest) return blocked;
    const behind = values.addresses.map((address, k) => i32.add(address, i32.const(rest.shifts[k]!)));
    return sequence(blocked, call(rest.fn, behind));
  }
  return call(compiled.fn, [
    ...values.addresses,
    ...(compiled.takesSamples ? [values.samples] : []),
    ...(compiled.takesSlot ? [values.slot] : []),
    ...(compiled.takesSample ? [values.sample] : []),
  ]);
}

/** The loop nest of a compiled kernel as text. */
export const printKernel = ({ schedule }: Pick<CompiledKernel, 'schedule'>): string =>
  printSchedule(schedule);
