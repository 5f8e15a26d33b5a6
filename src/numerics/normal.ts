import { log } from './log.ts';
import { randomWords, unitFloat } from './random-words.ts';
import { scalar } from './scalar.ts';
import type { Seed } from './seed.ts';
import { cos, sin } from './trigonometry.ts';

/**
 * Two standard normal numbers from two words (Box and Muller): the radius sqrt(-2 ln u) with u in (0, 1] of 24 bits in
 * float32, so at most 5.77; the angle from the other word in double precision.
 */
function boxMuller(first: number, second: number): [number, number] {
  const logarithm = log(scalar, unitFloat(first) + 2 ** -24);
  const radius = Math.sqrt(-2 * logarithm);
  const angle = 2 * Math.PI * unitFloat(second);
  return [radius * cos(angle), radius * sin(angle)];
}

/**
 * Normal initial values: elements 4 i to 4 i + 3 come from counter i, two from each pair of its words.
 * @param mean default 0
 * @param stddev default 1
 */
export function normal(seed: Seed, stream: number, length: number, mean = 0, stddev = 1): Float32Array {
  const values = new Float32Array(length);
  for (let first = 0; first < length; first += 2) {
    const pair = normalPair(seed, stream, 0, first);
    for (let lane = 0; lane < 2 && first + lane < length; lane++)
      values[first + lane] = mean + stddev * pair[lane];
  }
  return values;
}

/**
 * Normal initial values, those further than two standard deviations from the mean drawn again (as Keras's truncated
 * normal does; their standard deviation is 0.8796 `stddev`). An element's attempts are its values in the successive
 * parts of its stream, so that it does not depend on other elements.
 * @param mean default 0
 * @param stddev default 1, of the distribution before truncation
 */
export function truncatedNormal(
  seed: Seed,
  stream: number,
  length: number,
  mean = 0,
  stddev = 1,
): Float32Array {
  const values = new Float32Array(length);
  for (let first = 0; first < length; first += 2) {
    const pair = normalPair(seed, stream, 0, first);
    for (let lane = 0; lane < 2 && first + lane < length; lane++) {
      let value = pair[lane];
      for (let attempt = 1; value > 2 || value < -2; attempt++)
        value = normalPair(seed, stream, attempt, first)[lane];
      values[first + lane] = mean + stddev * value;
    }
  }
  return values;
}

/** The standard normal numbers of an element and its neighbour (2 k and 2 k + 1). */
function normalPair(seed: Seed, stream: number, part: number, element: number): [number, number] {
  const words = randomWords(seed, 'initial', stream, part, element >>> 2);
  return (element & 2) === 0 ? boxMuller(words[0], words[1]) : boxMuller(words[2], words[3]);
}
