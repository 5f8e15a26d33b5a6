import { ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { elementwise } from '../../ops/elementwise.ts';
import { probabilityOfClass } from '../losses/probability-of-class.ts';
import { sumOverClasses } from '../losses/sum-over-classes.ts';

const fixed = { stopGradient: true };

/**
 * 1 where fewer than k classes have a larger prediction than the class of the target (so equal ones count), else 0.
 * @param classes shape [...outer], prediction [...outer, classes]
 */
export function inTopK(k: number, classes: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  const own = probabilityOfClass(classes, prediction);
  const over = { shape: shape.slice(0, -1), classes: shape.at(-1)!, operands: [prediction, own] };
  const isLarger = (axes: readonly string[], r: string): Expression =>
    e.select(e.gt(e.load(prediction, [...axes, r]), e.load(own, axes)), 1, 0);
  const rank = sumOverClasses('rankOfTarget', over, isLarger, fixed);
  return elementwise('inTopK', [rank], (count) => e.select(e.lt(count!, k), 1, 0), fixed);
}

/**
 * 1 where the class of the target is one of the first k that the prediction lists, else 0.
 * @param classes shape [...outer], prediction [...outer, listed]
 */
export function inFirstK(k: number, classes: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  const over = {
    shape: shape.slice(0, -1),
    classes: Math.min(k, shape.at(-1)!),
    operands: [prediction, classes],
  };
  const isTarget = (axes: readonly string[], r: string): Expression =>
    e.select(e.eq(e.load(prediction, [...axes, r]), e.load(classes, axes)), 1, 0);
  const count = sumOverClasses('listed', over, isTarget, fixed);
  return elementwise('inFirstK', [count], (n) => e.select(e.gt(n!, 0), 1, 0), fixed);
}

/** Less than any prediction, as Keras has it. */
export const NOT_IN_TOP = -1e10;

/**
 * Predictions of which all but the k largest of the last dimension are -1e10; of equal ones the first stay.
 * @throws {ShapeError} if there are fewer than k
 */
export function keepTopK(k: number, prediction: Node): Node {
  const { shape } = prediction.type;
  if ((shape.at(-1) ?? 0) < k) {
    const expected = `at least ${k} classes in the last dimension`;
    throw new ShapeError({ subject: 'what a metric with topK judges', expected, received: shape });
  }
  const over = { shape, classes: shape.at(-1)!, operands: [prediction] };
  const isBefore = (axes: readonly string[], r: string): Expression => {
    const [own, other] = [e.load(prediction, axes), e.load(prediction, [...axes.slice(0, -1), r])];
    const isEarlier = e.lt(e.indexValue(r), e.indexValue(axes.at(-1)!));
    return e.select(e.or(e.gt(other, own), e.and(e.eq(other, own), isEarlier)), 1, 0);
  };
  const rank = sumOverClasses('rank', over, isBefore, fixed);
  return elementwise(
    'topK',
    [prediction, rank],
    (p, count) => e.select(e.lt(count!, k), p!, NOT_IN_TOP),
    fixed,
  );
}
