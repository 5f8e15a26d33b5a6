import type { Arithmetic } from './arithmetic.ts';

/** Four 32-bit words: what one counter gives. */
export type Words<I> = readonly [I, I, I, I];

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/**
 * Philox 4x32-10: a bijection of 128-bit counters for each 64-bit key, whose outputs pass the usual batteries of tests
 * (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as 1, 2, 3, SC11). Counter words are given and output
 * words returned in the order of the published test vectors.
 */
export function philox<F, I, M>(
  a: Arithmetic<F, I, M>,
  counter: readonly [I, I, I, I],
  keyLow: I,
  keyHigh: I,
): Words<I> {
  let [w0, w1, w2, w3] = counter;
  let k0 = keyLow;
  let k1 = keyHigh;
  const m0 = a.i32(MULTIPLIER_0);
  const m1 = a.i32(MULTIPLIER_1);
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) {
      k0 = a.addI(k0, a.i32(WEYL_0));
      k1 = a.addI(k1, a.i32(WEYL_1));
    }
    const high0 = a.mulHighU(w0, m0);
    const low0 = a.mulI(w0, m0);
    const high1 = a.mulHighU(w2, m1);
    const low1 = a.mulI(w2, m1);
    w0 = a.xorI(a.xorI(high1, w1), k0);
    w1 = low1;
    w2 = a.xorI(a.xorI(high0, w3), k1);
    w3 = low0;
  }
  return [w0, w1, w2, w3];
}
