import { BatchPool } from '../data/batch-pool.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Feed, Outputs, Program, SyncProgram } from '../engine/session.ts';
import { finiteNumber, NumericError } from '../errors/index.ts';
import type { Network } from '../nn/network/network.ts';
import type { Optimizer } from '../nn/optimizers/index.ts';
import { isSchedule } from '../nn/schedules/get-schedule.ts';
import { seedOf } from '../numerics/seed.ts';
import { firstNonFiniteLayer } from './diagnosis.ts';
import { type ClassWeight, type Feeder, inputFeeder, objectiveFeeder } from './feed.ts';
import {
  evaluationGraph,
  INVERSE_BATCH,
  isInputName,
  LOSS,
  predictionGraph,
  trainingGraph,
} from './graphs.ts';
import { Means, type Result } from './means.ts';
import { type OutputObjective, resultsOf } from './objective.ts';
import type { OptimizerState } from './optimizer-state.ts';
import { Programs } from './programs.ts';
import type { TrainingState } from './training-state.ts';
import { usualBatch } from './usual-batch.ts';
import type { VariableStore } from './variable-store.ts';

/** What `compile` chose. */
export interface Compilation {
  readonly objectives: readonly OutputObjective[];
  readonly optimizer: OptimizerState;
}

/** Runs single steps of a network: training, evaluation, prediction. Programs are compiled once and kept. */
export class Trainer {
  readonly network: Network;
  readonly store: VariableStore;
  readonly #programs: Programs;
  readonly #syncPrograms = new Map<string, SyncProgram>();
  readonly #pools = new Map<string, BatchPool>();
  #compilation: Compilation | undefined;
  /** While somebody takes a copy of all values, no step begins. */
  #held: Promise<void> | undefined;

  constructor(network: Network, store: VariableStore) {
    this.network = network;
    this.store = store;
    this.#programs = new Programs(store);
  }

  get compilation(): Compilation | undefined {
    return this.#compilation;
  }

  set compilation(compilation: Compilation | undefined) {
    this.#compilation = compilation;
    this.#programs.forget('train');
    this.#programs.forget('evaluate');
    for (const [variable, start] of compilation?.optimizer.initialValues ?? []) {
      this.store.set(variable, new Float32Array(variable.type.shape.reduce((p, n) => p * n, 1)).fill(start));
    }
  }

  /** Arrays for batches of a data set, which every training, evaluation or prediction of such data uses again. */
  pool(dataset: Dataset, batchSize: number): BatchPool {
    const { inputs, targets, weighted, size = batchSize } = dataset;
    if (size < batchSize) return new BatchPool(dataset, batchSize);
    const fields = [...inputs, ...targets].map(({ dtype, shape }) => [dtype, shape]);
    const key = JSON.stringify([fields, inputs.length, weighted, batchSize]);
    const pool = this.#pools.get(key) ?? new BatchPool(dataset, batchSize);
    this.#pools.set(key, pool);
    return pool;
  }

  /** Does work while no step of a training begins: what it reads belongs to one and the same step. */
  async betweenSteps<T>(work: () => Promise<T>): Promise<T> {
    while (this.#held) await this.#held;
    const result = work();
    const held = result.then(
      () => {},
      () => {},
    );
    this.#held = held;
    await held;
    this.#held = undefined;
    return result;
  }

  /**
   * A function that trains on a batch and gives the sums of its epoch; `state` counts its steps. Results come in the
   * order of the calls.
   */
  async training(
    dataset: Dataset,
    maxBatch: number,
    state: TrainingState,
    classWeight?: ClassWeight,
  ): Promise<TrainingRunner> {
    const { objectives, optimizer } = this.#compilation!;
    const feeder = objectiveFeeder(this.network, objectives, dataset, 'fit', classWeight);
    const largest = largestBatch(this.network, dataset, maxBatch);
    const program = await this.#programs.get(`train ${JSON.stringify(feeder.types)}`, largest, () =>
      trainingGraph(this.network, objectives, feeder.types, optimizer),
    );
    const seed = seedOf(state.seed);
    const results = resultsOf(this.network, objectives, feeder.types);
    let shifting: Promise<void> | undefined;
    const step = async (feed: Feed, epoch: number): Promise<Outputs> => {
      if (!state.shifted) {
        // Steps that wait for the same promise go on in the order in which they came.
        shifting ??= program.prelude(feed);
        await shifting;
        state.shifted = true;
      }
      const outputs = await program.run(feed);
      const wrong = outputs[LOSS]!.find((value) => !Number.isFinite(value));
      if (wrong !== undefined) {
        await this.#explain(feeder, feed, { step: feed.step!, epoch, value: wrong });
      }
      return outputs;
    };
    return {
      results,
      run: async (batch, epoch, seconds) => {
        while (this.#held) await this.#held;
        const inputs = feeder.feed(batch);
        const number = state.step;
        const scalars = optimizer.optimizer.scalarsAt(number, rateAt(optimizer.optimizer, number));
        state.step++;
        for (const [name, value] of Object.entries(scalars)) inputs[name] = Float32Array.of(value);
        const outputs = step({ batchSize: batch.size, inputs, step: number, seed }, epoch);
        const before = state.progress?.means ?? Promise.resolve(new Means(results));
        const means = Promise.all([before, outputs]).then(([sums, own]) => sums.plus(own, batch.size));
        means.catch(() => {});
        state.progress = { means, seconds };
        return means;
      },
    };
  }

  /** A function that gives loss and metrics of each sample of a batch. */
  async evaluation(dataset: Dataset, maxBatch: number, call: string): Promise<Runner> {
    const { objectives } = this.#compilation!;
    const feeder = objectiveFeeder(this.network, objectives, dataset, call);
    const largest = largestBatch(this.network, dataset, maxBatch);
    const program = await this.#programs.get(`evaluate ${JSON.stringify(feeder.types)}`, largest, () =>
      evaluationGraph(this.network, objectives, feeder.types),
    );
    const results = resultsOf(this.network, objectives, feeder.types);
    return { ...plainRunner(feeder, program), results };
  }

