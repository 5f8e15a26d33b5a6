import type { Node } from '../../graph/node.ts';
import { integer, nullable, positive } from '../options.ts';
import { type MetricOptions, metricKind, ratio } from './define.ts';
import type { Metric, MetricResult } from './metric.ts';
import { ofClass } from './of-class.ts';
import { areEven, countsOf, type LabelCounts, type Thresholds, thresholdCounts } from './threshold-counts.ts';
import { thresholdsOption } from './threshold-option.ts';
import { keepTopK, NOT_IN_TOP } from './top-k.ts';

export interface ThresholdOptions extends MetricOptions {
  /**
   * Predictions above it are positive, from 0 to 1. Several give a result each: `precision@0.2`, `precision@0.5`.
   * Default 0.5.
   */
  readonly thresholds?: number | readonly number[] | null;
}

export interface PrecisionOptions extends ThresholdOptions {
  /** Only the so many largest predictions of the last dimension can be positive, whatever their value. Default all. */
  readonly topK?: number | null;
  /** The class of the last dimension that is judged. Default: all elements. */
  readonly classId?: number | null;
}

const rules = { thresholds: thresholdsOption };
const classRules = { ...rules, topK: nullable(positive), classId: nullable(integer(0, 2 ** 24)) };

interface Judged {
  readonly thresholds: number | readonly number[] | null;
  readonly topK?: number | null;
  readonly classId?: number | null;
}

function thresholdsOf({ thresholds, topK }: Judged): Thresholds {
  const single = [thresholds ?? (topK ? NOT_IN_TOP : 0.5)].flat();
  return areEven(single) ? { even: single.length, belowAll: false } : { single };
}

function counted(o: Judged, target: Node, given: Node): Node {
  const prediction = o.topK ? keepTopK(o.topK, given) : given;
  const [t, p] =
    o.classId === undefined || o.classId === null
      ? [target, prediction]
      : [ofClass(target, o.classId), ofClass(prediction, o.classId)];
  return thresholdCounts(thresholdsOf(o), 1, t, p);
}

/** A value for each threshold; a number where there is one. */
function resultOf(
  o: Judged,
  sums: readonly number[],
  value: (counts: LabelCounts, k: number) => number,
): MetricResult {
  const [counts] = countsOf(thresholdsOf(o), sums);
  const thresholds = [o.thresholds ?? 0.5].flat();
  if (thresholds.length === 1) return value(counts!, 0);
  return thresholds.map((threshold, k) => [String(threshold), value(counts!, k)]);
}

const countMetric = (
  className: string,
  name: string,
  value: (counts: LabelCounts, k: number) => number,
): ((options?: ThresholdOptions) => Metric) =>
  metricKind({
    className,
    name,
    target: 'values',
    options: rules,
    perSample: counted,
    result: (o, sums) => resultOf(o, sums, value),
  });

/** How many elements are positive and predicted so. */
export const truePositives: (options?: ThresholdOptions) => Metric = countMetric(
  'TruePositives',
  'truePositives',
  (counts, k) => counts.truePositives[k]!,
);
/** How many elements are negative and predicted positive. */
export const falsePositives: (options?: ThresholdOptions) => Metric = countMetric(
  'FalsePositives',
  'falsePositives',
  (counts, k) => counts.falsePositives[k]!,
);
/** How many elements are negative and predicted so. */
export const trueNegatives: (options?: ThresholdOptions) => Metric = countMetric(
  'TrueNegatives',
  'trueNegatives',
  (counts, k) => counts.negatives - counts.falsePositives[k]!,
);
/** How many elements are positive and predicted negative. */
export const falseNegatives: (options?: ThresholdOptions) => Metric = countMetric(
  'FalseNegatives',
  'falseNegatives',
  (counts, k) => counts.positives - counts.truePositives[k]!,
);

/** True positives among all that are predicted positive; 0 where there are none. */
export const precision: (options?: PrecisionOptions) => Metric = metricKind({
  className: 'Precision',
  name: 'precision',
  target: 'values',
  options: classRules,
  perSample: counted,
  result: (o, sums) =>
    resultOf(o, sums, ({ truePositives: right, falsePositives: wrong }, k) =>
      ratio(right[k]!, right[k]! + wrong[k]!),
    ),
});

/** True positives among all that are positive; 0 where there are none. */
export const recall: (options?: PrecisionOptions) => Metric = metricKind({
  className: 'Recall',
  name: 'recall',
  target: 'values',
  options: classRules,
  perSample: counted,
  result: (o, sums) =>
    resultOf(o, sums, ({ truePositives: right, positives }, k) => ratio(right[k]!, positives)),
});
