import { type RandomSource, randomSource } from '../../src/data/mutations.test-support.ts';

export type { RandomSource };

/** The generator of one case, so that a case can be made again without those before it. */
export function caseSource(seed: number, index: number): RandomSource {
  let mixed = (seed ^ Math.imul(index + 1, 0x85ebca6b)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0xc2b2ae35);
  const random = randomSource((mixed ^ (mixed >>> 13)) >>> 0);
  // The first numbers of near seeds are alike.
  for (let k = 0; k < 4; k++) random(2);
  return random;
}

export const pick = <T>(list: readonly T[], random: RandomSource): T => list[random(list.length)]!;
