import * as losses from '../losses/index.ts';
import { boolean, number, optional } from '../options.ts';
import { type MetricOptions, metricKind } from './define.ts';
import type { Metric } from './metric.ts';

export interface CrossentropyMetricOptions extends MetricOptions {
  /** The prediction holds logits, not probabilities. Default false. */
  readonly fromLogits?: boolean;
}

export interface SmoothedCrossentropyMetricOptions extends CrossentropyMetricOptions {
  /** Share of the target that is spread evenly. Default 0. */
  readonly labelSmoothing?: number;
}

const fromLogits = optional(boolean, false);
const labelSmoothing = optional(number({ min: 0, max: 1 }), 0);

/** As the loss of this name. */
export const binaryCrossentropy: (options?: SmoothedCrossentropyMetricOptions) => Metric = metricKind({
  className: 'BinaryCrossentropy',
  name: 'binaryCrossentropy',
  target: 'probabilities',
  options: { fromLogits, labelSmoothing },
  perSample: ({ fromLogits, labelSmoothing }, target, prediction) =>
    losses.binaryCrossentropy({ fromLogits, labelSmoothing }).perSample(target, prediction),
});

/** As the loss of this name. */
export const categoricalCrossentropy: (options?: SmoothedCrossentropyMetricOptions) => Metric = metricKind({
  className: 'CategoricalCrossentropy',
  name: 'categoricalCrossentropy',
  target: 'probabilities',
  options: { fromLogits, labelSmoothing },
  perSample: ({ fromLogits, labelSmoothing }, target, prediction) =>
    losses.categoricalCrossentropy({ fromLogits, labelSmoothing }).perSample(target, prediction),
});

/** As the loss of this name. */
export const sparseCategoricalCrossentropy: (options?: CrossentropyMetricOptions) => Metric = metricKind({
  className: 'SparseCategoricalCrossentropy',
  name: 'sparseCategoricalCrossentropy',
  target: 'classes',
  options: { fromLogits },
  perSample: ({ fromLogits }, target, prediction) =>
    losses.sparseCategoricalCrossentropy({ fromLogits }).perSample(target, prediction),
});
