import type { Batch, Dataset } from '../data/dataset.ts';
import type { Callback, TrainedModel } from './callback.ts';
import { epochBatches, type PlacedBatch } from './data-position.ts';
import type { TrainingEvent } from './events.ts';
import type { ClassWeight } from './feed.ts';
import { type Logs, Means, validationKey } from './means.ts';
import { pipelined } from './pipeline.ts';
import type { Trainer, TrainingState } from './trainer.ts';

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

/**
 * Trains and tells what happens. `state` counts epochs, batches and steps as they are finished, so that a training
 * that was stopped anywhere between steps goes on with the same bits.
 * @throws the reason of the signal, once steps in flight are finished
 * @throws {NumericError} when the loss is not finite
 */
export async function* trainingEvents(
  trainer: Trainer,
  plan: TrainingPlan,
  state: TrainingState,
  model: TrainedModel,
): AsyncGenerator<TrainingEvent> {
  const { callbacks, signal, batchSize } = plan;
  const runner = await trainer.training(plan.dataset, batchSize, state, plan.classWeight);
  const batches = plan.stepsPerEpoch ?? plan.dataset.batchesPerEpoch(batchSize);
  const pool = trainer.pool(plan.dataset, batchSize);
  model.stopTraining = false;
  let logs: Logs = {};
  for (const callback of callbacks) await callback.onTrainBegin?.(model);
  while (state.epoch < plan.epochs && !model.stopTraining) {
    const { epoch } = state;
    const started = performance.now();
    signal?.throwIfAborted();
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch, model);
    yield { type: 'epochBegin', epoch, batches };
    const means = new Means(runner.results);
    const first = state.epochStart;
    const placed = epochBatches({
      ...plan,
      seed: state.seed,
      epoch,
      start: state.step - first,
      lender: pool,
    });
    const start = ({ batch }: PlacedBatch) => runner.run(batch, epoch);
    for await (const { item, result } of pipelined(untilAborted(placed, signal), start)) {
      means.add(result, item.batch.size);
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
    logs = means.logs();
    state.epoch = epoch + 1;
    state.epochStart = state.step;
    const { validation } = plan;
    if (validation && (epoch + 1) % validation.every === 0) {
      const options = { call: 'fit', signal };
      let values: Logs;
      try {
        values = await evaluate(trainer, validation.dataset, validation.batchSize, options);
      } catch (error) {
        // The epoch is trained: what it gave is told, though nobody may judge it any more.
        if (signal?.aborted)
          yield { type: 'epochEnd', epoch, logs, seconds: (performance.now() - started) / 1000 };
        throw error;
      }
      const named = Object.entries(values).map(([key, value]) => [validationKey(key), value]);
      logs = { ...logs, ...Object.fromEntries(named) };
    }
    for (const callback of callbacks) await callback.onEpochEnd?.(epoch, logs, model);
    yield { type: 'epochEnd', epoch, logs, seconds: (performance.now() - started) / 1000 };
  }
  for (const callback of callbacks) await callback.onTrainEnd?.(logs, model);
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
