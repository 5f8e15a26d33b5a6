import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { boolean, number, optional, positive } from '../options.ts';
import { type MetricOptions, metricKind } from './define.ts';
import type { Metric } from './metric.ts';
import { inFirstK, inTopK } from './top-k.ts';

/** Share of elements where prediction and target are the same number. */
export const accuracy: (options?: MetricOptions) => Metric = metricKind({
  className: 'Accuracy',
  name: 'accuracy',
  target: 'values',
  options: {},
  values: (_, target, prediction) => ops.equal(prediction, target),
});

/** Share of positions whose largest prediction is the class of the target (a whole number). */
export const sparseCategoricalAccuracy: (options?: MetricOptions) => Metric = metricKind({
  className: 'SparseCategoricalAccuracy',
  name: 'sparseCategoricalAccuracy',
  target: 'classes',
  options: {},
  values: (_, target, prediction) => ops.equal(ops.argMax(prediction), target),
});

/** Share of positions where prediction and target (one-hot or probabilities) are largest at the same class. */
export const categoricalAccuracy: (options?: MetricOptions) => Metric = metricKind({
  className: 'CategoricalAccuracy',
  name: 'categoricalAccuracy',
  target: 'values',
  options: {},
  values: (_, target, prediction) => ops.equal(ops.argMax(prediction), ops.argMax(target)),
});

export interface BinaryAccuracyOptions extends MetricOptions {
  /** Default 0.5. */
  readonly threshold?: number;
}

/** Share of elements where the prediction is above the threshold exactly where the target is 1. */
export const binaryAccuracy: (options?: BinaryAccuracyOptions) => Metric = metricKind({
  className: 'BinaryAccuracy',
  name: 'binaryAccuracy',
  target: 'values',
  options: { threshold: optional(number(), 0.5) },
  values: ({ threshold }, target, prediction) =>
    elementwise(
      'binaryAccuracy',
      [target, prediction],
      (t, p) => e.select(e.eq(e.select(e.gt(p!, threshold), 1, 0), t!), 1, 0),
      { stopGradient: true },
    ),
});

export interface TopKOptions extends MetricOptions {
  /** How many of the largest predictions count. Default 5. */
  readonly k?: number;
}

export interface SparseTopKOptions extends TopKOptions {
  /** The prediction lists classes, the likeliest first, in place of a value for each. Default false. */
  readonly fromSortedIds?: boolean;
}

/** Share of positions whose class (a whole number) is among the k largest predictions. */
export const sparseTopKCategoricalAccuracy: (options?: SparseTopKOptions) => Metric = metricKind({
  className: 'SparseTopKCategoricalAccuracy',
  name: 'sparseTopKCategoricalAccuracy',
  target: 'classes',
  options: { k: optional(positive, 5), fromSortedIds: optional(boolean, false) },
  values: ({ k, fromSortedIds }, target, prediction) =>
    fromSortedIds ? inFirstK(k, target, prediction) : inTopK(k, target, prediction),
});

/** Share of positions where the largest target is among the k largest predictions. */
export const topKCategoricalAccuracy: (options?: TopKOptions) => Metric = metricKind({
  className: 'TopKCategoricalAccuracy',
  name: 'topKCategoricalAccuracy',
  target: 'values',
  options: { k: optional(positive, 5) },
  values: ({ k }, target, prediction) => inTopK(k, ops.argMax(target), prediction),
});

/**
 * The accuracy that fits shapes without the batch, as Keras chooses it: binary where the prediction ends in one
 * unit, sparse where the target has fewer axes or ends in one, else categorical.
 */
export function accuracyFor(prediction: readonly number[], target: readonly number[]): Metric {
  const name = 'accuracy';
  if (prediction.at(-1) === 1) return binaryAccuracy({ name });
  const sparse = target.length < prediction.length || target.at(-1) === 1;
  return sparse ? sparseCategoricalAccuracy({ name }) : categoricalAccuracy({ name });
}
