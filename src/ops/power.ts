import { constant, exp, gt, log, max, mul, select, sqrt } from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';

/** Smallest normal float32. */
const TINY = 2 ** -126;

/**
 * x to a constant power of at least 0, for x >= 0: 1, sqrt(x), x and x * x where the power is 0, 1/2, 1 and 2, else
 * exp(power * log(x)), and 0 at x = 0.
 */
export function powerOf(x: Expression, power: number): Expression {
  if (power === 0) return constant(1);
  if (power === 0.5) return sqrt(x);
  if (power === 1) return x;
  if (power === 2) return mul(x, x);
  return select(gt(x, 0), exp(mul(log(max(x, TINY)), power)), 0);
}
