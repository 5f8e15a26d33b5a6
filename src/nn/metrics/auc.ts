import { InvalidArgumentError, ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import {
  boolean,
  choice,
  integer,
  nullable,
  optional,
  positive,
  type Read,
  type Rule,
  refusal,
} from '../options.ts';
import { areaUnder, type Curve, summed } from './curve.ts';
import { type MetricOptions, metricKind, ratio, total } from './define.ts';
import type { Metric } from './metric.ts';
import { areEven, countsOf, type Thresholds, thresholdCounts } from './threshold-counts.ts';
import { thresholdList } from './threshold-option.ts';

export interface AucOptions extends MetricOptions {
  /** Thresholds, evenly from 0 to 1. Default 200. */
  readonly numThresholds?: number;
  /** `ROC`: true over false positive rate; `PR`: precision over recall; `PRGAIN`: their gains. Default `ROC`. */
  readonly curve?: Curve;
  /** Height between two points: their mean (for `PR` after Davis and Goadrich 2006), larger or smaller. Default the mean. */
  readonly summationMethod?: 'interpolation' | 'majoring' | 'minoring';
  /** Thresholds between 0 and 1 instead; one below and one above are added. Default none. */
  readonly thresholds?: readonly number[] | null;
  /** An area for each entry of the last dimension, averaged, in place of one for all elements. Default false. */
  readonly multiLabel?: boolean;
  /** How many entries that dimension has: a check, with `multiLabel` alone. Default as many as there are. */
  readonly numLabels?: number | null;
  /** Weights of the entries of the last dimension, of their counts or, with `multiLabel`, of their areas. Default equal. */
  readonly labelWeights?: readonly number[] | null;
  /** The prediction holds logits. Default false. */
  readonly fromLogits?: boolean;
}

/** Weights as an array, or as Keras writes a tensor of them. */
const weights: Rule<readonly number[]> = {
  read: (given, argument, place) => {
    const { class_name: name, config } = Object(given) as {
      class_name?: unknown;
      config?: { value?: unknown };
    };
    const value = name === '__tensor__' ? config?.value : given;
    const good = Array.isArray(value) && value.length > 0 && value.every((n) => Number.isFinite(n) && n >= 0);
    if (!good) throw refusal(argument, 'an array of numbers of at least 0', given, place);
    return [...(value as number[])];
  },
  write: (value) => value,
};

const rules = {
  numThresholds: optional(integer(2, 2 ** 20), 200),
  curve: optional(choice(['ROC', 'PR', 'PRGAIN']), 'ROC'),
  summationMethod: optional(choice(['interpolation', 'majoring', 'minoring']), 'interpolation'),
  multiLabel: optional(boolean, false),
  numLabels: nullable(positive),
  labelWeights: nullable(weights),
  fromLogits: optional(boolean, false),
  thresholds: nullable(thresholdList),
};

function thresholdsOf({ thresholds, numThresholds }: Read<typeof rules>): Thresholds {
  if (thresholds === null) return { even: numThresholds, belowAll: true };
  const sorted = [...thresholds].sort((a, b) => a - b);
  return areEven([0, ...sorted, 1])
    ? { even: sorted.length + 2, belowAll: true }
    : { single: [-1e-7, ...sorted, 1 + 1e-7] };
}

/** How many labels are counted apart: entries of the last dimension, or 1. */
function labelsOf(o: Read<typeof rules>, prediction: Node): number {
  const { shape } = prediction.type;
  const fail = (expected: string): never => {
    throw new ShapeError({ subject: 'the prediction that auc judges', expected, received: shape });
  };
  if (o.multiLabel && shape.length !== 1) fail('one dimension of labels (multiLabel)');
  const wanted = o.labelWeights?.length ?? o.numLabels;
  if (wanted !== null && shape.at(-1) !== wanted) fail(`${wanted} labels in the last dimension`);
  return o.multiLabel || o.labelWeights ? shape.at(-1)! : 1;
}

function requireLabels(o: Read<typeof rules>): void {
  const fail = (argument: string, expected: string, received: unknown): never => {
    throw new InvalidArgumentError({ call: 'metrics.auc', argument, expected, received });
  };
  if (o.numLabels !== null && !o.multiLabel) fail('numLabels', 'null without multiLabel', o.numLabels);
  if (o.numLabels !== null && o.labelWeights !== null && o.labelWeights.length !== o.numLabels)
    fail('labelWeights', `${o.numLabels} numbers, one for each label`, o.labelWeights);
}

/** Area under a curve of rates over thresholds, from counts above each, as `AUC` of Keras computes it. */
export const auc: (options?: AucOptions) => Metric = metricKind({
  className: 'AUC',
  name: 'auc',
  target: 'values',
  options: rules,
  check: requireLabels,
  perSample: (o, target, prediction) => {
    const scores = o.fromLogits ? ops.sigmoid(prediction) : prediction;
    return thresholdCounts(thresholdsOf(o), labelsOf(o, prediction), target, scores);
  },
  result: (o, sums) => {
    const counts = countsOf(thresholdsOf(o), sums);
    const shares = o.labelWeights ?? counts.map(() => 1);
    if (o.multiLabel) {
      const areas = counts.map((own) => areaUnder(o.curve, o.summationMethod, own));
      return ratio(total(areas.map((own, k) => own * shares[k]!)), total(shares));
    }
    return areaUnder(o.curve, o.summationMethod, summed(counts, shares));
  },
});
