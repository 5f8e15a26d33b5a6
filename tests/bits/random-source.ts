/** Seeded choices (mulberry32): they only pick test cases and their numbers. */
export class RandomSource {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
    for (let k = 0; k < 4; k++) this.real();
  }

  /** At least 0, below 1. */
  real(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Both bounds included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.real() * (high - low + 1));
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }

  chance(probability: number): boolean {
    return this.real() < probability;
  }

  /** 32 bits as an unsigned number. */
  word(): number {
    return this.integer(0, 2 ** 32 - 1);
  }

  /** Numbers of [-scale, scale] around `center`. */
  reals(count: number, scale: number, center = 0): Float32Array {
    return Float32Array.from({ length: count }, () => center + (2 * this.real() - 1) * scale);
  }
}
