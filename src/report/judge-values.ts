import { type Judge, type JudgedBatch, sampleOf } from './judged-batch.ts';
import type { SampleValues } from './options.ts';
import { Worst } from './worst.ts';

/** A sample whose values the network missed by far. */
export interface Miss {
  /** Number of the sample in the data, from 0. */
  readonly sample: number;
  readonly truth: ArrayLike<number>;
  readonly said: ArrayLike<number>;
  /** Mean absolute error of its values. */
  readonly score: number;
  readonly input: SampleValues;
}

export interface ValueJudgement {
  readonly kind: 'values';
  /** Values a sample. */
  readonly elements: number;
  readonly meanAbsoluteError: number;
  readonly rootMeanSquaredError: number;
  /** Share of the variance that is explained; undefined where the targets do not vary. */
  readonly r2: number | undefined;
  /** The first values, for a plot. */
  readonly pairs: readonly { readonly truth: number; readonly said: number }[];
  /** The largest errors, the largest first. */
  readonly misses: readonly Miss[];
}

const mostPairs = 1000;
const mostMisses = 12;

export class ValueJudge implements Judge<ValueJudgement> {
  readonly #elements: number;
  readonly #pairs: { truth: number; said: number }[] = [];
  readonly #worst = new Worst<Miss>(mostMisses);
  readonly #sums = { count: 0, absolute: 0, square: 0, truth: 0, truthSquare: 0 };

  constructor(elements: number) {
    this.#elements = elements;
  }

  take({ first, size, predictions, targets, input }: JudgedBatch): void {
    const elements = this.#elements;
    const sums = this.#sums;
    for (let k = 0; k < size; k++) {
      let missed = 0;
      for (let e = 0; e < elements; e++) {
        const [truth, said] = [targets[k * elements + e]!, predictions[k * elements + e]!];
        const error = said - truth;
        missed += Math.abs(error) / elements;
        sums.count++;
        sums.absolute += Math.abs(error);
        sums.square += error ** 2;
        sums.truth += truth;
        sums.truthSquare += truth ** 2;
        if (this.#pairs.length < mostPairs) this.#pairs.push({ truth, said });
      }
      if (this.#worst.wants(missed))
        this.#worst.add({
          sample: first + k,
          truth: sampleOf(targets, [elements], k),
          said: sampleOf(predictions, [elements], k),
          score: missed,
          input: input(k),
        });
    }
  }

  result(): ValueJudgement {
    const { count, absolute, square, truth, truthSquare } = this.#sums;
    const spread = truthSquare - truth ** 2 / count;
    return {
      kind: 'values',
      elements: this.#elements,
      meanAbsoluteError: absolute / count,
      rootMeanSquaredError: Math.sqrt(square / count),
      r2: spread > 0 ? 1 - square / spread : undefined,
      pairs: this.#pairs,
      misses: this.#worst.entries,
    };
  }
}
