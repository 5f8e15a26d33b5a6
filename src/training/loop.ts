import { isAugmentation } from '../data/augmentation/kinds.ts';
import type { Batch, Dataset } from '../data/dataset.ts';
import { DataError, NumericError } from '../errors/index.ts';
import type { Network } from '../nn/network/network.ts';
import type { Callback, TrainedModel } from './callback.ts';
import { inOrder, restoreCallbacks, statesOf } from './callback-states.ts';
import { epochBatches, type PlacedBatch } from './data-position.ts';
import type { TrainingEvent } from './events.ts';
import type { ClassWeight } from './feed.ts';
import { type Logs, Means, type Result, validationKey } from './means.ts';
import { pipelined } from './pipeline.ts';
import type { Trainer } from './trainer.ts';
import type { TrainingState } from './training-state.ts';

/** A training as `fit` and `train` ask for it, checked. */
export interface TrainingPlan {
  readonly dataset: Dataset;
  readonly batchSize: number;
  /** Epoch after the last one: the training runs from `state.epoch` to before it. */
  readonly epochs: number;
  readonly shuffle: boolean;
  readonly stepsPerEpoch: number | undefined;
  readonly classWeight: ClassWeight | undefined;
  readonly validation:
    | { readonly dataset: Dataset; readonly batchSize: number; readonly every: number }
    | undefined;
  readonly callbacks: readonly Callback[];
  /** True where the training goes on with that of `state`. */
  readonly resume: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Means of loss and metrics over a data set. */
export async function evaluate(
  trainer: Trainer,
  dataset: Dataset,
  batchSize: number,
  options: { readonly call: string; readonly signal?: AbortSignal; readonly steps?: number },
): Promise<Logs> {
  const runner = await trainer.evaluation(dataset, batchSize, options.call);
  const means = new Means(runner.results);
  const pool = trainer.pool(dataset, batchSize);
  const batches = limited(
    dataset.batches({ batchSize, lender: pool, signal: options.signal }),
    options.steps,
  );
  for await (const { item, result } of pipelined(batches, (batch) => runner.run(batch, 0))) {
    means.add(result, item.size);
    pool.giveBack(item);
  }
  checkSome(means, 'no batch came');
  return means.logs();
}

async function* limited(
  batches: AsyncIterable<Batch>,
  steps = Number.POSITIVE_INFINITY,
): AsyncGenerator<Batch> {
  let count = 0;
  for await (const batch of batches) {
    if (count++ >= steps) return;
    yield batch;
  }
}

/** The data set as augmentation layers change it. What they do is loaded where there is one. */
async function augmented(network: Network, dataset: Dataset): Promise<Dataset> {
  if (!network.layers.some(isAugmentation)) return dataset;
  const { augmentedFor } = await import('../data/augmentation/of-network.ts');
  return augmentedFor(network, dataset);
}

/**
 * Trains and tells what happens. `state` counts epochs, batches and steps as they are finished, so that a training
 * that was stopped anywhere between steps goes on with the same bits. An epoch is finished when it is validated.
 * @throws the reason of the signal, once steps in flight are finished
 * @throws {NumericError} when the loss is not finite
 */
export async function* trainingEvents(
  trainer: Trainer,
  plan: TrainingPlan,
  state: TrainingState,
  model: TrainedModel,
): AsyncGenerator<TrainingEvent> {
  const callbacks = inOrder(plan.callbacks);
  const { signal, batchSize, validation } = plan;
  const dataset = await augmented(trainer.network, plan.dataset);
  const batches = plan.stepsPerEpoch ?? dataset.batchesPerEpoch(batchSize);
  const pool = trainer.pool(dataset, batchSize);
  model.stopTraining = false;
  let logs: Logs = {};
  try {
    const { epochs, resume: resumed } = plan;
    const { step, epoch: initialEpoch } = state;
    const validationData = validation?.dataset;
    const info = { epochs, batchSize, batches, initialEpoch, step, resumed, validationData };
    for (const callback of callbacks) await callback.onTrainBegin?.(model, info);
    const states = state.callbacks();
    state.callbacks = () => statesOf(callbacks);
    restoreCallbacks(callbacks, states, model);
    const runner = await trainer.training(dataset, batchSize, state, plan.classWeight);
    takeOver(state, runner.results);
    while (state.epoch < plan.epochs && !model.stopTraining) {
      const { epoch } = state;
      const started = performance.now();
      const before = state.progress?.seconds() ?? 0;
      const seconds = (): number => before + (performance.now() - started) / 1000;
      signal?.throwIfAborted();
      if (!state.begun) for (const callback of callbacks) await callback.onEpochBegin?.(epoch, model);
      state.begun = true;
      yield { type: 'epochBegin', epoch, batches };
      const first = state.epochStart;
      let means = (await state.progress?.means) ?? new Means(runner.results);
      const placed = epochBatches({
        ...plan,
        dataset,
        seed: state.seed,
        epoch,
        start: state.step - first,
        lender: pool,
      });
      const start = ({ batch }: PlacedBatch) => runner.run(batch, epoch, seconds);
      for await (const { item, result } of pipelined(untilAborted(placed, signal), start)) {
        means = result;
        pool.giveBack(item.batch);
        const event = {
          type: 'batchEnd',
          epoch,
          batch: item.index,
          step: first + item.index,
          batches,
          size: item.batch.size,
          samples: means.samples,
          logs: means.logs(),
        } as const;
        for (const callback of callbacks) await callback.onBatchEnd?.(event, model);
        yield event;
      }
      signal?.throwIfAborted();
      checkSome(means, `no batch came in epoch ${epoch + 1}`);
      logs = means.logs();
      if (validation && (epoch + 1) % validation.every === 0) {
        const options = { call: 'fit', signal };
        const values = await evaluate(trainer, validation.dataset, validation.batchSize, options);
        const named = Object.entries(values).map(([key, value]) => [validationKey(key), value]);
        logs = { ...logs, ...Object.fromEntries(named) };
      }
      Object.assign(state, { epoch: epoch + 1, epochStart: state.step, begun: false, progress: undefined });
      for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs, model);
      yield { type: 'epochEnd', epoch, logs, seconds: seconds() };
    }
    for (const callback of callbacks) await callback.onTrainEnd?.(logs, model);
  } catch (error) {
    const known =
      error instanceof NumericError && callbacks.filter((each) => each.onInvalidLoss?.(error, model));
    if (!known || known.length === 0) throw error;
    await settle(state);
    for (const callback of callbacks) await callback.onTrainEnd?.(logs, model);
  } finally {
    await settle(state);
    for (const callback of callbacks) await callback.onTrainLeave?.(model);
  }
}

