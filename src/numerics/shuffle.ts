import { boundedInteger, wordSource } from './random-words.ts';
import type { Seed } from './seed.ts';

/**
 * A uniform order of 0 to length - 1: Fisher and Yates from the last place down, with unbiased choices.
 * @param stream tells data sets apart
 * @param epoch every epoch has its own order
 */
export function permutation(seed: Seed, stream: number, epoch: number, length: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  const next = wordSource(seed, 'shuffle', stream, epoch);
  for (let last = length - 1; last > 0; last--) {
    const chosen = boundedInteger(next, last + 1);
    const moved = order[last];
    order[last] = order[chosen];
    order[chosen] = moved;
  }
  return order;
}
