import type { Arithmetic } from './arithmetic.ts';
import { LN2_HIGH, LN2_LOW } from './ln2.ts';

/** Adding it to a number below 2^22 in magnitude leaves the nearest integer, ties to even, in the low bits. */
const ROUND = 12582912;

/** A number split as n ln 2 + remainder, |remainder| <= ln 2 / 2 up to rounding. */
export interface Reduced<F, I> {
  readonly remainder: F;
  /** An integer whose low nine bits are those of n + bias. */
  readonly biased: I;
}

/** Splits x, |x| <= 128, for e^x = 2^n e^remainder; the remainder is x itself where n is 0. */
export function reduce<F, I, M>(a: Arithmetic<F, I, M>, x: F, bias: number): Reduced<F, I> {
  const round = a.f32(ROUND + bias);
  const shifted = a.add(a.mul(x, a.f32(Math.LOG2E)), round);
  const n = a.sub(shifted, round);
  const remainder = a.sub(a.sub(x, a.mul(n, a.f32(LN2_HIGH))), a.mul(n, a.f32(LN2_LOW)));
  return { remainder, biased: a.bits(shifted) };
}

/**
 * e^r - 1 for |r| <= 0.3468 as r + r^2 q(r); q is the minimax polynomial of degree 4 for the relative error of e^r,
 * which is 3.1e-9.
 */
export function expm1Reduced<F, I, M>(a: Arithmetic<F, I, M>, r: F): F {
  let q = a.f32(0.00138145183571);
  q = a.add(a.mul(q, r), a.f32(0.00836875589723));
  q = a.add(a.mul(q, r), a.f32(0.0416683918236));
  q = a.add(a.mul(q, r), a.f32(0.166665203102));
  q = a.add(a.mul(q, r), a.f32(0.499999934262));
  return a.add(r, a.mul(a.mul(r, r), q));
}

/**
 * e^x. Infinite from x = 88.72284 up, 0 below -103.97208; results below 2^-126 are subnormal and keep the rounding of
 * their last multiplication (none is flushed). NaN gives NaN. 27 operations.
 *
 * Measured by bench/ulp.ts: at most 0.989 ulp (at x = -27.378984), nowhere falling.
 */
export function exp<F, I, M>(a: Arithmetic<F, I, M>, x: F): F {
  const bounded = a.min(a.max(x, a.f32(-104)), a.f32(89));
  const { remainder, biased } = reduce(a, bounded, 2 * 127);
  const significand = a.add(a.f32(1), expm1Reduced(a, remainder));
  // 2^n as a product of two powers near its root: neither leaves the normal range for n in [-150, 128], and the last
  // multiplication alone overflows or underflows.
  const half = a.shrS(biased, 1);
  const rest = a.subI(biased, half);
  const scaled = a.mul(significand, a.fromBits(a.shl(half, 23)));
  return a.mul(scaled, a.fromBits(a.shl(rest, 23)));
}

/**
 * e^y - 1 for y in [-64, 0], accurate relative to the result: with y = n ln 2 + r, 2^n (e^r - 1) + (2^n - 1), where n
 * is 0 near zero and 2^n - 1 is exact until it rounds to -1. NaN gives NaN.
 */
export function expm1Negative<F, I, M>(a: Arithmetic<F, I, M>, y: F): F {
  const { remainder, biased } = reduce(a, y, 127);
  const power = a.fromBits(a.shl(biased, 23));
  return a.add(a.mul(power, expm1Reduced(a, remainder)), a.sub(power, a.f32(1)));
}
