import { ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';

/** 1 where a position has another class than the one that does not count, else 0. */
export const otherPositions = (ignored: number, target: Node): Node =>
  elementwise('otherPositions', [target], (t) => e.select(e.ne(t!, ignored), 1, 0), { stopGradient: true });

/**
 * One value a position: the mean over what a position holds.
 * @throws {ShapeError} if the mask is not of the positions
 */
export function positionsOf(values: Node, mask: Node): Node {
  const [own, wanted] = [values.type.shape, mask.type.shape];
  if (own.length < wanted.length || wanted.some((extent, k) => extent !== own[k])) {
    const subject = 'the mask of a prediction';
    throw new ShapeError({
      subject,
      expected: `the positions of values of shape [${own}]`,
      received: wanted,
    });
  }
  const axes = own.map((_, k) => k).slice(wanted.length);
  return axes.length === 0 ? values : ops.reduceMean(values, { axes });
}

const mean = (x: Node): Node => (x.type.shape.length === 0 ? x : ops.reduceMean(x));

/**
 * What a mean of values becomes under a mask: for each sample the mean of values that count, with 0 for the others, and
 * the share of positions that count. The sum of the first over that of the second is the mean. Shape [2].
 */
export function maskedValues(values: Node, mask: Node): Node {
  const parts = [ops.multiply(positionsOf(values, mask), mask), mask];
  return ops.concatenate(parts.map((part) => ops.reshape(mean(part), [1])));
}
