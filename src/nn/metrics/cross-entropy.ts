import { axisOption } from '../losses/axis.ts';
import { fromLogits, ignoreClass, labelSmoothing } from '../losses/cross-entropy.ts';
import * as losses from '../losses/index.ts';
import { type MetricOptions, metricKind } from './define.ts';
import type { Metric } from './metric.ts';

export interface CrossentropyMetricOptions extends MetricOptions {
  /** The prediction holds logits, not probabilities. Default false. */
  readonly fromLogits?: boolean;
}

export interface BinaryCrossentropyMetricOptions extends CrossentropyMetricOptions {
  /** Share of the target that is spread evenly. Default 0. */
  readonly labelSmoothing?: number;
}

export interface CategoricalCrossentropyMetricOptions extends BinaryCrossentropyMetricOptions {
  /** Dimension of the classes; the batch counts as 0, as in Keras, and is no choice. Default -1, the last. */
  readonly axis?: number;
}

export interface SparseCrossentropyMetricOptions extends CrossentropyMetricOptions {
  /** A class of the target whose positions have a loss of 0, and count, as in Keras. Default none. */
  readonly ignoreClass?: number | null;
}

/** As the loss of this name. */
export const binaryCrossentropy: (options?: BinaryCrossentropyMetricOptions) => Metric = metricKind({
  className: 'BinaryCrossentropy',
  name: 'binaryCrossentropy',
  target: 'probabilities',
  options: { fromLogits, labelSmoothing },
  values: (o, target, prediction) =>
    losses.binaryCrossentropy({ fromLogits: o.fromLogits, labelSmoothing: o.labelSmoothing }).values!(
      target,
      prediction,
    ),
});

/** As the loss of this name. */
export const categoricalCrossentropy: (options?: CategoricalCrossentropyMetricOptions) => Metric = metricKind(
  {
    className: 'CategoricalCrossentropy',
    name: 'categoricalCrossentropy',
    target: 'probabilities',
    options: { fromLogits, labelSmoothing, axis: axisOption },
    values: (o, target, prediction) =>
      losses.categoricalCrossentropy({
        fromLogits: o.fromLogits,
        labelSmoothing: o.labelSmoothing,
        axis: o.axis,
      }).values!(target, prediction),
  },
);

/** As the loss of this name. */
export const sparseCategoricalCrossentropy: (options?: SparseCrossentropyMetricOptions) => Metric =
  metricKind({
    className: 'SparseCategoricalCrossentropy',
    name: 'sparseCategoricalCrossentropy',
    target: 'classes',
    options: { fromLogits, ignoreClass },
    values: (o, target, prediction) =>
      losses.sparseCategoricalCrossentropy({ fromLogits: o.fromLogits, ignoreClass: o.ignoreClass }).values!(
        target,
        prediction,
      ),
  });
