import { ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { elementwise } from './elementwise.ts';
import { softmaxParts } from './softmax.ts';
import { within } from './within.ts';

/** Keras's `epsilon()`: probabilities are kept so far from 0 and 1 before a logarithm. @internal */
export const PROBABILITY_EPSILON = 1e-7;

function requireShape(subject: string, node: Node, expected: readonly number[]): void {
  const { shape } = node.type;
  if (shape.length !== expected.length || shape.some((extent, k) => extent !== expected[k])) {
    throw new ShapeError({ subject, expected, received: shape });
  }
}

/** A node of shape [...outer]: the sum of a value over the classes. */
function overClasses(
  name: string,
  shape: readonly number[],
  operands: readonly Node[],
  value: (index: string[]) => Expression,
): Node {
  const outer = shape.slice(0, -1);
  const batch = operands.some((operand) => operand.type.batched) ? 'map' : 'none';
  const definition = compute(batch, outer, (axes) => e.sum(['r'], value([...axes, 'r'])), [
    { name: 'r', extent: shape.at(-1)! },
  ]);
  return computeNode(name, outer, definition, operands);
}

/**
 * Cross-entropy between integer labels and softmax(logits).
 * @param labels shape [...outer], whole numbers from 0 to classes - 1
 * @param logits shape [...outer, classes]
 * @returns shape [...outer]
 * @throws {ShapeError}
 * @example
 * ops.sparseCrossEntropyFromLogits(tensor([1]), tensor([[0, 2]])); // [0.1269]
 */
export function sparseCrossEntropyFromLogits(labels: Node, logits: Node): Node {
  const { shape } = logits.type;
  requireShape('the labels', labels, shape.slice(0, -1));
  const { shifted, total } = softmaxParts(logits);
  const picked = overClasses('crossEntropyPick', shape, [shifted, labels], (index) =>
    e.select(e.eq(e.indexValue('r'), e.load(labels, index.slice(0, -1))), e.load(shifted, index), 0),
  );
  return elementwise('sparseCrossEntropy', [total, picked], (s, p) => e.sub(e.log(s!), p!));
}

/**
 * Cross-entropy between target probabilities and softmax(logits): sum of -target * log(softmax).
 * @param targets shape [...outer, classes]
 * @param logits shape [...outer, classes]
 * @returns shape [...outer]
 * @throws {ShapeError}
 * @example
 * ops.crossEntropyFromLogits(tensor([[0, 1]]), tensor([[0, 2]])); // [0.1269]
 */
export function crossEntropyFromLogits(targets: Node, logits: Node): Node {
  const { shape } = logits.type;
  requireShape('the targets', targets, shape);
  const { shifted, total } = softmaxParts(logits);
  const mass = overClasses('crossEntropyMass', shape, [targets], (index) => e.load(targets, index));
  const picked = overClasses('crossEntropyPick', shape, [targets, shifted], (index) =>
    e.mul(e.load(targets, index), e.load(shifted, index)),
  );
  return elementwise('crossEntropy', [total, mass, picked], (s, m, p) => e.sub(e.mul(e.log(s!), m!), p!));
}

/** Probabilities kept within [epsilon, 1 - epsilon]; the gradient outside is 0. */
const clipped = (p: Expression): Expression => within(PROBABILITY_EPSILON, p, 1 - PROBABILITY_EPSILON);

/**
 * Cross-entropy between integer labels and probabilities, as Keras computes it: of softmax(log(clipped p)).
 * @param labels shape [...outer]
 * @param probabilities shape [...outer, classes]
 * @returns shape [...outer]
 * @throws {ShapeError}
 * @example
 * ops.sparseCrossEntropy(tensor([1]), tensor([[0.2, 0.8]])); // [0.2231]
 */
export function sparseCrossEntropy(labels: Node, probabilities: Node): Node {
  const logits = elementwise('logProbabilities', [probabilities], (p) => e.log(clipped(p!)));
  return sparseCrossEntropyFromLogits(labels, logits);
}

/**
 * Cross-entropy between target probabilities and probabilities, which are scaled to a sum of 1 and clipped first.
 * @param targets shape [...outer, classes]
 * @param probabilities shape [...outer, classes]
 * @returns shape [...outer]
 * @throws {ShapeError}
 * @example
 * ops.crossEntropy(tensor([[0, 1]]), tensor([[0.2, 0.8]])); // [0.2231]
 */
export function crossEntropy(targets: Node, probabilities: Node): Node {
  requireShape('the targets', targets, probabilities.type.shape);
  const { shape, batched } = probabilities.type;
  const total = overClasses('probabilitySum', shape, [probabilities], (index) =>
    e.load(probabilities, index),
  );
  const logs = computeNode(
    'logProbabilities',
    shape,
    compute(batched ? 'map' : 'none', shape, (axes) =>
      e.log(clipped(e.div(e.load(probabilities, axes), e.load(total, axes.slice(0, -1))))),
    ),
    [probabilities, total],
  );
  const picked = overClasses('crossEntropyPick', shape, [targets, logs], (index) =>
    e.mul(e.load(targets, index), e.load(logs, index)),
  );
  return elementwise('crossEntropy', [picked], (a) => e.neg(a!));
}

/**
 * -t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)) for every element, as max(x, 0) - x t + log(1 + exp(-|x|)).
 * The shapes broadcast.
 * @example
 * ops.binaryCrossEntropyFromLogits(tensor([1, 0]), tensor([2, -1])); // [0.1269, 0.3133]
 */
export const binaryCrossEntropyFromLogits = (targets: Node, logits: Node): Node =>
  elementwise('binaryCrossEntropy', [targets, logits], (t, x) => {
    // One mask for both, so that the gradient at 0 is sigmoid(0) - t.
    const positive = e.ge(x!, 0);
    const tail = e.log(e.add(e.exp(e.select(positive, e.neg(x!), x!)), 1));
    return e.add(e.sub(e.select(positive, x!, 0), e.mul(x!, t!)), tail);
  });

/**
 * -t log(p) - (1 - t) log(1 - p) for every element, p clipped as Keras does. The shapes broadcast.
 * @example
 * ops.binaryCrossEntropy(tensor([1, 0]), tensor([0.9, 0.2])); // [0.1054, 0.2231]
 */
export const binaryCrossEntropy = (targets: Node, probabilities: Node): Node =>
  elementwise('binaryCrossEntropy', [targets, probabilities], (t, p) => {
    const inside = clipped(p!);
    const yes = e.mul(t!, e.log(inside));
    const no = e.mul(e.sub(1, t!), e.log(e.sub(1, inside)));
    return e.neg(e.add(yes, no));
  });
