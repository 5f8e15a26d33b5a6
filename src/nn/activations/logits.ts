import type { Node } from '../../graph/node.ts';

const logitsOfNode = new WeakMap<Node, Node>();

/**
 * Remembers from which logits a softmax or sigmoid was computed, so that a cross-entropy after it can use them,
 * as Keras on TensorFlow does.
 */
export function rememberLogits(probabilities: Node, logits: Node): Node {
  logitsOfNode.set(probabilities, logits);
  return probabilities;
}

/** The logits from which a value was computed as softmax or sigmoid, if it was. */
export const logitsOf = (probabilities: Node): Node | undefined => logitsOfNode.get(probabilities);
