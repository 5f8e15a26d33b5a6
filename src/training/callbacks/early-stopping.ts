import { nonNegativeInteger } from '../../errors/index.ts';
import { boolean, nullable, number, optional, readOptions } from '../../nn/options.ts';
import type { Tensor } from '../../tensor/tensor.ts';
import type { Callback } from '../callback.ts';
import { type MonitorMode, monitorOf, monitorRules } from '../monitor.ts';

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

/**
 * Stops when a value no longer becomes better, as Keras does. Checkpoints keep what it waited for, its best weights
 * too.
 * @throws {InvalidArgumentError}
 */
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
  let stopped = false;
  let weights: Tensor[] | undefined;
  return {
    stateName: 'earlyStopping',
    onTrainBegin() {
      best = monitor.worst;
      wait = 0;
      stopped = false;
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
        stopped = true;
        model.stopTraining = true;
      }
    },
    async onTrainEnd(_, model) {
      if (weights) await model.setWeights(weights);
    },
    state: () => ({ values: { best, wait, stopped }, tensors: weights }),
    restore({ values, tensors }, model) {
      best = Number(values.best ?? best);
      wait = Number(values.wait ?? wait);
      stopped = values.stopped === true;
      if (tensors && tensors.length > 0) weights = [...tensors];
      if (stopped) model.stopTraining = true;
    },
  };
}
