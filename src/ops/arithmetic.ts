import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { elementwise } from './elementwise.ts';

/** One of the two may be a plain number. */
type Operand = Node | number;

/**
 * a + b, broadcast.
 * @example
 * ops.add(tensor([[1, 2], [3, 4]]), tensor([10, 20])); // [[11, 22], [13, 24]]
 */
export const add = (a: Operand, b: Operand): Node => elementwise('add', [a, b], (x, y) => e.add(x!, y!));
/**
 * a - b, broadcast.
 * @example
 * ops.subtract(tensor([5, 7]), 2); // [3, 5]
 */
export const subtract = (a: Operand, b: Operand): Node =>
  elementwise('subtract', [a, b], (x, y) => e.sub(x!, y!));
/**
 * a * b, broadcast.
 * @example
 * ops.multiply(tensor([1, 2, 3]), tensor([2, 0, -1])); // [2, 0, -3]
 */
export const multiply = (a: Operand, b: Operand): Node =>
  elementwise('multiply', [a, b], (x, y) => e.mul(x!, y!));
/**
 * a / b, broadcast.
 * @example
 * ops.divide(1, tensor([2, 4])); // [0.5, 0.25]
 */
export const divide = (a: Operand, b: Operand): Node =>
  elementwise('divide', [a, b], (x, y) => e.div(x!, y!));
/**
 * The larger of a and b, broadcast; where they are equal the gradient goes to a.
 * @example
 * ops.maximum(tensor([1, 5]), tensor([3, 2])); // [3, 5]
 */
export const maximum = (a: Operand, b: Operand): Node =>
  elementwise('maximum', [a, b], (x, y) => e.max(x!, y!));
/**
 * The smaller of a and b, broadcast; where they are equal the gradient goes to a.
 * @example
 * ops.minimum(tensor([1, 5]), 3); // [1, 3]
 */
export const minimum = (a: Operand, b: Operand): Node =>
  elementwise('minimum', [a, b], (x, y) => e.min(x!, y!));
/**
 * 1 where a equals b, else 0. No gradient.
 * @example
 * ops.equal(tensor([1, 2, 3]), tensor([1, 5, 3])); // [1, 0, 1]
 */
export const equal = (a: Operand, b: Operand): Node =>
  elementwise('equal', [a, b], (x, y) => e.select(e.eq(x!, y!), 1, 0), { stopGradient: true });
/**
 * 1 where a is greater than b, else 0. No gradient.
 * @example
 * ops.greater(tensor([1, 2, 3]), 1.5); // [0, 1, 1]
 */
export const greater = (a: Operand, b: Operand): Node =>
  elementwise('greater', [a, b], (x, y) => e.select(e.gt(x!, y!), 1, 0), { stopGradient: true });
