import { abs, add, div, max, mul, sub } from '../../ir/build.ts';
import { biasCorrection } from './adam-rate.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { epsilon, fraction, learningRate } from './learning-rate.ts';
import { moveTowards } from './moving-mean.ts';
import type { Optimizer } from './optimizer.ts';

export interface AdamaxOptions extends CommonOptions {
  /** Decay of the mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the largest absolute gradient. Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * Adam with the infinity norm (Kingma and Ba 2014, section 7.1): m += (g - m)(1 - beta1);
 * u = max(beta2 * u, |g|); w -= rate * m / ((1 - beta1^t)(u + epsilon)). Learning rate 0.001 by default.
 */
export const adamax: (options?: AdamaxOptions) => Optimizer = optimizerKind({
  className: 'Adamax',
  call: 'adamax',
  options: { learningRate: learningRate(0.001), beta1: fraction(0.9), beta2: fraction(0.999), epsilon },
  slots: () => [['momentum', 'norm']],
  scalars: ['correction'],
  scalarsAt: ({ beta1 }, step) => ({ correction: biasCorrection(beta1, step) }),
  updateSlots: ({ beta1, beta2 }, { gradient, slots }) => ({
    momentum: moveTowards(slots.momentum!, gradient, 1 - beta1),
    norm: max(mul(slots.norm!, beta2), abs(gradient)),
  }),
  updateVariable: (o, { variable, slots, scalars }) =>
    sub(
      variable,
      div(mul(slots.momentum!, scalars.learningRate!), mul(add(slots.norm!, o.epsilon), scalars.correction!)),
    ),
});
