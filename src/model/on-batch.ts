import { isDataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';
import { InternalError, InvalidArgumentError, inCall, knownOptions } from '../errors/index.ts';
import type { TrainingEvent } from '../training/events.ts';
import type { ClassWeight } from '../training/feed.ts';
import type { Logs } from '../training/means.ts';
import { datasetOf, type SampleShapes } from './data-arguments.ts';
import type { EvaluateOptions } from './evaluate.ts';
import type { TrainOptions } from './fit-options.ts';

export interface TestOnBatchOptions {
  /** Factor of the loss of each sample. Default 1. */
  readonly sampleWeight?: ArrayLike<number>;
}

export interface TrainOnBatchOptions extends TestOnBatchOptions {
  /** Factor of the loss of each class, by its number. Default 1. */
  readonly classWeight?: ClassWeight;
}

/** Samples of a batch. */
export function batchSizeOf(x: unknown, { inputs }: { readonly inputs: SampleShapes }, call: string): number {
  const refuse = (expected: string, received: unknown): never => {
    throw new InvalidArgumentError({ call, argument: 'x', expected, received });
  };
  if (isDataset(x)) refuse('the samples of one batch; fit, evaluate and predict take data sets', x);
  const { size } = inCall(call, () => datasetOf([x as TensorGroup], { inputs, targets: [] }));
  return size > 0 ? size : refuse('at least one sample', size);
}

/** A training of one step. Epochs are counted on, because augmentation draws its random numbers by them. */
export async function trainOnBatch(
  train: (call: string, options: TrainOptions) => AsyncIterable<TrainingEvent>,
  { batchSize, epoch }: { readonly batchSize: number; readonly epoch: number },
  options: TrainOnBatchOptions,
): Promise<Logs> {
  const call = 'trainOnBatch';
  knownOptions(options, ['sampleWeight', 'classWeight'], { call });
  const once = { batchSize, initialEpoch: epoch, epochs: epoch + 1, shuffle: false } as const;
  // Left before the training ends: at its end, averages of weights (`useEma`) would take the place of the weights.
  for await (const event of train(call, { ...options, ...once }))
    if (event.type === 'epochEnd') return event.logs;
  throw new InternalError('A training of one step ended without its epoch.');
}

/** An evaluation of one batch. */
export async function testOnBatch(
  evaluate: (call: string, options: EvaluateOptions) => Promise<Logs>,
  batchSize: number,
  options: TestOnBatchOptions,
): Promise<Logs> {
  const call = 'testOnBatch';
  knownOptions(options, ['sampleWeight'], { call });
  return evaluate(call, { ...options, batchSize });
}
