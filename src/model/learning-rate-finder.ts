import { type Dataset, isDataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';
import {
  finiteNumber,
  functionValue,
  InvalidArgumentError,
  inCall,
  integerBetween,
  knownOptions,
  NumericError,
  nonNegativeInteger,
  optionalSignal,
  positiveInteger,
} from '../errors/index.ts';
import { weightsOf } from '../nn/network/network.ts';
import { pow } from '../numerics/pow.ts';
import { epochBatches, type PlacedBatch } from '../training/data-position.ts';
import { pipelined } from '../training/pipeline.ts';
import { initialState } from '../training/training-state.ts';
import { datasetOf, targetsAndOptions } from './data-arguments.ts';
import { Model } from './model.ts';
import { wantedShapes } from './network-facts.ts';

export interface LearningRateFinderOptions {
  /** First rate. Default 1e-7. */
  readonly min?: number;
  /** Last rate. Default 10. */
  readonly max?: number;
  /** Steps of the sweep, at least 10. Default 100. */
  readonly steps?: number;
  /** Default: what the data set can give, else 32. */
  readonly batchSize?: number;
  /** Share of the past in the smoothed loss, 0 to below 1. Default 0.98. */
  readonly smoothing?: number;
  /** The sweep ends where the smoothed loss is so many times its least value. Default 4. */
  readonly divergeFactor?: number;
  /** Of the order of the data and of random layers. Default: that of the model. */
  readonly seed?: number;
  /** Ends the sweep; the promise rejects with its reason. Default none. */
  readonly signal?: AbortSignal;
  /** Hears of each step. Default none. */
  readonly onStep?: (step: number, steps: number) => void;
}

const optionNames: { readonly [K in keyof Required<LearningRateFinderOptions>]: true } = {
  min: true,
  max: true,
  steps: true,
  batchSize: true,
  smoothing: true,
  divergeFactor: true,
  seed: true,
  signal: true,
  onStep: true,
};

export interface LearningRateSweep {
  /** Rate of each step. */
  readonly rates: readonly number[];
  /** Mean loss of the batch of each step. */
  readonly losses: readonly number[];
  readonly smoothed: readonly number[];
  readonly suggestion: LearningRateSuggestion;
  /** True where the loss grew so far that the sweep ended before its last rate. */
  readonly diverged: boolean;
}

export interface LearningRateSuggestion {
  /** Where the smoothed loss falls fastest with the logarithm of the rate; undefined where it never falls. */
  readonly steepest: number | undefined;
  /** A tenth of the rate with the least smoothed loss. */
  readonly minimumTenth: number;
}

const call = 'learningRateFinder';

/**
 * Trains one step each at rates that grow exponentially, and finds where the loss falls and where it grows: a range test
 * (L. N. Smith, Cyclical Learning Rates for Training Neural Networks, 2015, arXiv 1506.01186) with the smoothing, the
 * end and the two suggestions of fastai's `lr_find`. Weights, state of the optimiser and count of steps are afterwards
 * what they were.
 * @throws {InvalidArgumentError} {DataError}
 */
export function learningRateFinder(
  model: Model,
  x: Dataset,
  options?: LearningRateFinderOptions,
): Promise<LearningRateSweep>;
export function learningRateFinder(
  model: Model,
  x: TensorGroup,
  y: TensorGroup,
  options?: LearningRateFinderOptions,
): Promise<LearningRateSweep>;
export async function learningRateFinder(
  model: Model,
  x: TensorGroup | Dataset,
  ...rest: readonly unknown[]
): Promise<LearningRateSweep> {
  const [y, given] = targetsAndOptions(x, rest, 'learningRateFinder');
  if (!(model instanceof Model)) {
    const expected = 'a model, made by sequential() or model()';
    throw new InvalidArgumentError({ call, argument: 'model', expected, received: model });
  }
  if (!isDataset(x) && y === undefined)
    throw new InvalidArgumentError({ call, argument: 'y', expected: 'targets', received: y });
  knownOptions(given, Object.keys(optionNames), { call });
  const options = given as LearningRateFinderOptions;
  const { min = 1e-7, max = 10, smoothing = 0.98, divergeFactor = 4, signal } = options;
  finiteNumber(min, 'min', { call }, { above: 0 });
  finiteNumber(max, 'max', { call }, { above: min });
  finiteNumber(smoothing, 'smoothing', { call }, { min: 0, below: 1 });
  finiteNumber(divergeFactor, 'divergeFactor', { call }, { above: 1 });
  const steps = integerBetween(options.steps ?? 100, 10, 1_000_000, 'steps', { call });
  optionalSignal(signal, { call });
  if (options.onStep !== undefined) functionValue(options.onStep, 'a function', 'onStep', { call });
  const seed = nonNegativeInteger(options.seed ?? model.seed, 'seed', { call });
  const dataset: Dataset = isDataset(x)
    ? x
    : inCall(call, () =>
        datasetOf([x, y], wantedShapes(model.network, model.trainer.compilation?.objectives ?? [])),
      );
  const batchSize = positiveInteger(options.batchSize ?? dataset.batchSize ?? 32, 'batchSize', { call });
  const restore = await snapshot(model);
  const rates = Array.from({ length: steps }, (_, k) => Math.fround(min * pow(max / min, k / (steps - 1))));
  const sweep = new Sweep(smoothing, divergeFactor);
  const { optimizer } = model;
  const state = initialState(seed);
  // Steps count from 0, so that the schedule is the sweep.
  const schedule = {
    className: 'LearningRateSweep',
    at: (step: number) => rates[step]!,
    getConfig: () => ({}),
  };
  const before = optimizer.learningRate;
  optimizer.learningRate = schedule;
  try {
    const runner = await model.trainer.training(dataset, batchSize, state);
    const request = {
      dataset,
      batchSize,
      shuffle: dataset.shufflesByDefault ?? 'gather' in dataset,
      seed: state.seed,
      epoch: 0,
      start: 0,
      stepsPerEpoch: steps,
      lender: model.trainer.pool(dataset, batchSize),
      signal,
    };
    let last = 0;
    let samples = 0;
    const run = ({ batch }: PlacedBatch) => runner.run(batch, 0, () => 0);
    for await (const { item, result } of pipelined(epochBatches(request), run)) {
      const [sum = 0] = result.sums().sums.loss!;
      const loss = (sum - last) / (result.samples - samples);
      last = sum;
      samples = result.samples;
      options.onStep?.(item.index + 1, steps);
      signal?.throwIfAborted();
      if (!sweep.add(loss)) break;
    }
  } catch (error) {
    // A rate at which the loss is no longer finite is what the sweep looks for.
    if (!(error instanceof NumericError)) throw error;
    sweep.diverged = true;
  } finally {
    optimizer.learningRate = before;
    await restore();
  }
  return sweep.result(rates, model.name);
}

/** The losses of a sweep so far. */
class Sweep {
  diverged = false;
  readonly #losses: number[] = [];
  readonly #smoothed: number[] = [];
  readonly #smoothing: number;
  readonly #factor: number;
  #mean = 0;
  #decay = 1;
  #least = Number.POSITIVE_INFINITY;

  constructor(smoothing: number, factor: number) {
    this.#smoothing = smoothing;
    this.#factor = factor;
  }

  /** False where the sweep ends. */
  add(loss: number): boolean {
    this.#decay *= this.#smoothing;
    this.#mean = this.#smoothing * this.#mean + (1 - this.#smoothing) * loss;
    // The mean begins at 0: what it lacks is known.
    const smoothed = this.#mean / (1 - this.#decay);
    this.#losses.push(loss);
    this.#smoothed.push(smoothed);
    this.#least = Math.min(this.#least, smoothed);
    this.diverged = smoothed > this.#factor * this.#least;
    return !this.diverged;
  }

  result(rates: readonly number[], name: string): LearningRateSweep {
    const smoothed = this.#smoothed;
    const steps = smoothed.length;
    if (steps < 2) {
      const expected = 'a rate at which at least two steps have a finite loss';
      throw new InvalidArgumentError({
        call,
        argument: 'min',
        expected,
        received: `${rates[0]} with ${name}`,
      });
    }
    const minimum = smoothed.indexOf(Math.min(...smoothed));
    let steepest: number | undefined;
    let slope = 0;
    // Rates are equally far apart in their logarithms. Behind the minimum there is nothing to look for.
    for (let k = 1; k < minimum; k++) {
      const fall = (smoothed[k + 1]! - smoothed[k - 1]!) / 2;
      if (fall >= slope) continue;
      slope = fall;
      steepest = rates[k];
    }
    return {
      rates: rates.slice(0, steps),
      losses: this.#losses,
      smoothed,
      suggestion: { steepest, minimumTenth: rates[minimum]! / 10 },
      diverged: this.diverged,
    };
  }
}

/** A function that gives a model back all values that a step changes. */
async function snapshot(model: Model): Promise<() => Promise<void>> {
  const { compilation, store } = model.trainer;
  if (!compilation) {
    const expected = 'a compiled model (call compile first)';
    throw new InvalidArgumentError({ call, argument: 'model', expected, received: model.name });
  }
  const weights = weightsOf(model.network).map(({ variable }) => variable);
  const variables = [...weights, ...compilation.optimizer.variables];
  const values = await store.read(variables);
  return async () => {
    for (const [k, variable] of variables.entries()) await store.write(variable, values[k]!);
  };
}
