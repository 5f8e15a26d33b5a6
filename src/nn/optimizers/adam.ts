import { add, div, mul, sqrt, sub } from '../../ir/build.ts';
import type { Expression } from '../../ir/expression.ts';
import { number, optional } from '../options.ts';
import type { Schedule } from '../schedules/schedule.ts';
import { adamRate } from './adam-rate.ts';
import { optimizerKind } from './define.ts';
import { epsilon, fraction, learningRate } from './learning-rate.ts';
import type { Optimizer, StepScalars, UpdateOperands } from './optimizer.ts';

export interface AdamOptions {
  /** Default 0.001. */
  readonly learningRate?: number | Schedule;
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

interface Betas {
  readonly beta1: number;
  readonly beta2: number;
}

/**
 * m += (g - m)(1 - beta1); v += (g^2 - v)(1 - beta2); w -= m * alpha / (sqrt(v) + epsilon), where
 * alpha = rate * sqrt(1 - beta2^t) / (1 - beta1^t) is computed once a step.
 */
const moments = {
  slots: () => ['momentum', 'velocity'],
  scalars: ['alpha'],
  scalarsAt: ({ beta1, beta2 }: Betas, step: number, rate: number): StepScalars => ({
    alpha: adamRate(rate, beta1, beta2, step),
  }),
  updateSlots: ({ beta1, beta2 }: Betas, { gradient, slots }: UpdateOperands) => {
    const move = (old: Expression, value: Expression, beta: number): Expression =>
      add(old, mul(sub(value, old), 1 - beta));
    return {
      momentum: move(slots.momentum!, gradient, beta1),
      velocity: move(slots.velocity!, mul(gradient, gradient), beta2),
    };
  },
};

const change = (o: { readonly epsilon: number }, { slots, scalars }: UpdateOperands): Expression =>
  div(mul(slots.momentum!, scalars.alpha!), add(sqrt(slots.velocity!), o.epsilon));

/** Adam (Kingma and Ba 2014, in the form just before section 2.1). */
export const adam: (options?: AdamOptions) => Optimizer = optimizerKind({
  className: 'Adam',
  call: 'adam',
  options,
  ...moments,
  updateVariable: (o, operands) => sub(operands.variable, change(o, operands)),
});

export interface AdamWOptions extends AdamOptions {
  /** Default 0.004. */
  readonly weightDecay?: number;
}

/** Adam with decoupled weight decay: w -= w * weightDecay * rate before the step of Adam. */
export const adamW: (options?: AdamWOptions) => Optimizer = optimizerKind({
  className: 'AdamW',
  call: 'adamW',
  options: { ...options, weightDecay: optional(number({ min: 0 }), 0.004) },
  ...moments,
  updateVariable: (o, operands) => {
    const { variable, scalars } = operands;
    const decayed = sub(variable, mul(mul(variable, o.weightDecay), scalars.learningRate!));
    return sub(decayed, change(o, operands));
  },
});
