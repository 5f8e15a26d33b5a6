import type { Arithmetic } from './arithmetic.ts';
import { expm1Negative } from './exp.ts';
import { copySign } from './sign.ts';

/**
 * Hyperbolic tangent, odd and monotone: with m = e^(-2|x|) - 1, tanh |x| = m / (-2 - m). Exactly +-1 from
 * |x| = 9.02 on; NaN gives NaN. 30 operations.
 *
 * Measured by bench/ulp.ts: at most 2.498 ulp (at |x| = 4.5050907), nowhere falling.
 */
export function tanh<F, I, M>(a: Arithmetic<F, I, M>, x: F): F {
  const doubled = a.max(a.mul(a.abs(x), a.f32(-2)), a.f32(-20));
  const m = expm1Negative(a, doubled);
  return copySign(a, a.div(m, a.sub(a.f32(-2), m)), x);
}
