import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { logitsOf } from '../../ops/logits.ts';
import { boolean, integer, nullable, number, optional, type Rule } from '../options.ts';
import { axisOption, dimensionOf, withLast } from './axis.ts';
import { lossKind, type ReductionOptions } from './define.ts';
import type { Loss } from './loss.ts';
import { otherPositions } from './masked.ts';

export interface CrossentropyOptions extends ReductionOptions {
  /** The prediction holds logits, not probabilities. Default false. */
  readonly fromLogits?: boolean;
}

export interface SmoothedCrossentropyOptions extends CrossentropyOptions {
  /** Share of the target that is spread evenly: at least 0, at most 1. Default 0. */
  readonly labelSmoothing?: number;
  /** Dimension of the classes; the batch counts as 0, as in Keras, and is no choice. Default -1, the last. */
  readonly axis?: number;
}

export interface SparseCrossentropyOptions extends CrossentropyOptions {
  /** A class of the target (a whole number) whose positions do not count. Default none. */
  readonly ignoreClass?: number | null;
}

export const fromLogits: Rule<boolean> = optional(boolean, false);
/** Share of the target that is spread evenly. */
export const labelSmoothing: Rule<number> = optional(number({ min: 0, max: 1 }), 0);

/**
 * Logits where the prediction has them or was computed from them by softmax or sigmoid: the cross-entropy is then
 * taken from the logits, as Keras on TensorFlow does, which is exact where probabilities round to 0 or 1.
 */
export const knownLogits = (
  kind: 'softmax' | 'sigmoid',
  given: boolean,
  prediction: Node,
): Node | undefined => logitsOf(kind, prediction) ?? (given ? prediction : undefined);

/** The class whose positions do not count. */
export const ignoreClass: Rule<number | null> = nullable(integer(-(2 ** 24), 2 ** 24));

/** The target with a share of it spread evenly over the classes. */
export const smooth = (target: Node, amount: number, classes: number): Node =>
  amount === 0
    ? target
    : elementwise('labelSmoothing', [target], (t) => e.add(e.mul(t!, 1 - amount), amount / classes));

/** The same over as many classes as the last dimension has, whatever `axis` is, as in Keras. */
export const smoothOver = (amount: number, target: Node): Node =>
  smooth(target, amount, target.type.shape.at(-1) ?? 1);

/** -log of the probability of the target class (a whole number). */
export const sparseCategoricalCrossentropy: (options?: SparseCrossentropyOptions) => Loss = lossKind({
  className: 'SparseCategoricalCrossentropy',
  name: 'sparseCategoricalCrossentropy',
  target: 'classes',
  options: { fromLogits, ignoreClass },
  values: (o, target, prediction) => {
    const logits = knownLogits('softmax', o.fromLogits, prediction);
    const values = logits
      ? ops.sparseCrossEntropyFromLogits(target, logits)
      : ops.sparseCrossEntropy(target, prediction);
    return o.ignoreClass === null ? values : ops.multiply(values, otherPositions(o.ignoreClass, target));
  },
  ignoredClass: (o) => o.ignoreClass,
});

/** -sum of target * log(prediction) over the classes. */
export const categoricalCrossentropy: (options?: SmoothedCrossentropyOptions) => Loss = lossKind({
  className: 'CategoricalCrossentropy',
  name: 'categoricalCrossentropy',
  target: 'probabilities',
  options: { fromLogits, labelSmoothing, axis: axisOption },
  values: (o, givenTarget, givenPrediction) => {
    const prediction = withLast(o.axis, givenPrediction);
    const target = withLast(o.axis, smoothOver(o.labelSmoothing, givenTarget));
    const logits = knownLogits('softmax', o.fromLogits, prediction);
    return logits ? ops.crossEntropyFromLogits(target, logits) : ops.crossEntropy(target, prediction);
  },
});

/** -t log(p) - (1 - t) log(1 - p), averaged over the elements, whatever `axis` is. */
export const binaryCrossentropy: (options?: SmoothedCrossentropyOptions) => Loss = lossKind({
  className: 'BinaryCrossentropy',
  name: 'binaryCrossentropy',
  target: 'probabilities',
  options: { fromLogits, labelSmoothing, axis: axisOption },
  meanAxis: ({ axis }) => axis,
  values: (o, given, prediction) => {
    if (prediction.type.shape.length > 0) dimensionOf(o.axis, prediction);
    const target = smooth(given, o.labelSmoothing, 2);
    const logits = knownLogits('sigmoid', o.fromLogits, prediction);
    return logits
      ? ops.binaryCrossEntropyFromLogits(target, logits)
      : ops.binaryCrossEntropy(target, prediction);
  },
});
