import type { Values } from '../engine/session.ts';
import type { Judge, JudgedBatch } from './judged-batch.ts';
import type { SampleValues } from './options.ts';
import { probabilitiesOf, type Task } from './task.ts';
import { Worst } from './worst.ts';

/** A sample to which the network says another class than its own. */
export interface Mistake {
  /** Number of the sample in the data, from 0. */
  readonly sample: number;
  readonly truth: number;
  readonly said: number;
  /** Probability of what was said, and of the truth. */
  readonly sure: number;
  readonly truthSure: number;
  readonly input: SampleValues;
  readonly score: number;
}

export interface ClassJudgement {
  readonly kind: 'classes';
  readonly classes: number;
  /** Answers a sample. */
  readonly positions: number;
  /** Answers in all, and how many are right. */
  readonly answers: number;
  readonly right: number;
  /** How often class `said` was said of class `truth`: at `truth * classes + said`. */
  readonly confusion: Uint32Array;
  /** The surest mistakes, the surest first. Empty where a sample has several answers. */
  readonly mistakes: readonly Mistake[];
}

const mostMistakes = 24;

export class ClassJudge implements Judge<ClassJudgement> {
  readonly #task: Task & { kind: 'classes' };
  readonly #confusion: Uint32Array;
  readonly #worst = new Worst<Mistake>(mostMistakes);
  #answers = 0;
  #right = 0;

  constructor(task: Task & { kind: 'classes' }) {
    this.#task = task;
    this.#confusion = new Uint32Array(task.classes ** 2);
  }

  take({ first, size, predictions, targets, input }: JudgedBatch): void {
    const { classes, positions } = this.#task;
    const width = this.#task.targets === 'binary' ? 1 : classes;
    for (let k = 0; k < size * positions; k++) {
      const probabilities = probabilitiesOf(predictions.subarray(k * width, (k + 1) * width), this.#task);
      const said = indexOfMost(probabilities);
      const truth = this.#truth(targets, k);
      if (!(truth >= 0 && truth < classes)) continue;
      this.#answers++;
      this.#confusion[truth * classes + said]! += 1;
      if (said === truth) this.#right++;
      if (said === truth || positions > 1) continue;
      const [sure, truthSure] = [probabilities[said]!, probabilities[truth]!];
      // many networks are as sure as can be of all their mistakes: then the truth that was thought least likely
      const score = sure - 1e-6 * truthSure;
      if (this.#worst.wants(score))
        this.#worst.add({ sample: first + k, truth, said, sure, truthSure, score, input: input(k) });
    }
  }

  #truth(targets: Values, k: number): number {
    const { classes, targets: kind } = this.#task;
    if (kind === 'labels') return Math.round(targets[k]!);
    if (kind === 'binary') return targets[k]! >= 0.5 ? 1 : 0;
    return indexOfMost(targets.subarray(k * classes, (k + 1) * classes));
  }

  result(): ClassJudgement {
    const { classes, positions } = this.#task;
    return {
      kind: 'classes',
      classes,
      positions,
      answers: this.#answers,
      right: this.#right,
      confusion: this.#confusion,
      mistakes: this.#worst.entries,
    };
  }
}

/** The first index of the highest number; what is no number is passed over. */
export function indexOfMost(values: ArrayLike<number>): number {
  let most = 0;
  for (let k = 1; k < values.length; k++)
    if (values[k]! > values[most]! || Number.isNaN(values[most]!)) most = k;
  return most;
}
