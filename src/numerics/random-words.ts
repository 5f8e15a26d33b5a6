import { philox, type Words } from './philox.ts';
import { scalar } from './scalar.ts';
import type { Seed } from './seed.ts';

/**
 * What random words are for. Each purpose takes the place of a training step that no training reaches, so that no
 * counter is used twice: random layers use the steps below 2^32 - 256.
 */
const PURPOSES = { initial: 0xffffffff, shuffle: 0xfffffffe, augment: 0xfffffffd } as const;
export type Purpose = keyof typeof PURPOSES;

/**
 * Four words, addressed: counter = [index, part, purpose, stream]. They are signed integers (use `>>> 0`).
 * @param stream tells independent uses apart (the number of a weight, of a data set)
 * @param part second coordinate: attempt, epoch, sample
 */
export function randomWords(
  seed: Seed,
  purpose: Purpose,
  stream: number,
  part: number,
  index: number,
): Words<number> {
  return philox(scalar, [index | 0, part | 0, PURPOSES[purpose] | 0, stream | 0], seed[0] | 0, seed[1] | 0);
}

/** A source of unsigned 32-bit words, one after another, of one (seed, purpose, stream, part). */
export function wordSource(seed: Seed, purpose: Purpose, stream: number, part: number): () => number {
  let words: Words<number> = [0, 0, 0, 0];
  let count = 0;
  return () => {
    if ((count & 3) === 0) words = randomWords(seed, purpose, stream, part, count / 4);
    return words[count++ & 3] >>> 0;
  };
}

/** A uniform number in [0, 1) from the high 24 bits of a word: a multiple of 2^-24, exact in float32. */
export function unitFloat(word: number): number {
  return (word >>> 8) * 2 ** -24;
}

/**
 * A uniform whole number in [0, bound), without bias: words from the last incomplete multiple of `bound` are drawn
 * again.
 * @param bound 1 to 2^32
 */
export function boundedInteger(next: () => number, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  let word = next();
  while (word >= limit) word = next();
  return word % bound;
}
