import type { Affine } from './affine.ts';
import type { Clip } from './clip.ts';
import type { Axis } from './definition.ts';
import type { Expression } from './expression.ts';
import type { Dtype } from './tensor-type.ts';

/** A buffer whose base address a kernel receives as a parameter. */
export interface KernelBuffer {
  readonly name: string;
  readonly dtype: Dtype;
}

/** One stored element a point of the output axes. */
export interface Store {
  readonly buffer: number;
  /** Byte address relative to the base of the buffer, affine in the output axes. */
  readonly address: Affine;
  readonly value: Expression;
  /**
   * The sum of `value` goes on from what the buffer holds, one accumulator (`acc = stored; acc += term ...`).
   * `value` is then the sum itself.
   */
  readonly accumulate: boolean;
}

/**
 * Axis whose extent is a run-time parameter: the samples that a kernel walks. It is always the slowest axis of
 * a sum, or an output axis that is the outermost loop.
 */
export const RUNTIME_EXTENT = -1;

/** Name of the axis over samples in kernels that walk more than one. */
export const BATCH_AXIS = 'batch';

/**
 * A loop nest before scheduling: all points of `axes`, in any order that keeps the order of every sum. Loads
 * have `source` = number of a buffer and one index form, a byte address; nothing here knows of tensors. All sums
 * of the stores are the same sum up to identity or structural equality (a contraction with its epilogues), or
 * there is none (elementwise). `max`/`argmax` may enclose the sum (a pooling window around its contraction).
 */
export interface Kernel {
  readonly name: string;
  /** Output axes, then reduce axes in the order of the reduction, the first slowest. */
  readonly axes: readonly Axis[];
  readonly buffers: readonly KernelBuffer[];
  readonly stores: readonly Store[];
  /** Axes that loads and stores may overrun to the next multiple of four elements (the tensor is padded there). */
  readonly paddedAxes?: readonly string[];
  /** Terms of the sums that may be left out, of an axis each. */
  readonly clips?: readonly Clip[];
  /** A buffer of which about half of all values are zero; leaving out terms that are changes no bit of a sum. */
  readonly sparse?: number;
}
