import { add, div, max, min, mul, sub } from '../../ir/build.ts';
import { powerOf } from '../../ops/power.ts';
import { number, optional } from '../options.ts';
import type { CommonOptions } from './common-options.ts';
import { optimizerKind } from './define.ts';
import { learningRate } from './learning-rate.ts';
import type { Optimizer } from './optimizer.ts';

export interface FtrlOptions extends CommonOptions {
  /** Power with which the rate falls with the sum of squared gradients, at most 0. Default -0.5. */
  readonly learningRatePower?: number;
  /** What the sums of squared gradients start as, at least 0. Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Default 0. */
  readonly l1RegularizationStrength?: number;
  /** Default 0. */
  readonly l2RegularizationStrength?: number;
  /** Adds twice this times the variable to the gradient. Default 0. */
  readonly l2ShrinkageRegularizationStrength?: number;
  /** Default 0. */
  readonly beta?: number;
}

const strength = optional(number({ min: 0 }), 0);
const { fround } = Math;

/**
 * Follow the regularised leader (McMahan et al. 2013, with the shrinkage of Keras): with n = a + g^2, p = -power,
 * z += g + 2 shrinkage w - (n^p - a^p) / rate * w; w = (clip(z, -l1, l1) - z) / (n^p / rate + 2 l2 + beta / rate);
 * a = n. Learning rate 0.001 by default.
 */
export const ftrl: (options?: FtrlOptions) => Optimizer = optimizerKind({
  className: 'Ftrl',
  call: 'ftrl',
  options: {
    learningRate: learningRate(0.001),
    learningRatePower: optional(number({ max: 0 }), -0.5),
    initialAccumulatorValue: optional(number({ min: 0 }), 0.1),
    l1RegularizationStrength: strength,
    l2RegularizationStrength: strength,
    l2ShrinkageRegularizationStrength: strength,
    beta: strength,
  },
  slots: () => [['accumulator', 'linear']],
  initialSlots: (o) => ({ accumulator: o.initialAccumulatorValue }),
  scalars: ['ridge'],
  scalarsAt: (o, _, rate) => {
    const beta = o.beta === 0 ? 0 : fround(fround(o.beta) / fround(2 * fround(rate)));
    return { ridge: fround(2 * fround(o.l2RegularizationStrength + beta)) };
  },
  updateSlots: (o, { gradient, variable, slots, scalars }) => {
    const shrinkage = 2 * o.l2ShrinkageRegularizationStrength;
    const accumulator = add(slots.accumulator!, mul(gradient, gradient));
    const growth = sub(
      powerOf(accumulator, -o.learningRatePower),
      powerOf(slots.accumulator!, -o.learningRatePower),
    );
    const pull = shrinkage === 0 ? gradient : add(gradient, mul(variable, shrinkage));
    const anchored = mul(div(growth, scalars.learningRate!), variable);
    return { accumulator, linear: add(slots.linear!, sub(pull, anchored)) };
  },
  updateVariable: (o, { slots, scalars }) => {
    const { accumulator, linear } = slots;
    const l1 = o.l1RegularizationStrength;
    const slope = div(powerOf(accumulator!, -o.learningRatePower), scalars.learningRate!);
    return div(sub(min(max(linear!, -l1), l1), linear!), add(slope, scalars.ridge!));
  },
});
