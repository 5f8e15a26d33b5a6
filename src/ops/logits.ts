import type { Node } from '../graph/node.ts';

const logits = {
  softmax: new WeakMap<Node, Node>(),
  sigmoid: new WeakMap<Node, Node>(),
};

/** Remembers that `probabilities` are softmax or sigmoid of `x`. */
export function recordLogits(kind: 'softmax' | 'sigmoid', probabilities: Node, x: Node): void {
  logits[kind].set(probabilities, x);
}

/**
 * The value whose softmax or sigmoid a node is, or undefined. A cross-entropy of probabilities takes the logits
 * instead where they are known (as Keras on TensorFlow does): it is exact where probabilities round to 0 or 1.
 */
export function logitsOf(kind: 'softmax' | 'sigmoid', probabilities: Node): Node | undefined {
  return logits[kind].get(probabilities);
}
