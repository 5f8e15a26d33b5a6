import { add, mul, sub } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { boolean, optional } from '../options.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { fraction, learningRate } from './learning-rate.ts';
import type { Optimizer } from './optimizer.ts';

export interface SgdOptions extends CommonOptions {
  /** At least 0 and below 1. Default 0. */
  readonly momentum?: number;
  /** Nesterov momentum. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent: w -= rate * g. With momentum m: v = m * v - rate * g and w += v, or in Nesterov's form
 * w += m * v - rate * g. Learning rate 0.01 by default.
 */
export const sgd: (options?: SgdOptions) => Optimizer = optimizerKind({
  className: 'SGD',
  call: 'sgd',
  options: { learningRate: learningRate(0.01), momentum: fraction(0), nesterov: optional(boolean, false) },
  slots: ({ momentum }) => (momentum > 0 ? [['momentum']] : []),
  updateSlots: ({ momentum }, { gradient, slots, scalars }): Readonly<Record<string, Expression>> =>
    momentum > 0
      ? { momentum: sub(mul(slots.momentum!, momentum), mul(gradient, scalars.learningRate!)) }
      : {},
  updateVariable: ({ momentum, nesterov }, { gradient, variable, slots, scalars }) => {
    const step = mul(gradient, scalars.learningRate!);
    if (momentum === 0) return sub(variable, step);
    const velocity = slots.momentum!;
    return add(variable, nesterov ? sub(mul(velocity, momentum), step) : velocity);
  },
});
