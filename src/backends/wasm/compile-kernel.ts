import { printSchedule } from '../../compiler/schedule/print.ts';
import { scheduleKernel, type Target } from '../../compiler/schedule/schedule.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { AnyCode, Code } from './assembler.ts';
import { type CallableKernel, type CompiledKernel, emitKernel } from './emit-kernel.ts';
import { call, type ModuleBuilder } from './module.ts';

export type { CompiledKernel } from './emit-kernel.ts';

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

const compiledBy = new WeakMap<ModuleBuilder, Map<string, CompiledKernel>>();

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
  const key = kernelKey(kernel);
  let compiled = known.get(key);
  if (!compiled) {
    compiled = emitKernel(kernel, scheduleKernel(kernel, target), builder);
    known.set(key, compiled);
  }
  return compiled;
}

/** A text that is equal for kernels that compute the same on buffers of the same types. */
function kernelKey(kernel: Kernel): string {
  const { axes, stores, buffers, paddedAxes } = kernel;
  return JSON.stringify({ axes, stores, buffers: buffers.map((b) => b.dtype), paddedAxes }, (_, value) =>
    Object.is(value, -0)
      ? '-0'
      : typeof value === 'number' && !Number.isFinite(value)
        ? String(value)
        : value,
  );
}

/** A call of a kernel. */
export function callKernel(compiled: CallableKernel, values: KernelArguments): AnyCode {
  return call(compiled.fn, [
    ...values.addresses,
    ...(compiled.takesSamples ? [values.samples] : []),
    ...(compiled.takesSlot ? [values.slot] : []),
    ...(compiled.takesSample ? [values.sample] : []),
  ]);
}

/** The loop nest of a compiled kernel as text. */
export const printKernel = (compiled: CompiledKernel): string => printSchedule(compiled.schedule);
