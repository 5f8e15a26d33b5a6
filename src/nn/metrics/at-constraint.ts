import { integer, nullable, number, optional, type Read } from '../options.ts';
import { type MetricOptions, metricKind, ratio } from './define.ts';
import type { Metric } from './metric.ts';
import { ofClass } from './of-class.ts';
import { countsOf, type LabelCounts, type Thresholds, thresholdCounts } from './threshold-counts.ts';

export interface AtConstraintOptions extends MetricOptions {
  /** Thresholds, evenly from 0 to 1; 1 is 0.5 alone. Default 200. */
  readonly numThresholds?: number;
  /** The class of the last dimension that is judged. Default: all elements. */
  readonly classId?: number | null;
}

export interface SensitivityAtSpecificityOptions extends AtConstraintOptions {
  /** From 0 to 1. */
  readonly specificity: number;
}

export interface SpecificityAtSensitivityOptions extends AtConstraintOptions {
  /** From 0 to 1. */
  readonly sensitivity: number;
}

export interface PrecisionAtRecallOptions extends AtConstraintOptions {
  /** From 0 to 1. */
  readonly recall: number;
}

export interface RecallAtPrecisionOptions extends AtConstraintOptions {
  /** From 0 to 1. */
  readonly precision: number;
}

const share = number({ min: 0, max: 1 });
const rules = { numThresholds: optional(integer(1, 2 ** 20), 200), classId: nullable(integer(0, 2 ** 24)) };

type Rate = (counts: LabelCounts, k: number) => number;
const sensitivity: Rate = ({ truePositives: right, positives }, k) => ratio(right[k]!, positives);
const specificity: Rate = ({ falsePositives: wrong, negatives }, k) =>
  ratio(negatives - wrong[k]!, negatives);
const precision: Rate = ({ truePositives: right, falsePositives: wrong }, k) =>
  ratio(right[k]!, right[k]! + wrong[k]!);

const thresholdsOf = (count: number): Thresholds =>
  count === 1 ? { single: [0.5] } : { even: count, belowAll: false };

/** The largest of one rate over thresholds at which another is at least the option of this name; 0 if it never is. */
const atConstraint = <const K extends string>(
  className: string,
  name: string,
  option: K,
  constrained: Rate,
  wanted: Rate,
): ((options?: object) => Metric) =>
  metricKind({
    className,
    name,
    target: 'values',
    options: { ...rules, [option]: share } as typeof rules & { readonly [P in K]: typeof share },
    perSample: (o, target, prediction) => {
      const { numThresholds, classId } = o as Read<typeof rules>;
      const [t, p] =
        classId === null ? [target, prediction] : [ofClass(target, classId), ofClass(prediction, classId)];
      return thresholdCounts(thresholdsOf(numThresholds), 1, t, p);
    },
    result: (o, sums) => {
      const { numThresholds } = o as Read<typeof rules>;
      const least = Math.fround((o as Readonly<Record<string, number>>)[option]!);
      const [counts] = countsOf(thresholdsOf(numThresholds), sums);
      const rates = Array.from({ length: numThresholds }, (_, k) =>
        Math.fround(constrained(counts!, k)) >= least ? wanted(counts!, k) : 0,
      );
      return Math.max(0, ...rates);
    },
  });

/** The largest sensitivity (recall) over thresholds whose specificity, true negatives of all negatives, is enough. */
export const sensitivityAtSpecificity: (options: SensitivityAtSpecificityOptions) => Metric = atConstraint(
  'SensitivityAtSpecificity',
  'sensitivityAtSpecificity',
  'specificity',
  specificity,
  sensitivity,
);

/** The largest specificity over thresholds whose sensitivity is enough. */
export const specificityAtSensitivity: (options: SpecificityAtSensitivityOptions) => Metric = atConstraint(
  'SpecificityAtSensitivity',
  'specificityAtSensitivity',
  'sensitivity',
  sensitivity,
  specificity,
);

/** The largest precision over thresholds whose recall is enough. */
export const precisionAtRecall: (options: PrecisionAtRecallOptions) => Metric = atConstraint(
  'PrecisionAtRecall',
  'precisionAtRecall',
  'recall',
  sensitivity,
  precision,
);

/** The largest recall over thresholds whose precision is enough. */
export const recallAtPrecision: (options: RecallAtPrecisionOptions) => Metric = atConstraint(
  'RecallAtPrecision',
  'recallAtPrecision',
  'precision',
  precision,
  sensitivity,
);
