import { add, div, gt, mul, select, sqrt, sub } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import type { Read } from '../options.ts';
import { biasCorrection } from './adam-rate.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { epsilon, fraction, learningRate } from './learning-rate.ts';
import { moveTowards } from './moving-mean.ts';
import type { Optimizer, UpdateOperands } from './optimizer.ts';

export interface LambOptions extends CommonOptions {
  /** Decay of the mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

const options = {
  learningRate: learningRate(0.001),
  beta1: fraction(0.9),
  beta2: fraction(0.999),
  epsilon,
};

/** Adam's direction: (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon). */
const directionOf = (o: Read<typeof options>, { slots, scalars }: UpdateOperands): Expression =>
  div(
    div(slots.momentum!, scalars.correction1!),
    add(sqrt(div(slots.velocity!, scalars.correction2!)), o.epsilon),
  );

/**
 * LAMB (You et al. 2019) as in Keras: Adam's direction d for each variable w, with the length of w:
 * w -= rate * |w| / |d| * d, and without that factor where a norm is 0. Learning rate 0.001 by default.
 */
export const lamb: (options?: LambOptions) => Optimizer = optimizerKind({
  className: 'Lamb',
  call: 'lamb',
  options,
  slots: () => [['momentum', 'velocity']],
  scalars: ['correction1', 'correction2'],
  scalarsAt: ({ beta1, beta2 }, step) => ({
    correction1: biasCorrection(beta1, step),
    correction2: biasCorrection(beta2, step),
  }),
  updateSlots: ({ beta1, beta2 }, { gradient, slots }) => ({
    momentum: moveTowards(slots.momentum!, gradient, 1 - beta1),
    velocity: moveTowards(slots.velocity!, mul(gradient, gradient), 1 - beta2),
  }),
  norms: (o, operands) => ({ weights: operands.variable, direction: directionOf(o, operands) }),
  updateVariable: (o, operands) => {
    const { variable, scalars, norms } = operands;
    const { weights, direction } = norms as { weights: Expression; direction: Expression };
    const trust = select(gt(weights, 0), select(gt(direction, 0), div(weights, direction), 1), 1);
    return sub(variable, mul(mul(trust, scalars.learningRate!), directionOf(o, operands)));
  },
});
