import { gt, lt, mul, select, sub } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { number, optional } from '../options.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { fraction, learningRate } from './learning-rate.ts';
import { blend } from './moving-mean.ts';
import type { Optimizer } from './optimizer.ts';

export interface LionOptions extends CommonOptions {
  /** Share of the momentum in the direction of a step: above 0, at most 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the momentum. Default 0.99. */
  readonly beta2?: number;
}

const { fround } = Math;

/** -1, 0 or 1; NaN stays. */
const sign = (x: Expression): Expression => select(gt(x, 0), 1, select(lt(x, 0), -1, x));

const mix = (momentum: Expression, gradient: Expression, beta: number): Expression =>
  blend(momentum, gradient, beta, fround(1 - fround(beta)));

/**
 * Lion (Chen et al. 2023): w -= rate * sign(beta1 * m + (1 - beta1) g) with the momentum before the step, then
 * m = beta2 * m + (1 - beta2) g. Learning rate 0.001 by default.
 */
export const lion: (options?: LionOptions) => Optimizer = optimizerKind({
  className: 'Lion',
  call: 'lion',
  options: {
    learningRate: learningRate(0.001),
    beta1: optional(number({ above: 0, max: 1 }), 0.9),
    beta2: fraction(0.99),
  },
  slots: () => [['momentum']],
  readsPreviousSlots: true,
  updateSlots: ({ beta2 }, { gradient, slots }) => ({ momentum: mix(slots.momentum!, gradient, beta2) }),
  updateVariable: ({ beta1 }, { gradient, variable, previousSlots, scalars }) =>
    sub(variable, mul(sign(mix(previousSlots.momentum!, gradient, beta1)), scalars.learningRate!)),
});
