import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { sampleMean } from '../losses/define.ts';
import { number, optional, positive } from '../options.ts';
import { type MetricOptions, metricKind } from './define.ts';
import type { Metric } from './metric.ts';

/** Share of positions whose largest prediction is the class of the target (a whole number). */
export const sparseCategoricalAccuracy: (options?: MetricOptions) => Metric = metricKind({
  className: 'SparseCategoricalAccuracy',
  name: 'sparseCategoricalAccuracy',
  target: 'classes',
  options: {},
  perSample: (_, target, prediction) => sampleMean(ops.equal(ops.argMax(prediction), target)),
});

/** Share of positions where prediction and target (one-hot or probabilities) are largest at the same class. */
export const categoricalAccuracy: (options?: MetricOptions) => Metric = metricKind({
  className: 'CategoricalAccuracy',
  name: 'categoricalAccuracy',
  target: 'values',
  options: {},
  perSample: (_, target, prediction) => sampleMean(ops.equal(ops.argMax(prediction), ops.argMax(target))),
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
  perSample: ({ threshold }, target, prediction) =>
    sampleMean(
      elementwise(
        'binaryAccuracy',
        [target, prediction],
        (t, p) => e.select(e.eq(e.select(e.gt(p!, threshold), 1, 0), t!), 1, 0),
        { stopGradient: true },
      ),
    ),
});

export interface TopKOptions extends MetricOptions {
  /** How many of the largest predictions count. Default 5. */
  readonly k?: number;
}

/**
 * 1 where fewer than k classes have a larger prediction than the class of the target (so equal ones count), else 0.
 * @param classes shape [...outer], prediction [...outer, classes]
 */
function inTopK(k: number, classes: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  const outer = shape.slice(0, -1);
  const reduced = [{ name: 'r', extent: shape.at(-1)! }];
  const ofTarget = compute(
    'map',
    outer,
    (axes) => {
      const isTarget = e.eq(e.indexValue('r'), e.load(classes, axes));
      return e.sum(['r'], e.select(isTarget, e.load(prediction, [...axes, 'r']), 0));
    },
    reduced,
  );
  const own = computeNode('predictionOfTarget', outer, ofTarget, [classes, prediction], {
    stopGradient: true,
  });
  const larger = compute(
    'map',
    outer,
    (axes) => {
      const isLarger = e.gt(e.load(prediction, [...axes, 'r']), e.load(own, axes));
      return e.sum(['r'], e.select(isLarger, 1, 0));
    },
    reduced,
  );
  const rank = computeNode('rankOfTarget', outer, larger, [prediction, own], { stopGradient: true });
  return elementwise('inTopK', [rank], (count) => e.select(e.lt(count!, k), 1, 0), { stopGradient: true });
}

/** Share of positions whose class (a whole number) is among the k largest predictions. */
export const sparseTopKCategoricalAccuracy: (options?: TopKOptions) => Metric = metricKind({
  className: 'SparseTopKCategoricalAccuracy',
  name: 'sparseTopKCategoricalAccuracy',
  target: 'classes',
  options: { k: optional(positive, 5) },
  perSample: ({ k }, target, prediction) => sampleMean(inTopK(k, target, prediction)),
});

/** Share of positions where the largest target is among the k largest predictions. */
export const topKCategoricalAccuracy: (options?: TopKOptions) => Metric = metricKind({
  className: 'TopKCategoricalAccuracy',
  name: 'topKCategoricalAccuracy',
  target: 'values',
  options: { k: optional(positive, 5) },
  perSample: ({ k }, target, prediction) => sampleMean(inTopK(k, ops.argMax(target), prediction)),
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
