import { type Dataset, isDataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';
import { splitSamples, TensorDataset } from '../data/tensor-dataset.ts';
import {
  booleanValue,
  finiteNumber,
  InvalidArgumentError,
  inCall,
  knownOptions,
  nearest,
  nonNegativeInteger,
  optionalSignal,
  positiveInteger,
  RuntimeError,
} from '../errors/index.ts';
import type { Callback } from '../training/callback.ts';
import type { ClassWeight } from '../training/feed.ts';
import type { TrainingPlan } from '../training/loop.ts';
import type { TrainingState } from '../training/training-state.ts';
import { datasetOf, type SampleShapes } from './data-arguments.ts';

/** Data to validate with: a data set, or inputs, targets and perhaps sample weights. */
export type ValidationData =
  | Dataset
  | readonly [x: TensorGroup, y: TensorGroup]
  | readonly [x: TensorGroup, y: TensorGroup, sampleWeight: ArrayLike<number>];

export interface FitOptions {
  /**
   * Samples a step; the last batch of an epoch may be shorter. Default: what the data set can give, that of the training
   * that is resumed, else 32.
   */
  readonly batchSize?: number;
  /** Epoch to end before: with `initialEpoch` 2 and `epochs` 5, three are trained. Default 1. */
  readonly epochs?: number;
  /** Default 0. */
  readonly initialEpoch?: number;
  /** 0: silent. 1 or 2 or `auto`: a line an epoch. Default `auto`. */
  readonly verbose?: 0 | 1 | 2 | 'auto';
  /** Default none. */
  readonly callbacks?: readonly Callback[];
  /** Share of the samples, from the end, to validate with. Default 0. */
  readonly validationSplit?: number;
  /** Data to validate with after epochs. Default none. */
  readonly validationData?: ValidationData;
  /** Default: what the validation data can give, else `batchSize`. */
  readonly validationBatchSize?: number;
  /** Validates after each so many epochs. Default 1. */
  readonly validationFreq?: number;
  /** Shuffles each epoch anew. Default true for data that can be addressed by sample, else false. */
  readonly shuffle?: boolean;
  /** Factor of the loss of each class, by its number. Default 1. */
  readonly classWeight?: ClassWeight;
  /** Factor of the loss of each sample. Default 1. */
  readonly sampleWeight?: ArrayLike<number>;
  /** Batches an epoch. Default: all. */
  readonly stepsPerEpoch?: number;
  /** Seed of shuffling and random layers. Default: that of the model; a training that is resumed keeps its own. */
  readonly seed?: number;
  /**
   * Goes on where the training that the model was saved in or stopped in stood, with its epoch, batch and seed, and
   * with the same bits as if it had not been stopped. Default false.
   */
  readonly resume?: boolean;
  /** Ends the training after the steps in flight; `fit` then rejects with the signal's reason. Default none. */
  readonly signal?: AbortSignal;
}

/** What `train` takes: as `fit`, but it prints nothing. */
export interface TrainOptions extends Omit<FitOptions, 'verbose'> {
  /** Default 0. */
  readonly verbose?: 0;
}

const known: { readonly [K in keyof Required<FitOptions>]: true } = {
  batchSize: true,
  epochs: true,
  initialEpoch: true,
  verbose: true,
  callbacks: true,
  validationSplit: true,
  validationData: true,
  validationBatchSize: true,
  validationFreq: true,
  shuffle: true,
  classWeight: true,
  sampleWeight: true,
  stepsPerEpoch: true,
  seed: true,
  resume: true,
  signal: true,
};

export interface ReadFit {
  readonly plan: TrainingPlan;
  readonly initialEpoch: number;
  readonly seed: number | undefined;
  readonly resume: boolean;
  readonly verbose: boolean;
}

/**
 * The arguments of `fit`, or of another call that trains. Only `fit` prints.
 * @throws {InvalidArgumentError} naming the call
 */
export const readFit = (
  call: string,
  data: readonly [x: TensorGroup | Dataset, y: TensorGroup | undefined],
  options: FitOptions,
  wanted: Wanted,
  state: Readonly<TrainingState>,
): ReadFit =>
  inCall(call, () => {
    knownOptions(options, Object.keys(known));
    const { verbose } = options;
    if (call !== 'fit' && verbose !== undefined && verbose !== 0)
      refuse('verbose', '0, because this call prints nothing: its events tell', verbose);
    return readTraining(data, options, wanted, state);
  });

interface Wanted {
  readonly inputs: SampleShapes;
  readonly targets: SampleShapes;
}

function readTraining(
  [x, y]: readonly [x: TensorGroup | Dataset, y: TensorGroup | undefined],
  options: FitOptions,
  wanted: Wanted,
  state: Readonly<TrainingState>,
): ReadFit {
  const given = (value: unknown): boolean => value !== undefined;
  if (isDataset(x) && given(options.sampleWeight))
    refuse('sampleWeight', 'weights in the data set', options.sampleWeight);
  if (!isDataset(x) && y === undefined) refuse('y', 'targets', y);
  const whole = isDataset(x) ? x : datasetOf([x, y], wanted, options.sampleWeight);
  if (whole.size === 0) refuse('x', 'at least one sample', whole.size);
  const resume = booleanValue(options.resume ?? false, 'resume');
  const before = resume && state.batchSize > 0 ? state.batchSize : undefined;
  const batchSize = positiveInteger(options.batchSize ?? whole.batchSize ?? before ?? 32, 'batchSize');
  if (resume) checkResumed(options, batchSize, state);
  const split = finiteNumber(options.validationSplit ?? 0, 'validationSplit', {}, { min: 0, below: 1 });
  let dataset = whole;
  let validation: Dataset | undefined;
  if (options.validationData !== undefined) {
    validation = validationOf(options.validationData, wanted);
  } else if (split > 0) {
    if (!(whole instanceof TensorDataset)) refuse('validationSplit', 'arrays, or 0 for a data set', split);
    ({ train: dataset, validation } = splitSamples(whole, split, 'validationSplit'));
  }
  const epochs = positiveInteger(options.epochs ?? 1, 'epochs');
  const initialEpoch = nonNegativeInteger(options.initialEpoch ?? 0, 'initialEpoch');
  const { verbose = 'auto', callbacks = [], signal, stepsPerEpoch, seed } = options;
  if (!['auto', 0, 1, 2].includes(verbose)) refuse('verbose', '0, 1, 2 or "auto"', verbose);
  checkCallbacks(callbacks);
  optionalSignal(signal);
  const every = positiveInteger(options.validationFreq ?? 1, 'validationFreq');
  const validationBatch = positiveInteger(
    options.validationBatchSize ?? validation?.batchSize ?? batchSize,
    'validationBatchSize',
  );
  return {
    plan: {
      dataset,
      batchSize,
      epochs,
      shuffle: booleanValue(options.shuffle ?? shufflesByDefault(dataset), 'shuffle'),
      stepsPerEpoch: given(stepsPerEpoch) ? positiveInteger(stepsPerEpoch, 'stepsPerEpoch') : undefined,
      classWeight: options.classWeight === undefined ? undefined : readClassWeight(options.classWeight),
      validation: validation && {
        dataset: validation,
        batchSize: validationBatch,
        every,
      },
      callbacks,
      resume,
      signal,
    },
    initialEpoch,
    seed: given(seed) ? nonNegativeInteger(seed, 'seed') : undefined,
    resume,
    verbose: verbose !== 0,
  };
}

const shufflesByDefault = (dataset: Dataset): boolean => dataset.shufflesByDefault ?? 'gather' in dataset;

/** What is resumed has a seed, an epoch and, in the middle of an epoch, a size of batches. */
function checkResumed(options: FitOptions, batchSize: number, state: Readonly<TrainingState>): void {
  const { seed, initialEpoch } = options;
  if (seed !== undefined && seed !== state.seed)
    refuse('seed', `that of the training that is resumed, ${state.seed}, or none`, seed);
  if (initialEpoch !== undefined && initialEpoch !== state.epoch)
    refuse(
      'initialEpoch',
      `that at which the resumed training stands, ${state.epoch}, or none`,
      initialEpoch,
    );
  const inEpoch = state.step > state.epochStart;
  if (inEpoch && state.batchSize > 0 && batchSize !== state.batchSize)
    refuse('batchSize', `${state.batchSize}, with which the epoch began that is resumed`, batchSize);
}

const hooks: { readonly [K in keyof Required<Callback> & `on${string}`]: true } = {
  onTrainBegin: true,
  onEpochBegin: true,
  onBatchEnd: true,
  onEpochEnd: true,
  onTrainEnd: true,
  onInvalidLoss: true,
  onTrainLeave: true,
};

/** A hook under a wrong name would never be called. */
function checkCallbacks(callbacks: unknown): void {
  if (!Array.isArray(callbacks)) refuse('callbacks', 'an array of callbacks', callbacks);
  for (const [k, callback] of (callbacks as unknown[]).entries()) {
    const argument = `callbacks[${k}]`;
    if (typeof callback !== 'object' || callback === null)
      refuse(argument, 'an object with functions such as onEpochEnd', callback);
    for (const name in callback as object) {
      const value = (callback as Readonly<Record<string, unknown>>)[name];
      const isHook = Object.hasOwn(hooks, name);
      if (isHook && value !== undefined && typeof value !== 'function')
        refuse(`${argument}.${name}`, 'a function', value);
      if (isHook || !/^on[A-Z]/.test(name)) continue;
      const suggestion = nearest(name, Object.keys(hooks));
      const expected = `functions among ${Object.keys(hooks).join(', ')}`;
      throw new InvalidArgumentError({ argument, expected, received: name, suggestion });
    }
  }
}

/** A second training would count the steps of the first. */
export const inTraining = (name: string): RuntimeError =>
  new RuntimeError(`The model "${name}" is in a training already. Wait for it, or leave its loop.`);

function validationOf(data: ValidationData, wanted: Wanted): Dataset {
  if (isDataset(data)) return data;
  if (Array.isArray(data) && (data.length === 2 || data.length === 3)) {
    const [x, y, weights] = data as [TensorGroup, TensorGroup, ArrayLike<number>?];
    return inCall('the validationData of fit', () => datasetOf([x, y], wanted, weights));
  }
  return refuse('validationData', 'a data set, [x, y] or [x, y, sampleWeight]', data);
}

function readClassWeight(value: unknown): ClassWeight {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
  const good = entries?.every(([key, weight]) => /^\d+$/.test(key) && Number.isFinite(weight) && weight >= 0);
  if (good) return value as ClassWeight;
  return refuse('classWeight', 'numbers of at least 0 by the number of their class', value);
}

function refuse(argument: string, expected: string, received: unknown): never {
  throw new InvalidArgumentError({ argument, expected, received });
}
