import type { Affine } from './affine.ts';

/**
 * Scalar expressions: the closed list of what an element can be computed from. A value is a float32 or a mask
 * (the result of a comparison). Expressions are directed acyclic graphs: a node that is shared by reference is
 * computed once. Every operation rounds once to float32, except where `numerics/` defines it by several steps.
 */
export type Expression =
  | Constant
  | Load
  | IndexValue
  | Random
  | Unary
  | Binary
  | Compare
  | Logic
  | Select
  | Reduce;

/** A float32 literal. */
export interface Constant {
  readonly kind: 'constant';
  readonly value: number;
}

/**
 * An element of another tensor. `source` is the id of a graph node; in a kernel it is the number of a buffer and
 * `index` is one byte address. In a definition an index may leave the tensor: then zero is read. The sample is
 * implicit: a batched tensor is read at the sample that is being computed.
 */
export interface Load {
  readonly kind: 'load';
  readonly source: number;
  readonly index: readonly Affine[];
  /**
   * Range of the index by dimension where a `select` discards some of the values: outside this range anything may be
   * read.
   */
  readonly guarded?: readonly (readonly [low: number, high: number])[];
}

/** An affine form of the axes as a float32 number (exact below 2^24). */
export interface IndexValue {
  readonly kind: 'index';
  readonly value: Affine;
}

/**
 * A whole number from 0 to 65535 as float32, uniform, from Philox 4x32-10 keyed by seed, step, stream, the
 * sample's position in the batch and `element` (the logical row-major index inside the sample).
 */
export interface Random {
  readonly kind: 'random';
  readonly stream: number;
  readonly element: Affine;
}

export const UNARY_OPS = ['neg', 'abs', 'sqrt', 'exp', 'log', 'tanh', 'sigmoid', 'erf'] as const;
export type UnaryOp = (typeof UNARY_OPS)[number];
export interface Unary {
  readonly kind: 'unary';
  readonly op: UnaryOp;
  readonly a: Expression;
}

/** `max(a, b)` is `a < b ? b : a` and `min(a, b)` is `b < a ? b : a` (a NaN in `a` stays). */
export const BINARY_OPS = ['add', 'sub', 'mul', 'div', 'max', 'min'] as const;
export type BinaryOp = (typeof BINARY_OPS)[number];
export interface Binary {
  readonly kind: 'binary';
  readonly op: BinaryOp;
  readonly a: Expression;
  readonly b: Expression;
}

export const COMPARE_OPS = ['lt', 'le', 'gt', 'ge', 'eq', 'ne'] as const;
export type CompareOp = (typeof COMPARE_OPS)[number];
/** A mask; every comparison but `ne` is false where an operand is NaN. */
export interface Compare {
  readonly kind: 'compare';
  readonly op: CompareOp;
  readonly a: Expression;
  readonly b: Expression;
}

/** Masks joined: `and`, `or`, or `andNot` (a and not b). */
export interface Logic {
  readonly kind: 'logic';
  readonly op: 'and' | 'or' | 'andNot';
  readonly a: Expression;
  readonly b: Expression;
}

/** `a` where the mask holds, else `b`. */
export interface Select {
  readonly kind: 'select';
  readonly mask: Expression;
  readonly a: Expression;
  readonly b: Expression;
}

/**
 * A reduction over axes of the piece, the first axis slowest. `sum` starts at +0 and adds in the order that the
 * piece states. `max` is NaN if any element is NaN, else the maximum, the first of equals. `argmax` is the
 * row-major number (as float32) of the first element that `max` would return.
 */
export interface Reduce {
  readonly kind: 'reduce';
  readonly op: 'sum' | 'max' | 'argmax';
  readonly axes: readonly string[];
  readonly body: Expression;
}
