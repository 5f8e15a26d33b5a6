import { randomWords, unitFloat } from './random-words.ts';
import type { Seed } from './seed.ts';

/**
 * Uniform initial values: element e is low + (high - low) u in double precision, rounded once, u in [0, 1) with 24
 * bits from word e & 3 of counter e >>> 2. Rounding may give `high` itself where the interval is narrow beside it.
 */
export function uniform(seed: Seed, stream: number, length: number, low = 0, high = 1): Float32Array {
  const values = new Float32Array(length);
  for (let first = 0; first < length; first += 4) {
    const words = randomWords(seed, 'initial', stream, 0, first / 4);
    for (let lane = 0; lane < 4 && first + lane < length; lane++)
      values[first + lane] = low + (high - low) * unitFloat(words[lane]);
  }
  return values;
}
