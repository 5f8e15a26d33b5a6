import { input, type Node } from '../../src/graph/node.ts';
import { elementCount } from '../../src/ir/tensor-type.ts';
import * as ops from '../../src/ops/index.ts';
import type { RandomSource } from './random-source.ts';

/** Numbers for an input of one batch. */
export type Fill = (random: RandomSource, samples: number) => Float32Array | Int32Array | Uint8Array;

/** A loss of each sample of a prediction, and what it compares with. */
export interface Objective {
  readonly target: Node;
  readonly fill: Fill;
  readonly loss: (prediction: Node) => Node;
  /** What is read beside the loss. */
  readonly readings: (prediction: Node) => Readonly<Record<string, Node>>;
}

const mean = (losses: Node): Node => (losses.type.shape.length === 0 ? losses : ops.reduceMean(losses));

/** One of the losses for predictions of this shape. */
export function randomObjective(
  name: string,
  shape: readonly number[],
  random: RandomSource,
): Objective & { readonly kind: string } {
  const kind = random.pick(Object.keys(objectives));
  return { kind, ...objectives[kind]!(name, shape) };
}

const dense = (name: string, shape: readonly number[]): Node =>
  input(name, { dtype: 'f32', shape, batched: true });

/** Probabilities over the last dimension: one-hot rows or mixtures. */
const distributions =
  (shape: readonly number[]): Fill =>
  (random, samples) => {
    const classes = shape.at(-1)!;
    const values = new Float32Array(samples * elementCount(shape));
    for (let row = 0; row < values.length; row += classes) {
      if (random.chance(0.7)) values[row + random.integer(0, classes - 1)] = 1;
      else values.fill(1 / classes, row, row + classes);
    }
    return values;
  };

const bits =
  (shape: readonly number[]): Fill =>
  (random, samples) =>
    Float32Array.from({ length: samples * elementCount(shape) }, () => random.integer(0, 1));

type Make = (name: string, shape: readonly number[]) => Objective;

const sparse =
  (loss: (labels: Node, prediction: Node) => Node): Make =>
  (name, shape) => {
    const target = input(name, { dtype: 'i32', shape: shape.slice(0, -1), batched: true });
    return {
      target,
      fill: (random, samples) =>
        Int32Array.from({ length: samples * elementCount(shape.slice(0, -1)) }, () =>
          random.integer(0, shape.at(-1)! - 1),
        ),
      loss: (prediction) => mean(loss(target, prediction)),
      readings: (prediction) => ({
        probabilities: ops.softmax(prediction),
        hits: mean(ops.equal(ops.argMax(prediction), target)),
      }),
    };
  };

const categorical =
  (loss: (targets: Node, prediction: Node) => Node): Make =>
  (name, shape) => {
    const target = dense(name, shape);
    return {
      target,
      fill: distributions(shape),
      loss: (prediction) => mean(loss(target, prediction)),
      readings: (prediction) => ({ logProbabilities: ops.logSoftmax(prediction) }),
    };
  };

const binary =
  (loss: (targets: Node, prediction: Node) => Node): Make =>
  (name, shape) => {
    const target = dense(name, shape);
    return {
      target,
      fill: bits(shape),
      loss: (prediction) => mean(loss(target, prediction)),
      readings: (prediction) => ({ probabilities: ops.sigmoid(prediction) }),
    };
  };

const objectives: Readonly<Record<string, Make>> = {
  sparse: sparse(ops.sparseCrossEntropyFromLogits),
  sparseOfProbabilities: sparse((labels, x) => ops.sparseCrossEntropy(labels, ops.softmax(x))),
  categorical: categorical(ops.crossEntropyFromLogits),
  categoricalOfProbabilities: categorical((targets, x) => ops.crossEntropy(targets, ops.softmax(x))),
  binary: binary(ops.binaryCrossEntropyFromLogits),
  binaryOfProbabilities: binary((targets, x) => ops.binaryCrossEntropy(targets, ops.sigmoid(x))),
  meanSquaredError: (name, shape) => {
    const target = dense(name, shape);
    return {
      target,
      fill: (random, samples) => random.reals(samples * elementCount(shape), 1),
      loss: (prediction) => mean(ops.meanSquaredError(target, prediction)),
      readings: (prediction) => ({ prediction }),
    };
  },
};
