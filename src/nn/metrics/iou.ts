import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { boolean, integer, number, optional } from '../options.ts';
import { type MetricOptions, metricKind, total } from './define.ts';
import type { Metric } from './metric.ts';

export interface MeanIoUOptions extends MetricOptions {
  /** At least 2. */
  readonly numClasses: number;
  /** The prediction holds classes, not a value for each class. Default true, as in Keras. */
  readonly sparseYPred?: boolean;
}

export interface OneHotMeanIoUOptions extends MetricOptions {
  /** At least 2. */
  readonly numClasses: number;
}

export interface BinaryIoUOptions extends MetricOptions {
  /** Predictions of at least this are 1. Default 0.5. */
  readonly threshold?: number;
}

const EPSILON = 1e-7;

/** True where a value without its fraction is the class, as Keras casts it. */
const isClass = (value: Expression, axis: string): Expression =>
  e.and(e.ge(value, e.indexValue(axis)), e.lt(value, e.add(e.indexValue(axis), 1)));

/** How often class i of the target meets class j of the prediction in a sample: shape [classes, classes]. */
function confusionMatrix(classes: number, target: Node, prediction: Node): Node {
  const positions = elementCount(target.type.shape);
  const [t, p] = [ops.reshape(target, [positions]), ops.reshape(prediction, [positions])];
  const definition = compute(
    'map',
    [classes, classes],
    ([i, j]) => {
      const isPair = e.and(isClass(e.load(t, ['r']), i!), isClass(e.load(p, ['r']), j!));
      return e.sum(['r'], e.select(isPair, 1, 0));
    },
    [{ name: 'r', extent: positions }],
  );
  return computeNode('confusionMatrix', [classes, classes], definition, [t, p], { stopGradient: true });
}

/** Mean over the classes that occur of hits / (targets + predictions - hits), with Keras's 1e-7 in denominators. */
function meanOverlap(matrix: readonly number[]): number {
  const classes = Math.sqrt(matrix.length);
  const each = Array.from({ length: classes }, (_, k) => k);
  const shares = each.flatMap((k) => {
    const hits = matrix[k * classes + k]!;
    const targets = total(each.map((j) => matrix[k * classes + j]!));
    const predictions = total(each.map((i) => matrix[i * classes + k]!));
    const union = targets + predictions - hits;
    return union > 0 ? [hits / (union + EPSILON)] : [];
  });
  return total(shares) / (shares.length + EPSILON);
}

const numClasses = integer(2, 4096);

/** Intersection over union, averaged over classes, for targets that are classes (whole numbers). */
export const meanIoU: (options: MeanIoUOptions) => Metric = metricKind({
  className: 'MeanIoU',
  name: 'meanIoU',
  target: (o) => (o.sparseYPred ? 'values' : 'classes'),
  options: { numClasses, sparseYPred: optional(boolean, true) },
  perSample: (o, target, prediction) =>
    confusionMatrix(o.numClasses, target, o.sparseYPred ? prediction : ops.argMax(prediction)),
  result: (_, sums) => meanOverlap(sums),
});

/** Intersection over union, averaged over classes, for targets and predictions with a value for each class. */
export const oneHotMeanIoU: (options: OneHotMeanIoUOptions) => Metric = metricKind({
  className: 'OneHotMeanIoU',
  name: 'oneHotMeanIoU',
  target: 'values',
  options: { numClasses },
  perSample: (o, target, prediction) =>
    confusionMatrix(o.numClasses, ops.argMax(target), ops.argMax(prediction)),
  result: (_, sums) => meanOverlap(sums),
});

/** Intersection over union, averaged over 0 and 1, for targets of 0 and 1. */
export const binaryIoU: (options?: BinaryIoUOptions) => Metric = metricKind({
  className: 'BinaryIoU',
  name: 'binaryIoU',
  target: 'values',
  options: { threshold: optional(number(), 0.5) },
  perSample: (o, target, prediction) => {
    const guess = elementwise('binaryGuess', [prediction], (p) => e.select(e.ge(p!, o.threshold), 1, 0), {
      stopGradient: true,
    });
    return confusionMatrix(2, target, guess);
  },
  result: (_, sums) => meanOverlap(sums),
});
