import type { Outputs } from '../engine/session.ts';
import { ratio } from '../nn/metrics/define.ts';
import type { MetricResult } from '../nn/metrics/metric.ts';

/** Values by their keys, such as `loss` and `accuracy`. */
export type Logs = Readonly<Record<string, number>>;

/** A value from sums over samples, in place of their mean. */
export type Result = (sums: readonly number[], weight: number, samples: number) => MetricResult;

/** Sums over the samples of an epoch so far, by key. */
export interface EpochSums {
  readonly samples: number;
  readonly sums: Readonly<Record<string, readonly number[]>>;
}

/** Means over samples: float64 sums, sample after sample, so that they depend on the order of the data alone. */
export class Means {
  readonly #sums: Map<string, number[]>;
  readonly #results: ReadonlyMap<string, Result>;
  #samples: number;

  /**
   * @param results what is no mean, by key; such a value may be several numbers a sample
   * @param before sums to go on from. Default: none
   */
  constructor(results: ReadonlyMap<string, Result> = new Map(), before?: EpochSums) {
    this.#results = results;
    this.#samples = before?.samples ?? 0;
    this.#sums = new Map(Object.entries(before?.sums ?? {}).map(([key, sums]) => [key, [...sums]]));
  }

  get samples(): number {
    return this.#samples;
  }

  /** Adds the values of each sample of a batch. */
  add(outputs: Outputs, size: number): void {
    for (const [key, values] of Object.entries(outputs)) {
      const width = values.length / size;
      const sums = this.#sums.get(key) ?? new Array<number>(width).fill(0);
      for (let n = 0; n < size; n++) {
        for (let k = 0; k < width; k++) sums[k]! += values[n * width + k]!;
      }
      this.#sums.set(key, sums);
    }
    this.#samples += size;
  }

  /** These and the values of a batch; these themselves stay what they are. */
  plus(outputs: Outputs, size: number): Means {
    const next = new Means(this.#results, this.sums());
    next.add(outputs, size);
    return next;
  }

  /** A copy of the sums. */
  sums(): EpochSums {
    return {
      samples: this.#samples,
      sums: Object.fromEntries([...this.#sums].map(([key, sums]) => [key, [...sums]])),
    };
  }

  logs(): Logs {
    // A mean over positions that a mask leaves is two sums: of the values, and of what they count.
    const mean: Result = ([sum, counted], samples) => ratio(sum!, counted ?? samples);
    return Object.fromEntries(
      [...this.#sums].flatMap(([key, sums]): [string, number][] => {
        const value = (this.#results.get(key) ?? mean)(sums, this.#samples, this.#samples);
        if (typeof value === 'number') return [[key, value]];
        return value.map(([part, own]) => [`${key}@${part}`, own]);
      }),
    );
  }
}

/** The name of a value on validation data: `valLoss`. */
export const validationKey = (key: string): string => `val${key.charAt(0).toUpperCase()}${key.slice(1)}`;
