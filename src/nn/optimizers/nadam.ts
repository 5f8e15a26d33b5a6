import { add, div, mul, sqrt, sub } from '../../ir/build.ts';
import { pow } from '../../numerics/pow.ts';
import { biasCorrection } from './adam-rate.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { epsilon, fraction, learningRate } from './learning-rate.ts';
import { moveTowards } from './moving-mean.ts';
import type { Optimizer } from './optimizer.ts';

export interface NadamOptions extends CommonOptions {
  /** Decay of the mean of gradients. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients. Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

const { fround } = Math;

/** 1 - 0.5 * 0.96^t. */
const warming = (t: number): number => fround(1 - fround(0.5 * fround(pow(fround(0.96), t))));

/** The momentum of step t = 1, 2, ...: u_t = beta1 * (1 - 0.5 * 0.96^t). */
const momentumAt = (beta1: number, t: number): number => fround(fround(beta1) * warming(t));

interface Product {
  readonly beta1: number;
  readonly t: number;
  readonly value: number;
}

let lastProduct: Product | undefined;

/**
 * u_1 * u_2 * ... * u_t, in float32 one factor after another. The last product is kept, so that a training does not
 * begin anew in each step; it says nothing that beta1 and t do not.
 */
function momentumProduct(beta1: number, t: number): number {
  const known = lastProduct && lastProduct.beta1 === beta1 && lastProduct.t <= t ? lastProduct : undefined;
  let value = known?.value ?? 1;
  for (let k = (known?.t ?? 0) + 1; k <= t; k++) {
    const next = fround(fround(value * fround(beta1)) * warming(k));
    // Nothing changes any more once the product has reached 0 or the smallest float32.
    if (next === value) break;
    value = next;
  }
  lastProduct = { beta1, t, value };
  return value;
}

/**
 * Adam with Nesterov momentum (Dozat 2016): m and v as in Adam; with u_t = beta1 (1 - 0.5 * 0.96^t) and U_t the
 * product of u_1 to u_t, w -= rate * h / (sqrt(v / (1 - beta2^t)) + epsilon), where
 * h = u_(t+1) m / (1 - U_(t+1)) + (1 - u_t) g / (1 - U_t). Learning rate 0.001 by default.
 */
export const nadam: (options?: NadamOptions) => Optimizer = optimizerKind({
  className: 'Nadam',
  call: 'nadam',
  options: { learningRate: learningRate(0.001), beta1: fraction(0.9), beta2: fraction(0.999), epsilon },
  slots: () => [['momentum', 'velocity']],
  scalars: ['nextMomentum', 'nextCorrection', 'gradientShare', 'gradientCorrection', 'correction'],
  scalarsAt: ({ beta1, beta2 }, step) => {
    const t = step + 1;
    const product = momentumProduct(beta1, t);
    const nextMomentum = momentumAt(beta1, t + 1);
    return {
      nextMomentum,
      nextCorrection: fround(1 - fround(product * nextMomentum)),
      gradientShare: fround(1 - momentumAt(beta1, t)),
      gradientCorrection: fround(1 - product),
      correction: biasCorrection(beta2, step),
    };
  },
  storedScalarsAt: ({ beta1 }, steps) => [momentumProduct(beta1, steps)],
  updateSlots: ({ beta1, beta2 }, { gradient, slots }) => ({
    momentum: moveTowards(slots.momentum!, gradient, fround(1 - fround(beta1))),
    velocity: moveTowards(slots.velocity!, mul(gradient, gradient), fround(1 - fround(beta2))),
  }),
  updateVariable: (o, { gradient, variable, slots, scalars }) => {
    const ahead = div(mul(slots.momentum!, scalars.nextMomentum!), scalars.nextCorrection!);
    const now = div(mul(gradient, scalars.gradientShare!), scalars.gradientCorrection!);
    const spread = sqrt(div(slots.velocity!, scalars.correction!));
    return sub(variable, div(mul(add(ahead, now), scalars.learningRate!), add(spread, o.epsilon)));
  },
});
