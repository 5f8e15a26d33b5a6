import { pow } from '../../numerics/pow.ts';

const { fround, sqrt } = Math;

/**
 * 1 - beta^t with t = step + 1, each operation rounded to float32.
 * @param step counted from 0
 */
export const biasCorrection = (beta: number, step: number): number =>
  fround(1 - fround(pow(fround(beta), step + 1)));

/**
 * rate * sqrt(1 - beta2^t) / (1 - beta1^t) with t = step + 1, each operation rounded to float32.
 * @param step counted from 0
 */
export function adamRate(rate: number, beta1: number, beta2: number, step: number): number {
  const scaled = fround(fround(rate) * fround(sqrt(biasCorrection(beta2, step))));
  return fround(scaled / biasCorrection(beta1, step));
}
