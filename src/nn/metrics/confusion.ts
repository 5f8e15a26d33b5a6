import { ShapeError } from '../../errors/index.ts';
import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { integer, nullable, number } from '../options.ts';
import { type MetricOptions, metricKind, ratio } from './define.ts';
import type { Metric } from './metric.ts';

/** Elements by whether target and prediction are positive. */
type Outcome = 'truePositives' | 'falsePositives' | 'trueNegatives' | 'falseNegatives';

/** How many elements of a sample have an outcome: targets other than 0, predictions above the threshold are positive. */
function count(outcome: Outcome, threshold: number, target: Node, prediction: Node): Node {
  const predicted = outcome.endsWith('Positives');
  const actual = predicted === outcome.startsWith('true');
  const hits = elementwise(
    outcome,
    [target, prediction],
    (t, p) => {
      const label = actual ? e.ne(t!, 0) : e.eq(t!, 0);
      const guess = predicted ? e.gt(p!, threshold) : e.le(p!, threshold);
      return e.select(e.and(label, guess), 1, 0);
    },
    { stopGradient: true },
  );
  return hits.type.shape.length === 0 ? hits : ops.reduceSum(hits);
}

/** Counts of a sample side by side: shape [counts]. */
export const sideBySide = (counts: readonly Node[]): Node =>
  ops.concatenate(counts.map((node) => ops.reshape(node, [1])));

/** One class of the last dimension. */
function ofClass(x: Node, classId: number): Node {
  const { shape } = x.type;
  if (shape.length === 0 || classId >= shape.at(-1)!) {
    const expected = `more than ${classId} classes in the last dimension`;
    throw new ShapeError({ subject: 'what a metric with classId judges', expected, received: shape });
  }
  const outer = shape.slice(0, -1);
  const definition = compute('map', outer, (axes) => e.load(x, [...axes, classId]));
  return computeNode('ofClass', outer, definition, [x], { stopGradient: true });
}

export interface ThresholdOptions extends MetricOptions {
  /** Predictions above it are positive. Default 0.5. */
  readonly thresholds?: number | null;
}

export interface PrecisionOptions extends ThresholdOptions {
  /** The class of the last dimension that is judged. Default: all elements. */
  readonly classId?: number | null;
}

const thresholds = nullable(number({ min: 0, max: 1 }));
const classId = nullable(integer(0, 2 ** 24));

const countMetric = (className: string, name: Outcome): ((options?: ThresholdOptions) => Metric) =>
  metricKind({
    className,
    name,
    target: 'values',
    options: { thresholds },
    perSample: (o, target, prediction) => count(name, o.thresholds ?? 0.5, target, prediction),
    result: (_, [sum]) => sum!,
  });

/** How many elements are positive and predicted so. */
export const truePositives: (options?: ThresholdOptions) => Metric = countMetric(
  'TruePositives',
  'truePositives',
);
/** How many elements are negative and predicted positive. */
export const falsePositives: (options?: ThresholdOptions) => Metric = countMetric(
  'FalsePositives',
  'falsePositives',
);
/** How many elements are negative and predicted so. */
export const trueNegatives: (options?: ThresholdOptions) => Metric = countMetric(
  'TrueNegatives',
  'trueNegatives',
);
/** How many elements are positive and predicted negative. */
export const falseNegatives: (options?: ThresholdOptions) => Metric = countMetric(
  'FalseNegatives',
  'falseNegatives',
);

const shareMetric = (
  className: string,
  name: string,
  others: Outcome,
): ((options?: PrecisionOptions) => Metric) =>
  metricKind({
    className,
    name,
    target: 'values',
    options: { thresholds, classId },
    perSample: (o, target, prediction) => {
      const [t, p] =
        o.classId === null
          ? [target, prediction]
          : [ofClass(target, o.classId), ofClass(prediction, o.classId)];
      const threshold = o.thresholds ?? 0.5;
      return sideBySide([count('truePositives', threshold, t, p), count(others, threshold, t, p)]);
    },
    result: (_, [right, wrong]) => ratio(right!, right! + wrong!),
  });

/** True positives among all that are predicted positive; 0 where there are none. */
export const precision: (options?: PrecisionOptions) => Metric = shareMetric(
  'Precision',
  'precision',
  'falsePositives',
);
/** True positives among all that are positive; 0 where there are none. */
export const recall: (options?: PrecisionOptions) => Metric = shareMetric(
  'Recall',
  'recall',
  'falseNegatives',
);
