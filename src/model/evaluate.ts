import { type Dataset, isDataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';
import {
  InvalidArgumentError,
  inCall,
  knownOptions,
  optionalSignal,
  positiveInteger,
} from '../errors/index.ts';
import { evaluate } from '../training/loop.ts';
import type { Logs } from '../training/means.ts';
import type { Trainer } from '../training/trainer.ts';
import { usualBatch } from '../training/usual-batch.ts';
import { datasetOf, type SampleShapes } from './data-arguments.ts';

export interface EvaluateOptions {
  /** Samples that run at once; it does not change the result. Default 128, fewer where samples are large. */
  readonly batchSize?: number;
  /** Factor of the loss of each sample. Default 1. */
  readonly sampleWeight?: ArrayLike<number>;
  /** Batches to take. Default: all. */
  readonly steps?: number;
  /** Ends the evaluation. Default none. */
  readonly signal?: AbortSignal;
}

/** Loss and metrics of a compiled model over data. */
export function evaluateOn(
  trainer: Trainer,
  x: TensorGroup | Dataset,
  y: TensorGroup | undefined,
  options: EvaluateOptions,
  wanted: { readonly inputs: SampleShapes; readonly targets: SampleShapes },
  call: string = 'evaluate',
): Promise<Logs> {
  knownOptions(options, ['batchSize', 'sampleWeight', 'steps', 'signal'], { call });
  const { sampleWeight, steps, signal } = options;
  const refuse = (argument: string, expected: string, received: unknown): never => {
    throw new InvalidArgumentError({ call, argument, expected, received });
  };
  if (!isDataset(x) && y === undefined) refuse('y', 'targets', y);
  if (isDataset(x) && sampleWeight !== undefined)
    refuse('sampleWeight', 'weights in the data set', sampleWeight);
  optionalSignal(signal, { call });
  const dataset = isDataset(x) ? x : inCall(call, () => datasetOf([x, y], wanted, sampleWeight));
  if (dataset.size === 0) refuse('x', 'at least one sample', dataset.size);
  const chosen = options.batchSize ?? dataset.batchSize ?? usualBatch(trainer.network);
  const batchSize = positiveInteger(chosen, 'batchSize', { call });
  if (steps !== undefined) positiveInteger(steps, 'steps', { call });
  return evaluate(trainer, dataset, batchSize, { call, signal, steps });
}
