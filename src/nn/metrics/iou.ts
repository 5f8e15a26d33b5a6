import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import { elementwise } from '../../ops/elementwise.ts';
import * as ops from '../../ops/index.ts';
import { ignoreClass } from '../losses/cross-entropy.ts';
import type { TargetKind } from '../losses/loss.ts';
import { boolean, integer, number, optional, type Read, type Rule, refusal } from '../options.ts';
import { type MetricOptions, metricKind, total } from './define.ts';
import type { Metric } from './metric.ts';

export interface OneHotMeanIoUOptions extends MetricOptions {
  /** At least 2. */
  readonly numClasses: number;
  /** A class of the target whose positions do not count. Default none. */
  readonly ignoreClass?: number | null;
}

export interface MeanIoUOptions extends OneHotMeanIoUOptions {
  /** The target holds classes, not a value for each class. Default true, as in Keras. */
  readonly sparseYTrue?: boolean;
  /** The prediction holds classes, not a value for each class. Default true, as in Keras. */
  readonly sparseYPred?: boolean;
}

interface TargetClasses {
  /** The classes that are averaged over. */
  readonly targetClassIds: readonly number[];
}

export interface IoUOptions extends MeanIoUOptions, TargetClasses {}

export interface OneHotIoUOptions extends OneHotMeanIoUOptions, TargetClasses {}

export interface BinaryIoUOptions extends MetricOptions {
  /** The classes that are averaged over, of 0 and 1. Default both. */
  readonly targetClassIds?: readonly number[];
  /** Predictions of at least this are 1. Default 0.5. */
  readonly threshold?: number;
}

const EPSILON = 1e-7;

/** True where a value without its fraction is the class, as Keras casts it. */
const isClass = (value: Expression, axis: string): Expression =>
  e.and(e.ge(value, e.indexValue(axis)), e.lt(value, e.add(e.indexValue(axis), 1)));

/** How often class i of the target meets class j of the prediction in a sample: shape [classes, classes]. */
function confusionMatrix(classes: number, ignored: number | null, target: Node, prediction: Node): Node {
  const positions = elementCount(target.type.shape);
  const [t, p] = [ops.reshape(target, [positions]), ops.reshape(prediction, [positions])];
  const definition = compute(
    'map',
    [classes, classes],
    ([i, j]) => {
      const isPair = e.and(isClass(e.load(t, ['r']), i!), isClass(e.load(p, ['r']), j!));
      const counts = ignored === null ? isPair : e.and(isPair, e.ne(e.load(t, ['r']), ignored));
      return e.sum(['r'], e.select(counts, 1, 0));
    },
    [{ name: 'r', extent: positions }],
  );
  return computeNode('confusionMatrix', [classes, classes], definition, [t, p], { stopGradient: true });
}

/** Mean over those of some classes that occur of hits / (targets + predictions - hits), with Keras's 1e-7 in denominators. */
function meanOverlap(matrix: readonly number[], wanted?: readonly number[]): number {
  const classes = Math.sqrt(matrix.length);
  const each = Array.from({ length: classes }, (_, k) => k);
  const shares = (wanted ?? each).flatMap((k) => {
    const hits = matrix[k * classes + k]!;
    const targets = total(each.map((j) => matrix[k * classes + j]!));
    const predictions = total(each.map((i) => matrix[i * classes + k]!));
    const union = targets + predictions - hits;
    return union > 1e-9 ? [hits / (union + EPSILON)] : [];
  });
  return total(shares) / (shares.length + EPSILON);
}

const classIds: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    const good =
      Array.isArray(value) && value.length > 0 && value.every((k) => Number.isSafeInteger(k) && k >= 0);
    if (!good) throw refusal(argument, 'an array of classes (whole numbers from 0)', value, place);
    return [...(value as number[])];
  },
  write: (value) => value,
};

const oneHot = { numClasses: integer(2, 4096), ignoreClass };
const sparse = { ...oneHot, sparseYTrue: optional(boolean, true), sparseYPred: optional(boolean, true) };
const targetClassIds = classIds;

/** @throws {InvalidArgumentError} if a class is none of the classes */
const requireClasses =
  (call: string) =>
  (o: { readonly numClasses: number; readonly targetClassIds: readonly number[] }): void => {
    if (o.targetClassIds.every((k) => k < o.numClasses)) return;
    throw refusal('targetClassIds', `classes below ${o.numClasses}`, o.targetClassIds, { call });
  };

