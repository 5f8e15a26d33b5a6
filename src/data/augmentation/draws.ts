import { randomWords, unitFloat } from '../../numerics/random-words.ts';
import type { Seed } from '../../numerics/seed.ts';

/** Counters that one augmentation may use for each sample. */
const COUNTERS = 2 ** 20;

/**
 * Random numbers of one augmentation in one batch. Those of a sample follow from the seed, the epoch, the sample's place in
 * the epoch and the number of the augmentation alone, so that batches can be made in any order and on any thread.
 */
export class Draws {
  readonly #seed: Seed;
  readonly #epoch: number;
  readonly #first: number;
  readonly #stream: number;

  /**
   * @param first place in the epoch of the batch's first sample
   * @param augmentation number in the list
   */
  constructor(seed: Seed, epoch: number, first: number, augmentation: number) {
    this.#seed = seed;
    this.#epoch = epoch;
    this.#first = first;
    this.#stream = augmentation * COUNTERS;
  }

  /** Four numbers in [0, 1) for a sample of the batch. */
  uniform(sample: number, counter = 0): readonly [number, number, number, number] {
    const [a, b, c, d] = randomWords(
      this.#seed,
      'augment',
      this.#stream + counter,
      this.#epoch,
      this.#first + sample,
    );
    return [unitFloat(a), unitFloat(b), unitFloat(c), unitFloat(d)];
  }
}

/** The number at a share of the way from the first to the second. */
export const between = ([low, high]: readonly [number, number], share: number): number =>
  low + (high - low) * share;
