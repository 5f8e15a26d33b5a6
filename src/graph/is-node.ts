import { InvalidArgumentError } from '../errors/index.ts';
import type { Node } from './node.ts';

/** True for a value of a graph. */
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'role' in value && 'type' in value;

/**
 * What a function of a user gave.
 * @throws {InvalidArgumentError} naming the argument, if it is no node
 */
export function nodeOf(value: unknown, argument: string): Node {
  if (isNode(value)) return value;
  const expected = 'a function that gives a node (made by operations)';
  throw new InvalidArgumentError({ argument, expected, received: value });
}

/**
 * An operand of a function of nodes.
 * @throws {InvalidArgumentError} naming the argument, if it is no node
 */
export function operandOf(value: unknown, argument: string): Node {
  if (isNode(value)) return value;
  const expected = 'a node of a graph (`ops` computes with tensors)';
  throw new InvalidArgumentError({ argument, expected, received: value });
}
