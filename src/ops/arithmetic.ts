import type { Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { elementwise } from './elementwise.ts';

/** a + b, broadcast. */
export const add = (a: Node, b: Node): Node => elementwise('add', [a, b], (x, y) => e.add(x!, y!));
/** a - b, broadcast. */
export const subtract = (a: Node, b: Node): Node => elementwise('subtract', [a, b], (x, y) => e.sub(x!, y!));
/** a * b, broadcast. */
export const multiply = (a: Node, b: Node): Node => elementwise('multiply', [a, b], (x, y) => e.mul(x!, y!));
/** a / b, broadcast. */
export const divide = (a: Node, b: Node): Node => elementwise('divide', [a, b], (x, y) => e.div(x!, y!));
/** The larger of a and b, broadcast; where they are equal the gradient goes to a. */
export const maximum = (a: Node, b: Node): Node => elementwise('maximum', [a, b], (x, y) => e.max(x!, y!));
/** The smaller of a and b, broadcast; where they are equal the gradient goes to a. */
export const minimum = (a: Node, b: Node): Node => elementwise('minimum', [a, b], (x, y) => e.min(x!, y!));
/** 1 where a equals b, else 0. No gradient. */
export const equal = (a: Node, b: Node): Node =>
  elementwise('equal', [a, b], (x, y) => e.select(e.eq(x!, y!), 1, 0), { stopGradient: true });
/** 1 where a is greater than b, else 0. No gradient. */
export const greater = (a: Node, b: Node): Node =>
  elementwise('greater', [a, b], (x, y) => e.select(e.gt(x!, y!), 1, 0), { stopGradient: true });