  /** A function that gives the predictions for each sample of a batch: outputs `0`, `1`, ... */
  async prediction(dataset: Pick<Dataset, 'inputs' | 'size'>, maxBatch: number): Promise<Runner> {
    const feeder = inputFeeder(this.network, dataset, 'predict');
    const one = dataset.size === 1;
    const largest = one ? 1 : largestBatch(this.network, dataset, maxBatch);
    const program = await this.#programs.get(predictionKey(feeder, one), largest, () =>
      predictionGraph(this.network, feeder.types.inputs),
    );
    return plainRunner(feeder, program);
  }

  /** The same on the calling thread, at once. */
  predictionSync(dataset: Pick<Dataset, 'inputs'>, maxBatch: number): SyncRunner {
    const feeder = inputFeeder(this.network, dataset, 'predictSync');
    const session = this.store.openedSession();
    const key = predictionKey(feeder, maxBatch === 1);
    let program = this.#syncPrograms.get(key);
    if (!program || program.maxBatch < maxBatch) {
      program = session.compileSync(predictionGraph(this.network, feeder.types.inputs), { maxBatch });
      this.#syncPrograms.set(key, program);
    }
    const ready = program;
    return { run: (batch) => ready.run({ batchSize: batch.size, inputs: feeder.feed(batch) }) };
  }

  async #explain(
    feeder: Feeder,
    feed: Feed,
    found: { readonly step: number; readonly epoch: number; readonly value: number },
  ): Promise<never> {
    const forward = { ...feed, inputs: ofForward(feed.inputs) };
    const layer = await firstNonFiniteLayer(this.network, feeder.types.inputs, this.store, forward);
    throw new NumericError({ quantity: 'loss', ...found, layer });
  }
}

/** Runs batches of one data set. */
export interface Runner {
  readonly feeder: Feeder;
  /** How outputs that are no means over samples follow from sums, by their keys. */
  readonly results: ReadonlyMap<string, Result>;
  run(batch: Parameters<Feeder['feed']>[0], epoch: number): Promise<Outputs>;
}

/** Trains on the batches of one data set. */
export interface TrainingRunner {
  /** How outputs that are no means over samples follow from sums, by their keys. */
  readonly results: ReadonlyMap<string, Result>;
  /** The sums of the epoch with this batch. `seconds` says how long the epoch took so far. */
  run(batch: Parameters<Feeder['feed']>[0], epoch: number, seconds: () => number): Promise<Means>;
}

/** Runs batches on the calling thread. */
export interface SyncRunner {
  run(batch: Parameters<Feeder['feed']>[0]): Outputs;
}

const plainRunner = (feeder: Feeder, program: Program): Runner => ({
  feeder,
  results: new Map(),
  run: async (batch) => program.run({ batchSize: batch.size, inputs: feeder.feed(batch) }),
});

/**
 * Says what a program that predicts depends on. One sample alone has a program of its own, whose nests threads share; in
 * one for more samples it would be the only item of each phase.
 */
const predictionKey = ({ types }: Feeder, one: boolean): string =>
  `predict ${one ? 'one' : 'many'} ${JSON.stringify(types)}`;

/** Memory is for the batches that come, not for the size that was asked for. */
const largestBatch = (network: Network, { size }: Pick<Dataset, 'size'>, batchSize: number): number =>
  Math.min(batchSize, Math.max(size ?? batchSize, usualBatch(network)));

/** @throws {InvalidArgumentError} for a rate that was set, or that a schedule gave, and is none */
function rateAt({ learningRate }: Optimizer, step: number): number {
  const rate = isSchedule(learningRate) ? learningRate.at(step) : learningRate;
  return finiteNumber(rate, 'learningRate', { call: 'fit' }, { min: 0 });
}

/** What a forward pass reads: no targets, weights of samples or numbers of the optimiser. */
const ofForward = (inputs: Feed['inputs']): Feed['inputs'] =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => name === INVERSE_BATCH || isInputName(name)));
