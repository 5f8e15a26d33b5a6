import { add, div, mul, sqrt, sub } from '../../ir/build.ts';
import { number, optional } from '../options.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { epsilon, learningRate } from './learning-rate.ts';
import type { Optimizer } from './optimizer.ts';

export interface AdagradOptions extends CommonOptions {
  /** What the sums of squared gradients start as. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adagrad (Duchi et al. 2011): a += g^2; w -= rate * g / sqrt(a + epsilon), with a = 0.1 at the start. Learning rate
 * 0.001 by default.
 */
export const adagrad: (options?: AdagradOptions) => Optimizer = optimizerKind({
  className: 'Adagrad',
  call: 'adagrad',
  options: {
    learningRate: learningRate(0.001),
    initialAccumulatorValue: optional(number({ min: 0 }), 0.1),
    epsilon,
  },
  slots: () => [['accumulator']],
  initialSlots: (o) => ({ accumulator: o.initialAccumulatorValue }),
  updateSlots: (_, { gradient, slots }) => ({
    accumulator: add(slots.accumulator!, mul(gradient, gradient)),
  }),
  updateVariable: (o, { gradient, variable, slots, scalars }) =>
    sub(variable, div(mul(gradient, scalars.learningRate!), sqrt(add(slots.accumulator!, o.epsilon)))),
});
