import { add, div, max, mul, sqrt, sub } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { boolean, number, optional } from '../options.ts';
import { adamRate } from './adam-rate.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { epsilon, fraction, learningRate } from './learning-rate.ts';
import { moveTowards } from './moving-mean.ts';
import type { Optimizer, StepScalars, UpdateOperands } from './optimizer.ts';

export interface AdamOptions extends CommonOptions {
  /** Decay of the mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Divides by the largest mean of squared gradients so far (Reddi et al. 2018). Default false. */
  readonly amsgrad?: boolean;
}

const options = {
  learningRate: learningRate(0.001),
  beta1: fraction(0.9),
  beta2: fraction(0.999),
  epsilon,
  amsgrad: optional(boolean, false),
};

interface Moments {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
}

/**
 * m += (g - m)(1 - beta1); v += (g^2 - v)(1 - beta2); w -= m * alpha / (sqrt(v) + epsilon), where
 * alpha = rate * sqrt(1 - beta2^t) / (1 - beta1^t) is computed once a step. With `amsgrad` the largest v so far
 * stands in its place.
 */
const moments = {
  slots: ({ amsgrad }: Moments) => [['momentum', 'velocity'], ...(amsgrad ? [['velocityHat']] : [])],
  scalars: ['alpha'],
  scalarsAt: ({ beta1, beta2 }: Moments, step: number, rate: number): StepScalars => ({
    alpha: adamRate(rate, beta1, beta2, step),
  }),
  updateSlots: ({ beta1, beta2, amsgrad }: Moments, { gradient, slots }: UpdateOperands) => {
    const velocity = moveTowards(slots.velocity!, mul(gradient, gradient), 1 - beta2);
    return {
      momentum: moveTowards(slots.momentum!, gradient, 1 - beta1),
      velocity,
      ...(amsgrad && { velocityHat: max(slots.velocityHat!, velocity) }),
    };
  },
  updateVariable: (o: Moments, { variable, slots, scalars }: UpdateOperands): Expression => {
    const velocity = o.amsgrad ? slots.velocityHat! : slots.velocity!;
    return sub(variable, div(mul(slots.momentum!, scalars.alpha!), add(sqrt(velocity), o.epsilon)));
  },
};

/** Adam (Kingma and Ba 2014, in the form just before section 2.1). */
export const adam: (options?: AdamOptions) => Optimizer = optimizerKind({
  className: 'Adam',
  call: 'adam',
  options,
  ...moments,
});

export interface AdamWOptions extends AdamOptions {
  /** Default 0.004. */
  readonly weightDecay?: number;
}

/** Adam with decoupled weight decay (Loshchilov and Hutter 2019): w -= w * weightDecay * rate before the step. */
export const adamW: (options?: AdamWOptions) => Optimizer = optimizerKind({
  className: 'AdamW',
  call: 'adamW',
  options: { ...options, weightDecay: optional(number({ min: 0 }), 0.004) },
  ...moments,
});
