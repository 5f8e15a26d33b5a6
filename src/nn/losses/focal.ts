import * as e from '../../ir/build.ts';
import { PROBABILITY_EPSILON } from '../../ops/cross-entropy.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { powerOf } from '../../ops/power.ts';
import { within } from '../../ops/within.ts';
import { boolean, number, optional } from '../options.ts';
import { axisOption, dimensionOf, withLast } from './axis.ts';
import {
  fromLogits,
  knownLogits,
  labelSmoothing,
  type SmoothedCrossentropyOptions,
  smooth,
  smoothOver,
} from './cross-entropy.ts';
import { lossKind } from './define.ts';
import type { Loss } from './loss.ts';

export interface CategoricalFocalCrossentropyOptions extends SmoothedCrossentropyOptions {
  /** Factor of the loss. Default 0.25. */
  readonly alpha?: number;
  /** Power with which sure predictions count less, at least 0. Default 2. */
  readonly gamma?: number;
}

export interface BinaryFocalCrossentropyOptions extends CategoricalFocalCrossentropyOptions {
  /** Weighs targets of 1 with alpha and those of 0 with 1 - alpha; without it alpha does nothing. Default false. */
  readonly applyClassBalancing?: boolean;
}

const focus = {
  alpha: optional(number({ min: 0, max: 1 }), 0.25),
  gamma: optional(number({ min: 0 }), 2),
};

/**
 * Focal loss over classes (Lin et al. 2017, for several classes as in Keras): sum of
 * -alpha (1 - p)^gamma target log(p), where p are the probabilities scaled to a sum of 1 and kept 1e-7 away from 0
 * and 1.
 */
export const categoricalFocalCrossentropy: (options?: CategoricalFocalCrossentropyOptions) => Loss = lossKind(
  {
    className: 'CategoricalFocalCrossentropy',
    name: 'categoricalFocalCrossentropy',
    target: 'probabilities',
    options: { ...focus, fromLogits, labelSmoothing, axis: axisOption },
    values: (o, givenTarget, givenPrediction) => {
      const prediction = withLast(o.axis, givenPrediction);
      const { shape } = prediction.type;
      const target = withLast(o.axis, smoothOver(o.labelSmoothing, givenTarget));
      const probabilities = o.fromLogits ? ops.softmax(prediction) : prediction;
      const total = ops.reshape(ops.reduceSum(probabilities, { axes: [-1] }), [...shape.slice(0, -1), 1]);
      const losses = elementwise('focalCrossEntropy', [target, probabilities, total], (t, p, s) => {
        const share = within(PROBABILITY_EPSILON, e.div(p!, s!), 1 - PROBABILITY_EPSILON);
        const weight = e.mul(powerOf(e.sub(1, share), o.gamma), o.alpha);
        return e.mul(weight, e.neg(e.mul(t!, e.log(share))));
      });
      return ops.reduceSum(losses, { axes: [-1] });
    },
  },
);

/**
 * Focal loss of single probabilities (Lin et al. 2017, as in Keras): the mean of the binary cross-entropy times
 * (1 - q)^gamma, where q = target * p + (1 - target)(1 - p).
 */
export const binaryFocalCrossentropy: (options?: BinaryFocalCrossentropyOptions) => Loss = lossKind({
  className: 'BinaryFocalCrossentropy',
  name: 'binaryFocalCrossentropy',
  target: 'probabilities',
  options: {
    applyClassBalancing: optional(boolean, false),
    ...focus,
    fromLogits,
    labelSmoothing,
    axis: axisOption,
  },
  meanAxis: ({ axis }) => axis,
  values: (o, given, prediction) => {
    if (prediction.type.shape.length > 0) dimensionOf(o.axis, prediction);
    const target = smooth(given, o.labelSmoothing, 2);
    const logits = knownLogits('sigmoid', o.fromLogits, prediction);
    const probabilities = o.fromLogits ? ops.sigmoid(prediction) : prediction;
    const plain = logits
      ? ops.binaryCrossEntropyFromLogits(target, logits)
      : ops.binaryCrossEntropy(target, probabilities);
    return elementwise('binaryFocalCrossEntropy', [target, probabilities, plain], (t, p, loss) => {
      const right = e.add(e.mul(t!, p!), e.mul(e.sub(1, t!), e.sub(1, p!)));
      const focused = e.mul(powerOf(e.sub(1, right), o.gamma), loss!);
      if (!o.applyClassBalancing) return focused;
      const weight = e.add(e.mul(t!, o.alpha), e.mul(e.sub(1, t!), 1 - o.alpha));
      return e.mul(weight, focused);
    });
  },
});
