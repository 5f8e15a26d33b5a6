import { ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import { permute } from '../../ops/permute.ts';
import { axisRule } from '../axis-rule.ts';
import { optional, type Rule } from '../options.ts';

/** The option `axis`: a dimension, the batch counted as 0 as in Keras, negative from the end. */
export const axisOption: Rule<number> = optional(axisRule, -1);

/**
 * The dimension of a shape without the batch that an axis names.
 * @throws {ShapeError} if there is none, or it is the batch
 */
export function dimensionOf(axis: number, { type: { shape } }: Node): number {
  const own = axis < 0 ? axis + shape.length : axis - 1;
  if (own < 0 || own >= shape.length) {
    const expected = `a dimension ${axis} beside the batch`;
    throw new ShapeError({ subject: 'the prediction', expected, received: shape });
  }
  return own;
}

/**
 * The value with the dimension of an axis as its last.
 * @throws {ShapeError} if there is none, or it is the batch
 */
export function withLast(axis: number, x: Node): Node {
  const own = dimensionOf(axis, x);
  const order = x.type.shape.map((_, k) => k);
  return own === order.length - 1 ? x : permute(x, [...order.filter((k) => k !== own), own]);
}
