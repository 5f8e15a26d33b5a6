import { add, div, mul, sqrt, sub } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { boolean, optional, type Read } from '../options.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { epsilon, fraction, learningRate } from './learning-rate.ts';
import { blend } from './moving-mean.ts';
import type { Optimizer, UpdateOperands } from './optimizer.ts';

export interface RmspropOptions extends CommonOptions {
  /** Decay of the mean of squared gradients. Default 0.9. */
  readonly rho?: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Subtracts the square of the mean gradient from the mean of squares. Default false. */
  readonly centered?: boolean;
}

const options = {
  learningRate: learningRate(0.001),
  rho: fraction(0.9),
  momentum: fraction(0),
  epsilon,
  centered: optional(boolean, false),
};

type Slots = Readonly<Record<string, Expression>>;

/** rate * g / sqrt(v + epsilon), where v may be less the square of the mean gradient. */
function stepOf(o: Read<typeof options>, slots: Slots, { gradient, scalars }: UpdateOperands): Expression {
  const { velocity, averageGradient: mean } = slots;
  const variance = o.centered ? sub(velocity!, mul(mean!, mean!)) : velocity!;
  return div(mul(gradient, scalars.learningRate!), sqrt(add(variance, o.epsilon)));
}

/**
 * RMSprop (Hinton 2012): v = rho * v + (1 - rho) * g^2; step = rate * g / sqrt(v + epsilon); w -= step, or through a
 * momentum. Learning rate 0.001 by default.
 */
export const rmsprop: (options?: RmspropOptions) => Optimizer = optimizerKind({
  className: 'RMSprop',
  call: 'rmsprop',
  options,
  slots: ({ momentum, centered }) => [
    ['velocity'],
    ...(momentum > 0 ? [['momentum']] : []),
    ...(centered ? [['averageGradient']] : []),
  ],
  updateSlots: (o, operands) => {
    const { gradient, slots } = operands;
    const next: Record<string, Expression> = {
      velocity: blend(slots.velocity!, mul(gradient, gradient), o.rho),
    };
    if (o.centered) next.averageGradient = blend(slots.averageGradient!, gradient, o.rho);
    if (o.momentum > 0) next.momentum = add(mul(slots.momentum!, o.momentum), stepOf(o, next, operands));
    return next;
  },
  updateVariable: (o, operands) => {
    const { slots, variable } = operands;
    return sub(variable, o.momentum > 0 ? slots.momentum! : stepOf(o, slots, operands));
  },
});
