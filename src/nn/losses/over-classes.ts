import { ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { PROBABILITY_EPSILON } from '../../ops/cross-entropy.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { integer, optional } from '../options.ts';
import { lossKind } from './define.ts';
import type { Loss } from './loss.ts';

const last = { axes: [-1] };

/** max(m - s + 1, 0) with s the sum of target * prediction and m the largest (1 - target) * prediction. */
export const categoricalHinge: () => Loss = lossKind({
  className: 'CategoricalHinge',
  name: 'categoricalHinge',
  target: 'values',
  options: {},
  values: (_, target, prediction) => {
    const right = ops.reduceSum(ops.multiply(target, prediction), last);
    const others = elementwise('otherClasses', [target, prediction], (t, p) => e.mul(e.sub(1, t!), p!));
    return elementwise('categoricalHinge', [ops.reduceMax(others, last), right], (m, s) =>
      e.max(e.add(e.sub(m!, s!), 1), 0),
    );
  },
});

const inside = (x: Expression): Expression => e.min(e.max(x, PROBABILITY_EPSILON), 1);

/** Sum of target * log(target / prediction) over the classes, both clipped to [1e-7, 1] as in Keras. */
export const klDivergence: () => Loss = lossKind({
  className: 'KLDivergence',
  name: 'klDivergence',
  target: 'values',
  options: {},
  values: (_, target, prediction) =>
    ops.reduceSum(
      elementwise('klDivergence', [target, prediction], (t, p) => {
        const share = inside(t!);
        return e.mul(share, e.log(e.div(share, inside(p!))));
      }),
      last,
    ),
});

export interface CosineSimilarityOptions {
  /**
   * Dimension of the vectors that are compared; the batch counts as 0, as in Keras, and is no choice. Default -1, the
   * last.
   */
  readonly axis?: number;
}

/** 1 / max(|x|, 1e-7) of vectors along a dimension. */
function inverseNorms(x: Node, axes: readonly number[]): Node {
  return elementwise('inverseNorm', [ops.reduceSum(ops.square(x), { axes })], (square) =>
    e.div(1, e.sqrt(e.max(square!, PROBABILITY_EPSILON * PROBABILITY_EPSILON))),
  );
}

/**
 * The cosine of target and prediction along a dimension.
 * @throws {ShapeError} if there is no such dimension
 */
export function cosineOf(axis: number, target: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  const own = axis < 0 ? axis : axis - 1;
  if (axis === 0 || own >= shape.length || own < -shape.length) {
    const expected = `a dimension ${axis} beside the batch`;
    throw new ShapeError({ subject: 'the prediction', expected, received: shape });
  }
  const product = ops.reduceSum(ops.multiply(target, prediction), { axes: [own] });
  const norms = [inverseNorms(target, [own]), inverseNorms(prediction, [own])];
  return elementwise('cosine', [product, ...norms], (d, t, p) => e.mul(e.mul(d!, t!), p!));
}

/** The cosine of target and prediction with its sign turned: -1 where they point the same way. */
export const cosineSimilarity: (options?: CosineSimilarityOptions) => Loss = lossKind({
  className: 'CosineSimilarity',
  name: 'cosineSimilarity',
  target: 'values',
  options: { axis: optional(integer(-8, 8), -1) },
  values: ({ axis }, target, prediction) => ops.negate(cosineOf(axis, target, prediction)),
});
