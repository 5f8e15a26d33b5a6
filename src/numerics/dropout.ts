import type { Arithmetic } from './arithmetic.ts';
import { philox, type Words } from './philox.ts';

/**
 * Random numbers of elements. An element is addressed by a stream (one for each random layer), the training step, the
 * sample's position in the global batch and e, its logical row-major index inside the sample; the key is the seed.
 *
 *     counter = [((e >>> 5) << 2) | (e & 3), sample, step, stream]
 *
 * gives four words, that is eight 16-bit numbers: number k is the low (k even) or high (k odd) half of word k >> 1.
 * Element e takes number k = (e >>> 2) & 7. So four counters 4b, 4b + 1, 4b + 2, 4b + 3 serve the 32 elements from
 * 32 b on, and with counter 4b + lane in each lane, number k of the four lanes belongs to the four consecutive
 * elements 32 b + 4 k + lane: one evaluation over four lanes gives eight vectors in place.
 */

/** The four words of one counter; in lanes, of a counter in each lane. */
export function philoxWords<F, I, M>(
  a: Arithmetic<F, I, M>,
  counter0: I,
  sample: I,
  step: I,
  stream: I,
  keyLow: I,
  keyHigh: I,
): Words<I> {
  return philox(a, [counter0, sample, step, stream], keyLow, keyHigh);
}

/** The 16-bit number (0 to 65535) of element e; in lanes, of any element in each lane. */
export function uniform16<F, I, M>(
  a: Arithmetic<F, I, M>,
  element: I,
  sample: I,
  step: I,
  stream: I,
  keyLow: I,
  keyHigh: I,
): I {
  const counter0 = a.orI(a.shl(a.shrU(element, 5), 2), a.andI(element, a.i32(3)));
  const words = philoxWords(a, counter0, sample, step, stream, keyLow, keyHigh);
  const isZero = (value: I): M => a.eqI(value, a.i32(0));
  const bit = (position: number): M => isZero(a.andI(element, a.i32(1 << position)));
  const lowPair = a.selectI(bit(3), words[0], words[1]);
  const highPair = a.selectI(bit(3), words[2], words[3]);
  const word = a.selectI(bit(4), lowPair, highPair);
  return a.selectI(bit(2), a.andI(word, a.i32(0xffff)), a.shrU(word, 16));
}

/**
 * The eight vectors of numbers of the elements 32 b to 32 b + 31. Lane l of `words` holds the words of counter
 * 4 b + l; lane l of vector k is the number of element 32 b + 4 k + l.
 */
export function uniform16Vectors<F, I, M>(a: Arithmetic<F, I, M>, words: Words<I>): readonly I[] {
  const low = a.i32(0xffff);
  return words.flatMap((word) => [a.andI(word, low), a.shrU(word, 16)]);
}

/** An element is kept where its 16-bit number is at least this: floor(rate * 65536), for a rate in [0, 1). */
export function dropoutThreshold(rate: number): number {
  return Math.floor(rate * 65536);
}

/** What kept elements are multiplied by: the float32 nearest to 1 / (1 - rate), for a rate in [0, 1). */
export function dropoutScale(rate: number): number {
  return Math.fround(1 / (1 - rate));
}
