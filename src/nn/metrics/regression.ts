import { ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { sampleMean } from '../losses/define.ts';
import * as losses from '../losses/index.ts';
import type { Loss } from '../losses/loss.ts';
import { cosineOf } from '../losses/over-classes.ts';
import { choice, integer, optional, type Rules } from '../options.ts';
import { type MetricOptions, metricKind, ratio, total } from './define.ts';
import type { Metric } from './metric.ts';

/** A loss without options as a metric. */
const lossMetric = (
  make: () => Loss,
  className?: string,
  name?: string,
): ((options?: MetricOptions) => Metric) => {
  const loss = make();
  return metricKind<Rules>({
    className: className ?? loss.className,
    name: name ?? loss.name,
    target: loss.target,
    options: {},
    perSample: (_, target, prediction) => loss.perSample(target, prediction),
  });
};

/** Mean of (prediction - target)^2. */
export const meanSquaredError: (options?: MetricOptions) => Metric = lossMetric(losses.meanSquaredError);
/** Mean of |prediction - target|. */
export const meanAbsoluteError: (options?: MetricOptions) => Metric = lossMetric(losses.meanAbsoluteError);
/** As the loss of this name. */
export const meanAbsolutePercentageError: (options?: MetricOptions) => Metric = lossMetric(
  losses.meanAbsolutePercentageError,
);
/** As the loss of this name. */
export const meanSquaredLogarithmicError: (options?: MetricOptions) => Metric = lossMetric(
  losses.meanSquaredLogarithmicError,
);
/** Mean of log(cosh(prediction - target)). */
export const logCoshError: (options?: MetricOptions) => Metric = lossMetric(
  losses.logCosh,
  'LogCoshError',
  'logCoshError',
);
/** As the loss of this name. */
export const klDivergence: (options?: MetricOptions) => Metric = lossMetric(losses.klDivergence);
/** As the loss of this name. */
export const poisson: (options?: MetricOptions) => Metric = lossMetric(losses.poisson);
/** As the loss of this name. */
export const hinge: (options?: MetricOptions) => Metric = lossMetric(losses.hinge);
/** As the loss of this name. */
export const squaredHinge: (options?: MetricOptions) => Metric = lossMetric(losses.squaredHinge);
/** As the loss of this name. */
export const categoricalHinge: (options?: MetricOptions) => Metric = lossMetric(losses.categoricalHinge);

/** Root of the mean of (prediction - target)^2 over all samples. */
export const rootMeanSquaredError: (options?: MetricOptions) => Metric = metricKind({
  className: 'RootMeanSquaredError',
  name: 'rootMeanSquaredError',
  target: 'values',
  options: {},
  perSample: (_, target, prediction) => sampleMean(ops.square(ops.subtract(prediction, target))),
  result: (_, [sum], samples) => Math.sqrt(sum! / samples),
});

export interface CosineSimilarityMetricOptions extends MetricOptions {
  /** Dimension of the vectors; the batch counts as 0, as in Keras, and is no choice. Default -1. */
  readonly axis?: number;
}

/** Mean of the cosine of target and prediction along a dimension: 1 where they point the same way. */
export const cosineSimilarity: (options?: CosineSimilarityMetricOptions) => Metric = metricKind({
  className: 'CosineSimilarity',
  name: 'cosineSimilarity',
  target: 'values',
  options: { axis: optional(integer(-8, 8), -1) },
  perSample: ({ axis }, target, prediction) => sampleMean(cosineOf(axis, target, prediction)),
});

export interface R2ScoreOptions extends MetricOptions {
  /** How the scores of several outputs become one. Default `uniform_average`. */
  readonly classAggregation?: 'uniform_average' | 'variance_weighted_average';
}

/**
 * 1 - (sum of (target - prediction)^2) / (sum of (target - its mean)^2) for each unit of a prediction of shape
 * [units], averaged.
 */
export const r2Score: (options?: R2ScoreOptions) => Metric = metricKind({
  className: 'R2Score',
  name: 'r2Score',
  target: 'values',
  options: {
    classAggregation: optional(choice(['uniform_average', 'variance_weighted_average']), 'uniform_average'),
  },
  perSample: (_, target, prediction) => {
    const { shape } = prediction.type;
    if (shape.length !== 1)
      throw new ShapeError({
        subject: 'the prediction that r2Score judges',
        expected: 'one dimension',
        received: shape,
      });
    return ops.concatenate([target, ops.square(target), ops.square(ops.subtract(target, prediction))]);
  },
  result: ({ classAggregation }, sums, samples) => {
    const units = sums.length / 3;
    const spreads = Array.from(
      { length: units },
      (_, k) => sums[units + k]! - (sums[k]! * sums[k]!) / samples,
    );
    const scores = spreads.map((spread, k) => {
      const score = 1 - sums[2 * units + k]! / spread;
      return Number.isFinite(score) || Number.isNaN(score) ? score : 0;
    });
    if (classAggregation === 'uniform_average') return total(scores) / units;
    return ratio(total(scores.map((score, k) => score * spreads[k]!)), total(spreads));
  },
});
