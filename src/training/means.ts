import type { Outputs } from '../engine/session.ts';

/** Values by their keys, such as `loss` and `accuracy`. */
export type Logs = Readonly<Record<string, number>>;

/** Means over samples: float64 sums, sample after sample, so that they depend on the order of the data alone. */
export class Means {
  readonly #sums = new Map<string, number>();
  #samples = 0;

  get samples(): number {
    return this.#samples;
  }

  /** Adds the values of each sample of a batch. */
  add(outputs: Outputs, size: number): void {
    for (const [key, values] of Object.entries(outputs)) {
      let sum = this.#sums.get(key) ?? 0;
      for (let n = 0; n < size; n++) sum += values[n]!;
      this.#sums.set(key, sum);
    }
    this.#samples += size;
  }

  logs(): Logs {
    return Object.fromEntries([...this.#sums].map(([key, sum]) => [key, sum / this.#samples]));
  }
}

/** The name of a value on validation data: `valLoss`. */
export const validationKey = (key: string): string => `val${key.charAt(0).toUpperCase()}${key.slice(1)}`;
