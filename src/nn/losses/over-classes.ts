import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { PROBABILITY_EPSILON } from '../../ops/cross-entropy.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { notNegative, within } from '../../ops/within.ts';
import { axisOption, dimensionOf } from './axis.ts';
import { lossKind, type ReductionOptions } from './define.ts';
import type { Loss } from './loss.ts';

const last = { axes: [-1] };

/** max(m - s + 1, 0) with s the sum of target * prediction and m the largest (1 - target) * prediction. */
export const categoricalHinge: (options?: ReductionOptions) => Loss = lossKind({
  className: 'CategoricalHinge',
  name: 'categoricalHinge',
  target: 'values',
  options: {},
  values: (_, target, prediction) => {
    const right = ops.reduceSum(ops.multiply(target, prediction), last);
    const others = elementwise('otherClasses', [target, prediction], (t, p) => e.mul(e.sub(1, t!), p!));
    return elementwise('categoricalHinge', [ops.reduceMax(others, last), right], (m, s) =>
      notNegative(e.add(e.sub(m!, s!), 1)),
    );
  },
});

const inside = (x: Expression): Expression => within(PROBABILITY_EPSILON, x, 1);

/** Sum of target * log(target / prediction) over the classes, both clipped to [1e-7, 1] as in Keras. */
export const klDivergence: (options?: ReductionOptions) => Loss = lossKind({
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

export interface CosineSimilarityOptions extends ReductionOptions {
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
  const own = dimensionOf(axis, prediction);
  const product = ops.reduceSum(ops.multiply(target, prediction), { axes: [own] });
  const norms = [inverseNorms(target, [own]), inverseNorms(prediction, [own])];
  return elementwise('cosine', [product, ...norms], (d, t, p) => e.mul(e.mul(d!, t!), p!));
}

/** The cosine of target and prediction with its sign turned: -1 where they point the same way. */
export const cosineSimilarity: (options?: CosineSimilarityOptions) => Loss = lossKind({
  className: 'CosineSimilarity',
  name: 'cosineSimilarity',
  target: 'values',
  options: { axis: axisOption },
  values: ({ axis }, target, prediction) => ops.negate(cosineOf(axis, target, prediction)),
});
