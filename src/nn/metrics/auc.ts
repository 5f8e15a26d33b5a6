import { InvalidArgumentError } from '../../errors/index.ts';
import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import * as ops from '../../ops/index.ts';
import { boolean, choice, integer, nullable, optional, type Rule } from '../options.ts';
import { type MetricOptions, metricKind, ratio, total } from './define.ts';
import type { Metric } from './metric.ts';

export interface AucOptions extends MetricOptions {
  /** Thresholds, evenly from 0 to 1. Default 200. */
  readonly numThresholds?: number;
  /** Thresholds between 0 and 1 instead; one below and one above are added. */
  readonly thresholds?: readonly number[] | null;
  /** `ROC`: true over false positive rate; `PR`: precision over recall. Default `ROC`. */
  readonly curve?: 'ROC' | 'PR';
  /** Height between two points: their mean (for `PR` after Davis and Goadrich 2006), larger or smaller. Default the mean. */
  readonly summationMethod?: 'interpolation' | 'majoring' | 'minoring';
  /** The prediction holds logits. Default false. */
  readonly fromLogits?: boolean;
}

const list: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    const good =
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((n) => typeof n === 'number' && n >= 0 && n <= 1);
    if (good) return [...(value as number[])].sort((a, b) => a - b);
    throw new InvalidArgumentError({
      ...place,
      argument,
      expected: 'an array of numbers from 0 to 1',
      received: value,
    });
  },
  write: (value) => value,
};

/** How many positive (or negative) targets of a sample have a prediction above each of evenly spaced thresholds. */
function above(count: number, positive: boolean, target: Node, prediction: Node): Node {
  // The first threshold lies below all predictions.
  return countAbove(count, positive, target, prediction, (p) =>
    e.or(e.lt(e.indexValue('i0'), 1), e.gt(e.mul(p, count - 1), e.indexValue('i0'))),
  );
}

function countAbove(
  count: number,
  positive: boolean,
  target: Node,
  prediction: Node,
  isAbove: (p: Expression) => Expression,
): Node {
  const definition = compute(
    'map',
    [count],
    () => {
      const t = e.load(target, ['r']);
      const label = positive ? e.ne(t, 0) : e.eq(t, 0);
      return e.sum(['r'], e.select(e.and(label, isAbove(e.load(prediction, ['r']))), 1, 0));
    },
    [{ name: 'r', extent: elementCount(target.type.shape) }],
  );
  return computeNode('countAbove', [count], definition, [target, prediction], { stopGradient: true });
}

type Curve = readonly (readonly [x: number, y: number])[];

/** Area under points whose x falls. */
function area(curve: Curve, height: (a: number, b: number) => number): number {
  return total(curve.slice(1).map(([x, y], k) => (curve[k]![0] - x) * height(curve[k]![1], y)));
}

/** Area under precision over recall with counts interpolated between thresholds (Davis and Goadrich 2006). */
function interpolatedPrecision(right: readonly number[], wrong: readonly number[]): number {
  const parts = right.slice(1).map((hits, k) => {
    const [before, after] = [right[k]! + wrong[k]!, hits + wrong[k + 1]!];
    const gained = right[k]! - hits;
    const slope = ratio(gained, Math.max(before - after, 0));
    const intercept = hits - slope * after;
    const growth = before > 0 && after > 0 ? before / after : 1;
    return ratio(slope * (gained + intercept * Math.log(growth)), right[0]!);
  });
  return total(parts);
}

const heights = {
  interpolation: (a: number, b: number): number => (a + b) / 2,
  minoring: Math.min,
  majoring: Math.max,
};

/**
 * Area under a curve of rates over thresholds, from counts above each, as `AUC` of Keras computes it for all elements
 * of the prediction together (its `multi_label` is not there).
 * @throws {InvalidArgumentError}
 */
export const auc: (options?: AucOptions) => Metric = metricKind({
  className: 'AUC',
  name: 'auc',
  target: 'values',
  options: {
    numThresholds: optional(integer(2, 2 ** 20), 200),
    curve: optional(choice(['ROC', 'PR']), 'ROC'),
    summationMethod: optional(choice(['interpolation', 'majoring', 'minoring']), 'interpolation'),
    fromLogits: optional(boolean, false),
    thresholds: nullable(list),
  },
  perSample: (o, target, prediction) => {
    const count = [elementCount(prediction.type.shape)];
    const labels = ops.reshape(target, count);
    const scores = ops.reshape(o.fromLogits ? ops.sigmoid(prediction) : prediction, count);
    const { thresholds } = o;
    if (thresholds === null) {
      return ops.concatenate([true, false].map((kind) => above(o.numThresholds, kind, labels, scores)));
    }
    const all = [Number.NEGATIVE_INFINITY, ...thresholds, Number.POSITIVE_INFINITY];
    return ops.concatenate(
      [true, false].flatMap((kind) =>
        all.map((threshold) => countAbove(1, kind, labels, scores, (p) => e.gt(p, threshold))),
      ),
    );
  },
  result: ({ curve, summationMethod }, sums) => {
    const count = sums.length / 2;
    const [right, wrong] = [sums.slice(0, count), sums.slice(count)];
    if (curve === 'PR' && summationMethod === 'interpolation') return interpolatedPrecision(right, wrong);
    const points: Curve = right.map((hits, k) => {
      const recall = ratio(hits, right[0]!);
      return curve === 'ROC'
        ? [ratio(wrong[k]!, wrong[0]!), recall]
        : [recall, ratio(hits, hits + wrong[k]!)];
    });
    return area(points, heights[summationMethod]);
  },
});
