import type { Arithmetic } from './arithmetic.ts';

/** The magnitude of the first with the sign of the second, for odd functions; NaN stays NaN. */
export function copySign<F, I, M>(a: Arithmetic<F, I, M>, magnitude: F, sign: F): F {
  const signBit = a.andI(a.bits(sign), a.i32(0x80000000));
  return a.fromBits(a.orI(a.bits(a.abs(magnitude)), signBit));
}
