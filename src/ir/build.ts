import { type Affine, axisIndex, constantIndex } from './affine.ts';
import type { BinaryOp, CompareOp, Expression, Logic, Reduce, UnaryOp } from './expression.ts';

/** An expression, or a number that stands for a constant. */
export type Operand = Expression | number;

/** An affine form, an axis name, or a number that stands for a constant index. */
export type IndexOperand = Affine | string | number;

export const constant = (value: number): Expression => ({ kind: 'constant', value: Math.fround(value) });
const lift = (a: Operand): Expression => (typeof a === 'number' ? constant(a) : a);
const isConstant = (e: Expression, value: number): boolean =>
  e.kind === 'constant' && Object.is(e.value, value);

const binary = (op: BinaryOp, a: Operand, b: Operand): Expression => ({
  kind: 'binary',
  op,
  a: lift(a),
  b: lift(b),
});
const unary = (op: UnaryOp, a: Operand): Expression => ({ kind: 'unary', op, a: lift(a) });
const compare = (op: CompareOp, a: Operand, b: Operand): Expression => ({
  kind: 'compare',
  op,
  a: lift(a),
  b: lift(b),
});
const logic = (op: Logic['op'], a: Expression, b: Expression): Expression => ({ kind: 'logic', op, a, b });

export const add = (a: Operand, b: Operand): Expression => binary('add', a, b);
export const sub = (a: Operand, b: Operand): Expression => binary('sub', a, b);
/** Multiplication; by the constant one it is the other operand (no bit changes). */
export function mul(a: Operand, b: Operand): Expression {
  const [x, y] = [lift(a), lift(b)];
  return isConstant(x, 1) ? y : isConstant(y, 1) ? x : binary('mul', x, y);
}
export const div = (a: Operand, b: Operand): Expression => binary('div', a, b);
export const max = (a: Operand, b: Operand): Expression => binary('max', a, b);
export const min = (a: Operand, b: Operand): Expression => binary('min', a, b);
export const neg = (a: Operand): Expression => unary('neg', a);
export const abs = (a: Operand): Expression => unary('abs', a);
export const sqrt = (a: Operand): Expression => unary('sqrt', a);
export const exp = (a: Operand): Expression => unary('exp', a);
export const log = (a: Operand): Expression => unary('log', a);
export const tanh = (a: Operand): Expression => unary('tanh', a);
export const sigmoid = (a: Operand): Expression => unary('sigmoid', a);
export const erf = (a: Operand): Expression => unary('erf', a);
export const lt = (a: Operand, b: Operand): Expression => compare('lt', a, b);
export const le = (a: Operand, b: Operand): Expression => compare('le', a, b);
export const gt = (a: Operand, b: Operand): Expression => compare('gt', a, b);
export const ge = (a: Operand, b: Operand): Expression => compare('ge', a, b);
export const eq = (a: Operand, b: Operand): Expression => compare('eq', a, b);
export const ne = (a: Operand, b: Operand): Expression => compare('ne', a, b);
export const and = (a: Expression, b: Expression): Expression => logic('and', a, b);
export const or = (a: Expression, b: Expression): Expression => logic('or', a, b);
export const andNot = (a: Expression, b: Expression): Expression => logic('andNot', a, b);
export const select = (mask: Expression, a: Operand, b: Operand): Expression => ({
  kind: 'select',
  mask,
  a: lift(a),
  b: lift(b),
});

/** An index operand as an affine form. */
export const toIndex = (index: IndexOperand): Affine =>
  typeof index === 'string' ? axisIndex(index) : typeof index === 'number' ? constantIndex(index) : index;

export const load = (
  source: { readonly id: number } | number,
  index: readonly IndexOperand[],
): Expression => ({
  kind: 'load',
  source: typeof source === 'number' ? source : source.id,
  index: index.map(toIndex),
});
export const indexValue = (value: IndexOperand): Expression => ({ kind: 'index', value: toIndex(value) });
export const random = (stream: number, element: IndexOperand): Expression => ({
  kind: 'random',
  stream,
  element: toIndex(element),
});

const reduce = (op: Reduce['op'], axes: readonly string[], body: Expression): Expression => ({
  kind: 'reduce',
  op,
  axes,
  body,
});
/** Sum over axes, the first slowest. */
export const sum = (axes: readonly string[], body: Expression): Expression => reduce('sum', axes, body);
/** Maximum over axes, the first of equals. */
export const maximum = (axes: readonly string[], body: Expression): Expression => reduce('max', axes, body);
/** Row-major number of the first maximum over axes. */
export const argmax = (axes: readonly string[], body: Expression): Expression => reduce('argmax', axes, body);
