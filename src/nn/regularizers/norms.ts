import type { Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { number, optional } from '../options.ts';
import { type Regularizer, regularizerKind } from './regularizer.ts';

const share = (fallback: number) => optional(number({ min: 0 }), fallback);
const absolute = (x: Node, scale: number): Node => ops.rescale(ops.reduceSum(ops.abs(x)), { scale });
const squared = (x: Node, scale: number): Node => ops.rescale(ops.reduceSum(ops.square(x)), { scale });

export interface L1Options {
  /** Factor of the sum, at least 0. Default 0.01. */
  readonly l1?: number;
}

/** l1 times the sum of absolute values. */
export const l1: (options?: L1Options) => Regularizer = regularizerKind(
  'L1',
  'l1',
  { l1: share(0.01) },
  (o, x) => absolute(x, o.l1),
);

export interface L2Options {
  /** Factor of the sum, at least 0. Default 0.01. */
  readonly l2?: number;
}

/** l2 times the sum of squares. */
export const l2: (options?: L2Options) => Regularizer = regularizerKind(
  'L2',
  'l2',
  { l2: share(0.01) },
  (o, x) => squared(x, o.l2),
);

export interface L1l2Options {
  /** Factor of the sum of absolute values, at least 0. Default 0. */
  readonly l1?: number;
  /** Factor of the sum of squares, at least 0. Default 0. */
  readonly l2?: number;
}

/** l1 times the sum of absolute values, and l2 times the sum of squares. */
export const l1l2: (options?: L1l2Options) => Regularizer = regularizerKind(
  'L1L2',
  'l1l2',
  { l1: share(0), l2: share(0) },
  (o, x) => {
    if (o.l1 === 0) return squared(x, o.l2);
    return o.l2 === 0 ? absolute(x, o.l1) : ops.add(absolute(x, o.l1), squared(x, o.l2));
  },
);
