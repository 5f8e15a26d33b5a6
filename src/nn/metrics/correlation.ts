import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { PROBABILITY_EPSILON } from '../../ops/cross-entropy.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { axisOption, withLast } from '../losses/axis.ts';
import { type MetricOptions, metricKind } from './define.ts';
import type { Metric } from './metric.ts';

export interface CorrelationOptions extends MetricOptions {
  /** Dimension of the series; the batch counts as 0, as in Keras, and is no choice. Default -1. */
  readonly axis?: number;
}

const last = { axes: [-1] };
const options = { axis: axisOption };
const meanOf = (x: Node): Node => ops.reduceMean(x, last);
const kept = (x: Node): Node => ops.reshape(x, [...x.type.shape, 1]);

/** A series without its mean. */
const centred = (x: Node, mean: Node): Node => ops.subtract(x, kept(mean));

/** A series without its mean, by its standard deviation; NaN where it is constant. */
function standardised(x: Node): Node {
  const own = centred(x, meanOf(x));
  return elementwise('standardised', [own, kept(meanOf(ops.square(own)))], (a, v) => e.div(a!, e.sqrt(v!)));
}

/** Pearson's correlation of target and prediction along a dimension, averaged over the others; NaN for constants. */
export const pearsonCorrelation: (options?: CorrelationOptions) => Metric = metricKind({
  className: 'PearsonCorrelation',
  name: 'pearsonCorrelation',
  target: 'values',
  options,
  values: ({ axis }, target, prediction) =>
    meanOf(ops.multiply(standardised(withLast(axis, target)), standardised(withLast(axis, prediction)))),
});

/**
 * Concordance of target t and prediction p along a dimension (Lin 1989, as in Keras):
 * 2 mean((t - mean p)(p - mean p)) / (var t + var p + (mean t - mean p)^2 + 1e-7).
 */
export const concordanceCorrelation: (options?: CorrelationOptions) => Metric = metricKind({
  className: 'ConcordanceCorrelation',
  name: 'concordanceCorrelation',
  target: 'values',
  options,
  values: ({ axis }, givenTarget, givenPrediction) => {
    const [target, prediction] = [withLast(axis, givenTarget), withLast(axis, givenPrediction)];
    const [t, p] = [meanOf(target), meanOf(prediction)];
    const spreads = [centred(target, t), centred(prediction, p)].map((x) => meanOf(ops.square(x)));
    const shared = meanOf(ops.multiply(centred(target, p), centred(prediction, p)));
    return elementwise('concordance', [shared, ...spreads, t, p], (s, u, v, a, b) => {
      const difference = e.sub(a!, b!);
      const spread = e.add(e.add(u!, v!), e.mul(difference, difference));
      return e.div(e.mul(s!, 2), e.add(spread, PROBABILITY_EPSILON));
    });
  },
});