/** Without samples nothing was trained, and no mean exists. */
function checkSome({ samples }: Means, problem: string): void {
  if (samples === 0) throw new DataError({ source: 'the data', problem });
}

/** Sums of a file know nothing of how values follow from them. */
function takeOver(state: TrainingState, results: ReadonlyMap<string, Result>): void {
  if (!state.progress) return;
  const { means, seconds } = state.progress;
  state.progress = { means: means.then((read) => new Means(results, read.sums())), seconds };
}

/** The clock of an epoch stands while nothing is trained; of one that failed there is nothing to go on with. */
async function settle(state: TrainingState): Promise<void> {
  if (!state.progress) return;
  const { means, seconds } = state.progress;
  const soFar = seconds();
  const failed = await means.then(
    () => false,
    () => true,
  );
  state.progress = failed ? undefined : { means, seconds: () => soFar };
}

/** Ends instead of throwing when the signal is aborted, so that steps in flight come back and are counted. */
async function* untilAborted<T>(items: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    while (!signal?.aborted) {
      const next = await iterator.next().catch((error: unknown) => {
        if (signal?.aborted) return { done: true as const, value: undefined };
        throw error;
      });
      if (next.done) return;
      yield next.value as T;
    }
  } finally {
    await iterator.return?.(undefined);
  }
}
