import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';

/**
 * A value kept within bounds; unlike that of `max` and `min` with constants, the gradient at a bound is 1, as that of
 * clipping in TensorFlow. NaN stays. @internal
 */
export const within = (low: number, x: Expression, high: number): Expression =>
  e.select(e.lt(x, low), low, e.select(e.gt(x, high), high, x));

/** max(x, 0) whose gradient at 0 is 1, as that of TensorFlow's maximum with 0 behind it. @internal */
export const notNegative = (x: Expression): Expression => e.select(e.lt(x, 0), 0, x);
