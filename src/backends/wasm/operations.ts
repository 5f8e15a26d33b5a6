import type { BinaryOp, CompareOp, Logic, UnaryOp } from '../../ir/expression.ts';
import { erf } from '../../numerics/erf.ts';
import { exp } from '../../numerics/exp.ts';
import { log } from '../../numerics/log.ts';
import { sigmoid } from '../../numerics/sigmoid.ts';
import { tanh } from '../../numerics/tanh.ts';
import type { Code } from './assembler.ts';
import { f32x4, v128 } from './assembler-simd.ts';
import type { LaneValue, SimdArithmetic } from './simd-arithmetic.ts';

type Lanes = Code<'v128'>;

export const binaryCode: { readonly [K in BinaryOp]: (a: Lanes, b: Lanes) => Lanes } = {
  add: f32x4.add,
  sub: f32x4.sub,
  mul: f32x4.mul,
  div: f32x4.div,
  max: f32x4.pmax,
  min: f32x4.pmin,
};

export const compareCode: { readonly [K in CompareOp]: (a: Lanes, b: Lanes) => Lanes } = {
  lt: f32x4.lt,
  le: f32x4.le,
  gt: f32x4.gt,
  ge: f32x4.ge,
  eq: f32x4.eq,
  ne: f32x4.ne,
};

export const logicCode: { readonly [K in Logic['op']]: (a: Lanes, b: Lanes) => Lanes } = {
  and: v128.and,
  or: v128.or,
  andNot: v128.andnot,
};

export const unaryCode: { readonly [K in UnaryOp]: (a: SimdArithmetic, x: LaneValue) => Lanes } = {
  neg: (_, x) => f32x4.neg(x),
  abs: (_, x) => f32x4.abs(x),
  sqrt: (_, x) => f32x4.sqrt(x),
  exp,
  log,
  tanh,
  sigmoid,
  erf,
};
