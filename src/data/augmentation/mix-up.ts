import { pow } from '../../numerics/pow.ts';
import type { Draws } from './draws.ts';

/**
 * A number of the beta distribution with both parameters `alpha`, by Jöhnk: of two uniform numbers to the power of
 * 1 / alpha, the share of the first in their sum, where that is at most 1.
 * @param alpha above 0 and up to 1, so that at least half of the tries are good
 */
export function symmetricBeta(alpha: number, draws: Draws, sample: number, first: number): number {
  for (let counter = first; ; counter++) {
    const [a, b, c, d] = draws.uniform(sample, counter);
    for (const [u, v] of [
      [a, b],
      [c, d],
    ] as const) {
      const x = pow(u, 1 / alpha);
      const y = pow(v, 1 / alpha);
      if (x + y <= 1 && x + y > 0) return x / (x + y);
    }
  }
}

/** An order of the samples of a batch (Fisher and Yates). */
export function orderOf(size: number, draws: Draws): Int32Array {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let last = size - 1; last > 0; last--) {
    const chosen = Math.floor(draws.uniform(last)[0] * (last + 1));
    const moved = order[last]!;
    order[last] = order[chosen]!;
    order[chosen] = moved;
  }
  return order;
}

/** Sample i becomes weights[i] of itself and the rest of sample order[i]; `from` and `to` are different arrays. */
export function mix(
  from: Float32Array,
  to: Float32Array,
  elements: number,
  order: Int32Array,
  weights: Float64Array,
): void {
  for (let i = 0; i < order.length; i++) {
    const weight = weights[i]!;
    const own = i * elements;
    const other = order[i]! * elements;
    for (let k = 0; k < elements; k++)
      to[own + k] = weight * from[own + k]! + (1 - weight) * from[other + k]!;
  }
}
