import type { Reduce } from '../../ir/expression.ts';
import { type Code, get, set } from './assembler.ts';
import { f32x4, v128 } from './assembler-simd.ts';
import type { KernelContext } from './kernel-context.ts';
import type { LaneValue } from './simd-arithmetic.ts';

/** Registers of one reduction of one lane group. */
export interface ReductionState {
  /** Starts from nothing, or a sum from what is given. */
  reset(from?: Code<'v128'>): void;
  /** Takes the next element in order; `index` gives its number as float32. */
  add(value: Code<'v128'>, index: () => LaneValue): void;
  /** The reduced value, of `argmax` its number; the registers are not needed after the iteration at hand. */
  result(): Code<'v128'>;
}

/** State of a reduction in locals of its own. */
export function reductionState(context: KernelContext, op: Reduce['op']): ReductionState {
  const { fn } = context;
  const zero = f32x4.const(0);
  if (op === 'sum') {
    const sum = fn.local('v128');
    return {
      reset: (from = zero) => context.emit(set(sum, from)),
      add: (value) => context.emit(set(sum, f32x4.add(get(sum), value))),
      result: () => {
        context.retire(sum);
        return get(sum);
      },
    };
  }
  const largest = fn.local('v128');
  const element = fn.local('v128');
  if (op === 'max') {
    // pmax keeps a NaN that it holds and misses one that comes: those are noted. All ones are a NaN.
    const missed = fn.local('v128');
    return {
      reset: () =>
        context.emit(
          set(largest, context.constant(f32x4.const(Number.NEGATIVE_INFINITY))),
          set(missed, zero),
        ),
      add: (value) =>
        context.emit(
          set(element, value),
          set(missed, v128.or(get(missed), f32x4.ne(get(element), get(element)))),
          set(largest, f32x4.pmax(get(largest), get(element))),
        ),
      result: () => {
        context.retire(largest, element, missed);
        return v128.or(get(largest), get(missed));
      },
    };
  }
  const number = fn.local('v128');
  const better = fn.local('v128');
  return {
    reset: () =>
      context.emit(set(largest, context.constant(f32x4.const(Number.NEGATIVE_INFINITY))), set(number, zero)),
    add: (value, index) => {
      const at = index();
      context.emit(
        set(element, value),
        // The first NaN is the maximum and stays.
        set(
          better,
          v128.or(
            f32x4.lt(get(largest), get(element)),
            v128.and(f32x4.ne(get(element), get(element)), f32x4.eq(get(largest), get(largest))),
          ),
        ),
        set(largest, v128.bitselect(get(element), get(largest), get(better))),
        set(number, v128.bitselect(at, get(number), get(better))),
      );
    },
    result: () => {
      context.retire(largest, element, number, better);
      return get(number);
    },
  };
}
