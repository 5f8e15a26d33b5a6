/** Seeded numbers for tests (mulberry32). */
export class TestRandom {
  private state: number;
  constructor(seed: number) {
    this.state = seed >>> 0;
  }
  /** At least 0, below 1. */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
  /** Both bounds included. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }
  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }
  /** Distinct numbers, evenly spread over [low, high], in random order: no ties and no kink is ever near. */
  spread(count: number, low: number, high: number): Float32Array {
    const offset = 0.3 + 0.4 * this.uniform();
    const values = Float32Array.from(
      { length: count },
      (_, k) => low + ((k + offset) * (high - low)) / count,
    );
    for (let k = count - 1; k > 0; k--) {
      const j = this.integer(0, k);
      [values[k], values[j]] = [values[j]!, values[k]!];
    }
    return values;
  }
}
