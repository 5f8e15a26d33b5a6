import { InvalidArgumentError, nonNegativeInteger } from '../errors/index.ts';
import { boolean, nullable, number, optional, readOptions, string } from '../nn/options.ts';
import { isSchedule } from '../nn/schedules/get-schedule.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { Callback, TrainedModel } from './callback.ts';
import type { Logs } from './means.ts';
import { type MonitorMode, monitorOf, monitorRules } from './monitor.ts';

export interface EarlyStoppingOptions {
  /** Key of the logs. Default `valLoss`. */
  readonly monitor?: string;
  /** Smallest change that counts as better. Default 0. */
  readonly minDelta?: number;
  /** Epochs without a better value after which training stops. Default 0. */
  readonly patience?: number;
  /** Default `auto`: accuracies rise, all else falls. */
  readonly mode?: MonitorMode;
  /** Value that has to be beaten for the patience to begin anew. Default null. */
  readonly baseline?: number | null;
  /** Goes back to the weights of the best epoch at the end. Default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs at the start that are not looked at. Default 0. */
  readonly startFromEpoch?: number;
}

const count = { read: nonNegativeInteger, write: (value: number) => value };

/** Stops when a value no longer becomes better, as Keras does. */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const call = 'callbacks.earlyStopping';
  const o = readOptions(
    options,
    {
      ...monitorRules,
      minDelta: optional(number(), 0),
      patience: optional(count, 0),
      baseline: nullable(number()),
      restoreBestWeights: optional(boolean, false),
      startFromEpoch: optional(count, 0),
    },
    { call },
  );
  const monitor = monitorOf(o.monitor, o.mode, call);
  const minDelta = Math.abs(o.minDelta);
  let best = monitor.worst;
  let wait = 0;
  let weights: Tensor[] | undefined;
  return {
    onTrainBegin() {
      best = monitor.worst;
      wait = 0;
      weights = undefined;
    },
    async onEpochEnd(epoch, logs, model) {
      if (epoch < o.startFromEpoch) return;
      const current = monitor.value(logs);
      wait++;
      const better = monitor.isBetter(current, best, minDelta);
      if (o.restoreBestWeights && (better || !weights)) weights = await model.getWeights();
      if (better) {
        best = current;
        if (o.baseline === null || monitor.isBetter(current, o.baseline, minDelta)) wait = 0;
      } else if (wait >= o.patience && epoch > 0) {
        model.stopTraining = true;
      }
    },
    async onTrainEnd(_, model) {
      if (weights) await model.setWeights(weights);
    },
  };
}

export interface ModelCheckpointOptions {
  /** Path of the file; `{epoch}` becomes the number of the epoch, counted from 1. */
  readonly path: string;
  /** Key of the logs. Default `valLoss`. */
  readonly monitor?: string;
  /** Default `auto`. */
  readonly mode?: MonitorMode;
  /** Writes only where the value is better than all before. Default true. */
  readonly saveBestOnly?: boolean;
}

/**
 * Writes the model after epochs. A file is complete or not there: it is renamed into place.
 * @throws {InvalidArgumentError} for a path whose ending is no format
 */
export function modelCheckpoint(options: ModelCheckpointOptions): Callback {
  const call = 'callbacks.modelCheckpoint';
  const rules = { ...monitorRules, path: string, saveBestOnly: optional(boolean, true) };
  const o = readOptions(options, rules, { call });
  // Else the first epoch would be trained before saving it failed.
  if (!/\.(keras|safetensors)$/.test(o.path)) {
    const expected = 'a path that ends in .keras or .safetensors';
    throw new InvalidArgumentError({ call, argument: 'path', expected, received: o.path });
  }
  const monitor = monitorOf(o.monitor, o.mode, call);
  let best = monitor.worst;
  return {
    async onEpochEnd(epoch, logs, model) {
      if (o.saveBestOnly) {
        const current = monitor.value(logs);
        if (!monitor.isBetter(current, best)) return;
        best = current;
      }
      await model.save(o.path.replaceAll('{epoch}', String(epoch + 1)));
    },
  };
}

/**
 * Sets the learning rate before each epoch.
 * @param schedule receives the epoch (from 0) and the current rate
 * @throws {InvalidArgumentError} if the optimiser has a schedule of its own, or for a rate that is not a number
 */
export function learningRateScheduler(schedule: (epoch: number, rate: number) => number): Callback {
  const call = 'callbacks.learningRateScheduler';
  if (typeof schedule !== 'function') {
    throw new InvalidArgumentError({
      call,
      argument: 'schedule',
      expected: 'a function',
      received: schedule,
    });
  }
  return {
    onEpochBegin(epoch, { optimizer }: TrainedModel) {
      const current = optimizer.learningRate;
      if (isSchedule(current)) {
        const expected = 'an optimizer whose learning rate is a number';
        throw new InvalidArgumentError({
          call,
          argument: 'optimizer',
          expected,
          received: current.className,
        });
      }
      const rate = schedule(epoch, current);
      if (!(Number.isFinite(rate) && rate >= 0)) {
        const expected = 'a finite number of at least 0 from the schedule';
        throw new InvalidArgumentError({ call, argument: 'learning rate', expected, received: rate });
      }
      optimizer.learningRate = rate;
    },
  };
}

/** What `fit` returns: a number an epoch for each value. */
export class History implements Callback {
  readonly history: Record<string, number[]> = {};
  /** Epochs, counted from 0. */
  readonly epoch: number[] = [];

  onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [key, value] of Object.entries(logs)) {
      this.history[key] ??= [];
      this.history[key].push(value);
    }
  }
}
