import { ShapeError } from '../../errors/index.ts';
import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import { elementwise } from '../../ops/elementwise.ts';
import { probabilityOfClass } from '../losses/probability-of-class.ts';

const fixed = { stopGradient: true };

/**
 * 1 where fewer than k classes have a larger prediction than the class of the target (so equal ones count), else 0.
 * @param classes shape [...outer], prediction [...outer, classes]
 */
export function inTopK(k: number, classes: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  const outer = shape.slice(0, -1);
  const own = probabilityOfClass(classes, prediction);
  const larger = compute(
    'map',
    outer,
    (axes) => {
      const isLarger = e.gt(e.load(prediction, [...axes, 'r']), e.load(own, axes));
      return e.sum(['r'], e.select(isLarger, 1, 0));
    },
    [{ name: 'r', extent: shape.at(-1)! }],
  );
  const rank = computeNode('rankOfTarget', outer, larger, [prediction, own], fixed);
  return elementwise('inTopK', [rank], (count) => e.select(e.lt(count!, k), 1, 0), fixed);
}

/**
 * 1 where the class of the target is one of the first k that the prediction lists, else 0.
 * @param classes shape [...outer], prediction [...outer, listed]
 */
export function inFirstK(k: number, classes: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  const outer = shape.slice(0, -1);
  const definition = compute(
    'map',
    outer,
    (axes) => {
      const isTarget = e.eq(e.load(prediction, [...axes, 'r']), e.load(classes, axes));
      return e.sum(['r'], e.select(isTarget, 1, 0));
    },
    [{ name: 'r', extent: Math.min(k, shape.at(-1)!) }],
  );
  const count = computeNode('listed', outer, definition, [prediction, classes], fixed);
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
  const before = compute(
    'map',
    shape,
    (axes) => {
      const [own, other] = [e.load(prediction, axes), e.load(prediction, [...axes.slice(0, -1), 'r'])];
      const isEarlier = e.lt(e.indexValue('r'), e.indexValue(axes.at(-1)!));
      const isBefore = e.or(e.gt(other, own), e.and(e.eq(other, own), isEarlier));
      return e.sum(['r'], e.select(isBefore, 1, 0));
    },
    [{ name: 'r', extent: shape.at(-1)! }],
  );
  const rank = computeNode('rank', shape, before, [prediction], fixed);
  return elementwise(
    'topK',
    [prediction, rank],
    (p, count) => e.select(e.lt(count!, k), p!, NOT_IN_TOP),
    fixed,
  );
}
