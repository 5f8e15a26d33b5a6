import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { PROBABILITY_EPSILON } from '../../ops/cross-entropy.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { notNegative } from '../../ops/within.ts';
import { number, optional } from '../options.ts';
import { lossKind, type ReductionOptions } from './define.ts';
import type { Loss } from './loss.ts';

/** A loss that is computed from each target and its prediction alone. */
const each =
  (name: string, value: (target: Expression, prediction: Expression) => Expression) =>
  (_: unknown, target: Node, prediction: Node): Node =>
    elementwise(name, [target, prediction], (t, p) => value(t!, p!));

/** Mean of (prediction - target)^2. */
export const meanSquaredError: (options?: ReductionOptions) => Loss = lossKind({
  className: 'MeanSquaredError',
  name: 'meanSquaredError',
  target: 'values',
  options: {},
  values: (_, target, prediction) => ops.meanSquaredError(target, prediction),
});

/** Mean of |prediction - target|. */
export const meanAbsoluteError: (options?: ReductionOptions) => Loss = lossKind({
  className: 'MeanAbsoluteError',
  name: 'meanAbsoluteError',
  target: 'values',
  meanAxis: () => -1,
  options: {},
  values: (_, target, prediction) => ops.abs(ops.subtract(prediction, target)),
});

/** 100 times the mean of |target - prediction| / max(|target|, 1e-7), as in Keras. */
export const meanAbsolutePercentageError: (options?: ReductionOptions) => Loss = lossKind({
  className: 'MeanAbsolutePercentageError',
  name: 'meanAbsolutePercentageError',
  target: 'values',
  meanAxis: () => -1,
  options: {},
  values: each('percentageError', (t, p) =>
    e.mul(e.abs(e.div(e.sub(t, p), e.max(e.abs(t), PROBABILITY_EPSILON))), 100),
  ),
});

/** Mean of (log(1 + prediction) - log(1 + target))^2, both at least 1e-7, as in Keras. */
export const meanSquaredLogarithmicError: (options?: ReductionOptions) => Loss = lossKind({
  className: 'MeanSquaredLogarithmicError',
  name: 'meanSquaredLogarithmicError',
  target: 'values',
  meanAxis: () => -1,
  options: {},
  values: each('logarithmicError', (t, p) => {
    const logOf = (x: Expression): Expression => e.log(e.add(e.max(x, PROBABILITY_EPSILON), 1));
    const difference = e.sub(logOf(p), logOf(t));
    return e.mul(difference, difference);
  }),
});

/** Mean of log(cosh(d)) with d = prediction - target, as |d| + log(1 + exp(-2 |d|)) - log 2. */
export const logCosh: (options?: ReductionOptions) => Loss = lossKind({
  className: 'LogCosh',
  name: 'logCosh',
  target: 'values',
  meanAxis: () => -1,
  options: {},
  values: each('logCosh', (t, p) => {
    const size = e.abs(e.sub(p, t));
    return e.add(size, e.sub(e.log(e.add(e.exp(e.mul(size, -2)), 1)), Math.LN2));
  }),
});

export interface HuberOptions extends ReductionOptions {
  /** Where the loss turns from a square to a line, above 0. Default 1. */
  readonly delta?: number;
}

/** Mean of d^2 / 2 where |d| <= delta, else delta |d| - delta^2 / 2, with d = prediction - target (Huber 1964). */
export const huber: (options?: HuberOptions) => Loss = lossKind({
  className: 'Huber',
  name: 'huber',
  target: 'values',
  meanAxis: () => -1,
  options: { delta: optional(number({ above: 0 }), 1) },
  values: ({ delta }, target, prediction) =>
    elementwise('huber', [target, prediction], (t, p) => {
      const difference = e.sub(p!, t!);
      const size = e.abs(difference);
      const square = e.mul(e.mul(difference, difference), 0.5);
      return e.select(e.le(size, delta), square, e.sub(e.mul(size, delta), 0.5 * delta * delta));
    }),
});

/** Mean of prediction - target * log(prediction + 1e-7), as in Keras: the Poisson distribution's, up to a constant. */
export const poisson: (options?: ReductionOptions) => Loss = lossKind({
  className: 'Poisson',
  name: 'poisson',
  target: 'values',
  meanAxis: () => -1,
  options: {},
  values: each('poisson', (t, p) => e.sub(p, e.mul(t, e.log(e.add(p, PROBABILITY_EPSILON))))),
});

const hingeOf = (target: Expression, prediction: Expression): Expression => {
  // Targets of 0 and 1 mean -1 and 1.
  const sign = e.select(e.eq(target, 0), -1, target);
  return notNegative(e.sub(1, e.mul(sign, prediction)));
};

/**
 * Mean of max(1 - target * prediction, 0) for targets of -1 and 1. A target of 0 counts as -1; Keras does so only in
 * batches without other targets than 0 and 1, which here would make a sample's loss depend on the others.
 */
export const hinge: (options?: ReductionOptions) => Loss = lossKind({
  className: 'Hinge',
  name: 'hinge',
  target: 'values',
  meanAxis: () => -1,
  options: {},
  values: each('hinge', hingeOf),
});

/** Mean of max(1 - target * prediction, 0)^2; targets as in `hinge`. */
export const squaredHinge: (options?: ReductionOptions) => Loss = lossKind({
  className: 'SquaredHinge',
  name: 'squaredHinge',
  target: 'values',
  meanAxis: () => -1,
  options: {},
  values: each('squaredHinge', (t, p) => {
    const distance = hingeOf(t, p);
    return e.mul(distance, distance);
  }),
});
