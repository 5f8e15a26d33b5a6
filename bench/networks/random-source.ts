import { boundedInteger, unitFloat, wordSource } from '../../src/numerics/random-words.ts';
import { seedOf } from '../../src/numerics/seed.ts';

/** Random choices that a seed and a number decide. */
export class RandomSource {
  readonly #next: () => number;

  constructor(seed: number, number: number) {
    this.#next = wordSource(seedOf(seed), 'shuffle', number, 0);
  }

  /** A whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + boundedInteger(this.#next, high - low + 1);
  }

  chance(probability: number): boolean {
    return unitFloat(this.#next()) < probability;
  }

  choice<T>(values: readonly T[]): T {
    return values[boundedInteger(this.#next, values.length)]!;
  }
}
