import type { Arithmetic } from '../../numerics/arithmetic.ts';
import type { Code } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { f32x4, i32x4, lanes, v128 } from './assembler-simd.ts';

/** Four lanes: code that may be repeated without work (a local or a constant). */
export type LaneValue = Code<'v128'>;

export type SimdArithmetic = Arithmetic<LaneValue, LaneValue, LaneValue>;

/** Puts a value into a local. */
export type Keep = (value: Code<'v128'>) => LaneValue;

/**
 * The arithmetic of four float32 lanes in generated code: every operation appends an instruction whose result is
 * kept in a local. Masks are lanes of all ones or zeros.
 */
export function simdArithmetic(keep: Keep, constant: (value: Code<'v128'>) => LaneValue): SimdArithmetic {
  const one =
    (op: (a: LaneValue) => Code<'v128'>) =>
    (a: LaneValue): LaneValue =>
      keep(op(a));
  const two =
    (op: (a: LaneValue, b: LaneValue) => Code<'v128'>) =>
    (a: LaneValue, b: LaneValue): LaneValue =>
      keep(op(a, b));
  const shift =
    (op: (a: LaneValue, count: Code<'i32'>) => Code<'v128'>) =>
    (a: LaneValue, count: number): LaneValue =>
      keep(op(a, i32.const(count)));
  // A product's low and high halves come from the same two widening products.
  let product: { a: LaneValue; b: LaneValue; low: LaneValue; high: LaneValue } | undefined;
  const widen = (a: LaneValue, b: LaneValue): { low: LaneValue; high: LaneValue } => {
    if (product?.a !== a || product.b !== b) {
      product = { a, b, low: keep(lanes.multiplyLow(a, b)), high: keep(lanes.multiplyHigh(a, b)) };
    }
    return product;
  };
  const choose = (mask: LaneValue, a: LaneValue, b: LaneValue): LaneValue => keep(v128.bitselect(a, b, mask));
  return {
    f32: (value) => constant(f32x4.const(value)),
    i32: (value) => constant(i32x4.const(value)),
    add: two(f32x4.add),
    sub: two(f32x4.sub),
    mul: two(f32x4.mul),
    div: two(f32x4.div),
    sqrt: one(f32x4.sqrt),
    neg: one(f32x4.neg),
    abs: one(f32x4.abs),
    min: two(f32x4.pmin),
    max: two(f32x4.pmax),
    lt: two(f32x4.lt),
    le: two(f32x4.le),
    gt: two(f32x4.gt),
    ge: two(f32x4.ge),
    eq: two(f32x4.eq),
    ne: two(f32x4.ne),
    select: choose,
    addI: two(i32x4.add),
    subI: two(i32x4.sub),
    mulI: (a, b) => {
      if (product?.a !== a || product.b !== b) return keep(i32x4.mul(a, b));
      return keep(lanes.shuffle32(product.low, product.high, [0, 2, 4, 6]));
    },
    mulHighU: (a, b) => {
      const { low, high } = widen(a, b);
      return keep(lanes.shuffle32(low, high, [1, 3, 5, 7]));
    },
    shl: shift(i32x4.shl),
    shrU: shift(i32x4.shrU),
    shrS: shift(i32x4.shrS),
    andI: two(v128.and),
    orI: two(v128.or),
    xorI: two(v128.xor),
    eqI: two(i32x4.eq),
    neI: two(i32x4.ne),
    ltS: two(i32x4.ltS),
    ltU: two(i32x4.ltU),
    selectI: choose,
    andM: two(v128.and),
    orM: two(v128.or),
    notM: one(v128.not),
    bits: (a) => a,
    fromBits: (a) => a,
    toFloat: one(f32x4.fromInt),
    truncate: one(i32x4.truncSat),
  };
}
