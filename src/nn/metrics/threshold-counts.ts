import { computeNode, type Node } from '../../graph/node.ts';
import { axisIndex, constantIndex } from '../../ir/affine.ts';
import * as e from '../../ir/build.ts';
import { compute, type Definition } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import * as ops from '../../ops/index.ts';

/**
 * Thresholds that predictions are held against: so many evenly from 0 to 1, for which predictions are kept within 0 to
 * 1, or single ones. `belowAll`: of even ones the first lies below all predictions.
 */
export type Thresholds =
  | { readonly even: number; readonly belowAll: boolean }
  | { readonly single: readonly number[] };

/** True for thresholds that are evenly spaced from 0 to 1, which Keras counts in another way. */
export const areEven = (thresholds: readonly number[]): boolean =>
  thresholds.length > 2 &&
  thresholds.every((threshold, k) => {
    const even = k / (thresholds.length - 1);
    return Math.abs(threshold - even) <= 1e-7 + 1e-5 * even;
  });

/** Sums over samples, for each label: counts above each threshold, and over all predictions. */
export interface LabelCounts {
  readonly truePositives: readonly number[];
  readonly falsePositives: readonly number[];
  readonly positives: number;
  readonly negatives: number;
}

const countOf = (thresholds: Thresholds): number =>
  'even' in thresholds ? thresholds.even : thresholds.single.length;

/** Counts of targets of one kind with a prediction above each threshold: shape [thresholds, labels]. */
function above(thresholds: Thresholds, positive: boolean, target: Node, prediction: Node): Node {
  const [positions, labels] = target.type.shape as [number, number];
  const reduced = { name: 'r', extent: positions };
  const counted = (isAbove: (p: Expression) => Expression): Expression => {
    const [t, p] = [e.load(target, ['r', 'i1']), e.load(prediction, ['r', 'i1'])];
    const isKind = positive ? e.ne(t, 0) : e.eq(t, 0);
    return e.sum(['r'], e.select(e.and(isKind, isAbove(p)), 1, 0));
  };
  const shape = [countOf(thresholds), labels];
  const definition: Definition =
    'even' in thresholds
      ? compute('map', shape, () => counted((p) => aboveEven(thresholds, p)), [reduced])
      : {
          batch: 'map',
          pieces: thresholds.single.map((threshold, k) => ({
            axes: [{ name: 'i1', extent: labels }, reduced],
            index: [constantIndex(k), axisIndex('i1')],
            value: counted((p) => e.gt(p, threshold)),
          })),
        };
  return computeNode('countAbove', shape, definition, [target, prediction], { stopGradient: true });
}

function aboveEven({ even, belowAll }: { even: number; belowAll: boolean }, p: Expression): Expression {
  const inside = e.min(e.max(p, 0), 1);
  const isAbove = e.gt(e.mul(inside, even - 1), e.indexValue('i0'));
  return belowAll ? e.or(isAbove, e.and(e.lt(e.indexValue('i0'), 1), e.ge(inside, 0))) : isAbove;
}

/** Counts of targets of one kind: shape [labels]. */
function all(positive: boolean, target: Node): Node {
  const [positions, labels] = target.type.shape as [number, number];
  const definition = compute(
    'map',
    [labels],
    () => {
      const t = e.load(target, ['r', 'i0']);
      return e.sum(['r'], e.select(positive ? e.ne(t, 0) : e.eq(t, 0), 1, 0));
    },
    [{ name: 'r', extent: positions }],
  );
  return computeNode('countTargets', [labels], definition, [target], { stopGradient: true });
}

/**
 * What `countsOf` reads, for one sample: a flat list. Targets other than 0 are positive.
 * @param labels entries of the last dimension that are counted apart; 1 counts all elements together
 */
export function thresholdCounts(
  thresholds: Thresholds,
  labels: number,
  target: Node,
  prediction: Node,
): Node {
  const shape = [elementCount(target.type.shape) / labels, labels];
  const [t, p] = [ops.reshape(target, shape), ops.reshape(prediction, shape)];
  const flat = (x: Node): Node => ops.reshape(x, [elementCount(x.type.shape)]);
  return ops.concatenate(
    [above(thresholds, true, t, p), above(thresholds, false, t, p), all(true, t), all(false, t)].map(flat),
  );
}

/** The counts of each label from sums of what `thresholdCounts` gives. */
export function countsOf(thresholds: Thresholds, sums: readonly number[]): LabelCounts[] {
  const count = countOf(thresholds);
  const labels = sums.length / (2 * count + 2);
  const column = (start: number, label: number): number[] =>
    Array.from({ length: count }, (_, k) => sums[(start + k) * labels + label]!);
  return Array.from({ length: labels }, (_, label) => ({
    truePositives: column(0, label),
    falsePositives: column(count, label),
    positives: sums[2 * count * labels + label]!,
    negatives: sums[(2 * count + 1) * labels + label]!,
  }));
}
