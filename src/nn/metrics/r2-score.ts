import { ShapeError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { choice, integer, nullable, optional } from '../options.ts';
import { type MetricOptions, metricKind, numbered, total } from './define.ts';
import type { Metric } from './metric.ts';

const aggregation = nullable(choice(['uniform_average', 'variance_weighted_average']));
type Aggregation = NonNullable<R2ScoreOptions['classAggregation']> | null;

export interface R2ScoreOptions extends MetricOptions {
  /**
   * How the scores of several outputs become one: their mean, their mean weighted by the variance of the targets, or not
   * at all: `r2Score@0`, `r2Score@1`, ... Default `uniform_average`.
   */
  readonly classAggregation?: 'uniform_average' | 'variance_weighted_average' | null;
  /**
   * Independent variables p of the model: the score becomes 1 - (1 - score)(n - 1) / (n - p - 1), where n is the number
   * of samples times outputs, as Keras counts, if that is more than p + 1. Default 0: unchanged.
   */
  readonly numRegressors?: number;
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
    classAggregation: optional<Aggregation>(aggregation, 'uniform_average'),
    numRegressors: optional(integer(0, 2 ** 24), 0),
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
  result: ({ classAggregation, numRegressors }, sums, weight, samples) => {
    const units = sums.length / 3;
    const spreads = Array.from(
      { length: units },
      (_, k) => sums[units + k]! - (sums[k]! * sums[k]!) / weight,
    );
    const scores = spreads.map((spread, k) => {
      const score = 1 - sums[2 * units + k]! / spread;
      return Number.isFinite(score) || Number.isNaN(score) ? score : 0;
    });
    const counted = samples * units;
    const adjusted = (score: number): number =>
      numRegressors === 0 || numRegressors >= counted - 1
        ? score
        : 1 - ((1 - score) * (counted - 1)) / (counted - numRegressors - 1);
    if (classAggregation === null) return numbered(scores.map(adjusted));
    const weights = classAggregation === 'uniform_average' ? spreads.map(() => 1) : spreads;
    return adjusted(total(scores.map((score, k) => score * weights[k]!)) / total(weights));
  },
});
