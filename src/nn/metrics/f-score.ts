import { ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { choice, nullable, number, optional } from '../options.ts';
import { type MetricOptions, metricKind, numbered, total } from './define.ts';
import type { Metric, MetricResult } from './metric.ts';

export interface F1ScoreOptions extends MetricOptions {
  /**
   * `macro`: the mean over classes; `weighted`: weighted by how often each is the target; `micro`: over all elements
   * together; null: one score for each class, `f1Score@0`, `f1Score@1`, ... Default null, as in Keras.
   */
  readonly average?: 'macro' | 'weighted' | 'micro' | null;
  /** Predictions above it are positive. Default: the largest of a sample is. */
  readonly threshold?: number | null;
}

export interface FBetaScoreOptions extends F1ScoreOptions {
  /** How much recall counts beside precision, above 0. Default 1. */
  readonly beta?: number;
}

const EPSILON = 1e-7;

const rules = {
  average: nullable(choice(['macro', 'weighted', 'micro'])),
  threshold: nullable(number({ above: 0, max: 1 })),
};

/** For each class: true positives, false positives and false negatives of a sample. Shape [3 classes]. */
function outcomes(threshold: number | null, target: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  if (shape.length !== 1)
    throw new ShapeError({
      subject: 'the prediction that an F score judges',
      expected: 'one dimension',
      received: shape,
    });
  const largest = ops.reshape(ops.reduceMax(prediction), [1]);
  const positive = elementwise(
    'positive',
    [prediction, largest],
    (p, m) => {
      const isPositive =
        threshold === null ? e.and(e.ge(p!, m!), e.gt(e.abs(p!), 1e-9)) : e.gt(p!, threshold);
      return e.select(isPositive, 1, 0);
    },
    { stopGradient: true },
  );
  const product = (name: string, a: (x: typeof one) => typeof one, b: (x: typeof one) => typeof one): Node =>
    elementwise(name, [positive, target], (p, t) => e.mul(a(p!), b(t!)));
  const one = e.constant(1);
  const same = (x: typeof one): typeof one => x;
  const not = (x: typeof one): typeof one => e.sub(one, x);
  return ops.concatenate([
    product('truePositives', same, same),
    product('falsePositives', same, not),
    product('falseNegatives', not, same),
  ]);
}

function scoreOf(beta: number, average: string | null, sums: readonly number[]): MetricResult {
  const classes = sums.length / 3;
  const counts = [0, 1, 2].map((k) => sums.slice(k * classes, (k + 1) * classes));
  const [right, wrong, missed] = average === 'micro' ? counts.map((list) => [total(list)]) : counts;
  const scores = right!.map((hits, k) => {
    const precision = hits / (hits + wrong![k]! + EPSILON);
    const recall = hits / (hits + missed![k]! + EPSILON);
    return ((1 + beta * beta) * precision * recall) / (beta * beta * precision + recall + EPSILON);
  });
  if (average === null) return numbered(scores);
  if (average !== 'weighted') return total(scores) / scores.length;
  const support = right!.map((hits, k) => hits + missed![k]!);
  return total(scores.map((score, k) => (score * support[k]!) / (total(support) + EPSILON)));
}

/** (1 + beta^2) precision * recall / (beta^2 precision + recall), with Keras's 1e-7 in each denominator. */
export const fBetaScore: (options?: FBetaScoreOptions) => Metric = metricKind({
  className: 'FBetaScore',
  name: 'fBetaScore',
  target: 'values',
  options: { ...rules, beta: optional(number({ above: 0 }), 1) },
  perSample: (o, target, prediction) => outcomes(o.threshold, target, prediction),
  result: (o, sums) => scoreOf(o.beta, o.average, sums),
});

/** The harmonic mean of precision and recall. */
export const f1Score: (options?: F1ScoreOptions) => Metric = metricKind({
  className: 'F1Score',
  name: 'f1Score',
  target: 'values',
  options: rules,
  perSample: (o, target, prediction) => outcomes(o.threshold, target, prediction),
  result: (o, sums) => scoreOf(1, o.average, sums),
});
