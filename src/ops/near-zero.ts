import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';

/**
 * exp(x) - 1 for x <= 0, without the cancellation near 0: with t = tanh(x / 2) it is 2 t / (1 - t), and 1 - t lies in
 * [1, 2]. At most 2.840 ulp (bench/ulp.ts).
 */
export function expMinusOne(x: Expression): Expression {
  const t = e.tanh(e.mul(x, 0.5));
  return e.div(e.mul(t, 2), e.sub(1, t));
}

/**
 * log(1 + u) for u >= 0, without the loss near 0: w = 1 + u is rounded, u - (w - 1) is its error exactly, and
 * log(w + c) = log(w) + c / w to first order in c. At most 1.263 ulp (bench/ulp.ts).
 */
export function logOnePlus(u: Expression): Expression {
  const w = e.add(u, 1);
  return e.add(e.log(w), e.div(e.sub(u, e.sub(w, 1)), w));
}
