import * as ops from '../../ops/index.ts';
import { axisOption } from '../losses/axis.ts';
import { sampleMean } from '../losses/define.ts';
import * as losses from '../losses/index.ts';
import type { Loss } from '../losses/loss.ts';
import { cosineOf } from '../losses/over-classes.ts';
import type { Rules } from '../options.ts';
import { type MetricOptions, metricKind } from './define.ts';
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
    values: (_, target, prediction) => loss.values!(target, prediction),
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
  result: (_, [sum], weight) => Math.sqrt(sum! / weight),
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
  options: { axis: axisOption },
  values: ({ axis }, target, prediction) => cosineOf(axis, target, prediction),
});