/** @throws {InvalidArgumentError} for classes as predictions of targets that have a value for each class */
const requireShapes =
  (call: string) =>
  (o: { readonly sparseYTrue: boolean; readonly sparseYPred: boolean }): void => {
    if (o.sparseYTrue || !o.sparseYPred) return;
    throw refusal('sparseYPred', 'false where sparseYTrue is (both have the same shape)', o.sparseYPred, {
      call,
    });
  };

type Sparse = Read<typeof sparse>;
// Classes as predictions have the shape of their targets.
const targetOf = ({ sparseYTrue, sparseYPred }: Sparse): TargetKind =>
  sparseYTrue && !sparseYPred ? 'classes' : 'values';
const sparseMatrix = (o: Sparse, target: Node, prediction: Node): Node =>
  confusionMatrix(
    o.numClasses,
    o.ignoreClass,
    o.sparseYTrue ? target : ops.argMax(target),
    o.sparseYPred ? prediction : ops.argMax(prediction),
  );
const oneHotMatrix = (o: Read<typeof oneHot>, target: Node, prediction: Node): Node =>
  confusionMatrix(o.numClasses, o.ignoreClass, ops.argMax(target), ops.argMax(prediction));

/** Intersection over union, averaged over some classes, for targets that are classes (whole numbers). */
export const iou: (options: IoUOptions) => Metric = metricKind({
  className: 'IoU',
  name: 'iou',
  target: (o) => targetOf(o),
  options: { ...sparse, targetClassIds },
  check: (o) => {
    requireClasses('metrics.iou')(o);
    requireShapes('metrics.iou')(o);
  },
  perSample: (o, target, prediction) => sparseMatrix(o, target, prediction),
  result: (o, sums) => meanOverlap(sums, o.targetClassIds),
});

/** Intersection over union, averaged over classes, for targets that are classes (whole numbers). */
export const meanIoU: (options: MeanIoUOptions) => Metric = metricKind({
  className: 'MeanIoU',
  name: 'meanIoU',
  target: (o) => targetOf(o),
  options: sparse,
  check: requireShapes('metrics.meanIoU'),
  perSample: (o, target, prediction) => sparseMatrix(o, target, prediction),
  result: (_, sums) => meanOverlap(sums),
});

/** Intersection over union, averaged over some classes, for targets and predictions with a value for each class. */
export const oneHotIoU: (options: OneHotIoUOptions) => Metric = metricKind({
  className: 'OneHotIoU',
  name: 'oneHotIoU',
  target: 'values',
  options: { ...oneHot, targetClassIds },
  check: requireClasses('metrics.oneHotIoU'),
  perSample: (o, target, prediction) => oneHotMatrix(o, target, prediction),
  result: (o, sums) => meanOverlap(sums, o.targetClassIds),
});

/** Intersection over union, averaged over classes, for targets and predictions with a value for each class. */
export const oneHotMeanIoU: (options: OneHotMeanIoUOptions) => Metric = metricKind({
  className: 'OneHotMeanIoU',
  name: 'oneHotMeanIoU',
  target: 'values',
  options: oneHot,
  perSample: (o, target, prediction) => oneHotMatrix(o, target, prediction),
  result: (_, sums) => meanOverlap(sums),
});

/** Intersection over union, averaged over 0 and 1, for targets of 0 and 1. */
export const binaryIoU: (options?: BinaryIoUOptions) => Metric = metricKind({
  className: 'BinaryIoU',
  name: 'binaryIoU',
  target: 'values',
  options: { targetClassIds: optional(classIds, [0, 1]), threshold: optional(number(), 0.5) },
  check: (o) => requireClasses('metrics.binaryIoU')({ ...o, numClasses: 2 }),
  perSample: (o, target, prediction) => {
    const guess = elementwise('binaryGuess', [prediction], (p) => e.select(e.ge(p!, o.threshold), 1, 0), {
      stopGradient: true,
    });
    return confusionMatrix(2, null, target, guess);
  },
  result: (o, sums) => meanOverlap(sums, o.targetClassIds),
});
