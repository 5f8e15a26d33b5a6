import type { Values } from '../engine/session.ts';
import { elementCount } from '../ir/tensor-type.ts';
import type { SampleValues } from './options.ts';

/** Values of one sample among many. */
export const sampleOf = (values: Values, shape: readonly number[], k: number): Values => {
  const elements = elementCount(shape);
  return values.slice(k * elements, (k + 1) * elements);
};

/** A batch of predictions with its targets. */
export interface JudgedBatch {
  /** Number of the first sample. */
  readonly first: number;
  readonly size: number;
  readonly predictions: Float32Array;
  readonly targets: Values;
  /** The first input of sample k of the batch. */
  input(k: number): SampleValues;
}

/** Judges batches, one after another, and keeps no more than what a report shows. */
export interface Judge<J> {
  take(batch: JudgedBatch): void;
  result(): J;
}
