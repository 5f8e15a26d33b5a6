import { nonNegativeInteger } from '../../errors/index.ts';
import { number, optional, readOptions } from '../../nn/options.ts';
import type { Callback } from '../callback.ts';
import { type MonitorMode, monitorOf, monitorRules } from '../monitor.ts';
import { rateOf } from './settable-rate.ts';

export interface ReduceLROnPlateauOptions {
  /** Key of the logs. Default `valLoss`. */
  readonly monitor?: string;
  /** What the rate is multiplied by, at least 0 and below 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without a better value after which the rate falls. Default 10. */
  readonly patience?: number;
  /** Default `auto`: accuracies rise, all else falls. */
  readonly mode?: MonitorMode;
  /** Smallest change that counts as better. Default 0.0001. */
  readonly minDelta?: number;
  /** Epochs after a fall in which nothing is counted. Default 0. */
  readonly cooldown?: number;
  /** The rate never falls below this. Default 0. */
  readonly minLr?: number;
}

const count = { read: nonNegativeInteger, write: (value: number) => value };

/**
 * Lowers the learning rate when a value no longer becomes better, as Keras's ReduceLROnPlateau does. Checkpoints keep
 * what it counted.
 * @throws {InvalidArgumentError}
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): Callback {
  const call = 'callbacks.reduceLROnPlateau';
  const o = readOptions(
    options,
    {
      ...monitorRules,
      factor: optional(number({ min: 0, below: 1 }), 0.1),
      patience: optional(count, 10),
      minDelta: optional(number({ min: 0 }), 1e-4),
      cooldown: optional(count, 0),
      minLr: optional(number({ min: 0 }), 0),
    },
    { call },
  );
  const monitor = monitorOf(o.monitor, o.mode, call);
  let best = monitor.worst;
  let wait = 0;
  let cooling = 0;
  return {
    stateName: 'reduceLROnPlateau',
    onTrainBegin(model) {
      rateOf(model.optimizer, call);
      best = monitor.worst;
      wait = 0;
      cooling = 0;
    },
    onEpochEnd(_, logs, { optimizer }) {
      const current = monitor.value(logs);
      if (cooling > 0) {
        cooling--;
        wait = 0;
      }
      if (monitor.isBetter(current, best, o.minDelta)) {
        best = current;
        wait = 0;
        return;
      }
      if (cooling > 0 || ++wait < o.patience) return;
      const rate = rateOf(optimizer, call);
      if (Math.fround(rate) <= Math.fround(o.minLr)) return;
      // Rates are float32, as in Keras, whose optimisers keep them in a variable.
      optimizer.learningRate = Math.fround(Math.max(Math.fround(rate) * o.factor, o.minLr));
      cooling = o.cooldown;
      wait = 0;
    },
    state: () => ({ values: { best, wait, cooling } }),
    restore({ values }) {
      best = Number(values.best ?? best);
      wait = Number(values.wait ?? wait);
      cooling = Number(values.cooling ?? cooling);
    },
  };
}
