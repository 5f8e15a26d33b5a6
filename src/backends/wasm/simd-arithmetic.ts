import type { Arithmetic } from '../../numerics/arithmetic.ts';
import type { Code } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { f32x4, i32x4, lanes, v128 } from './assembler-simd.ts';

/** Four lanes: code that may be repeated without work (a local or a constant). */
export type LaneValue = Code<'v128'>;

export type SimdArithmetic = Arithmetic<LaneValue, LaneValue, LaneValue>;

/** Puts a value into a local. */
export type Keep = (value: Code<'v128'>) => LaneValue;

/** Where the arithmetic puts its results. */
export interface LaneSink {
  readonly keep: Keep;
  /** Computes a value once, at the start of the function. */
  readonly constant: Keep;
  isConstant(value: LaneValue): boolean;
}

/**
 * The arithmetic of four float32 lanes in generated code: every operation appends an instruction whose result is
 * kept in a local; what follows from constants alone is computed at the start. Masks are lanes of ones or zeros.
 */
export function simdArithmetic(sink: LaneSink): SimdArithmetic {
  const { constant } = sink;
  const put = (value: Code<'v128'>, ...operands: LaneValue[]): LaneValue =>
    operands.every((operand) => sink.isConstant(operand)) ? constant(value) : sink.keep(value);
  const one =
    (op: (a: LaneValue) => Code<'v128'>) =>
    (a: LaneValue): LaneValue =>
      put(op(a), a);
  const two =
    (op: (a: LaneValue, b: LaneValue) => Code<'v128'>) =>
    (a: LaneValue, b: LaneValue): LaneValue =>
      put(op(a, b), a, b);
  const shift =
    (op: (a: LaneValue, count: Code<'i32'>) => Code<'v128'>) =>
    (a: LaneValue, count: number): LaneValue =>
      put(op(a, i32.const(count)), a);
  // A product's low and high halves come from the same two widening products.
  const products = new WeakMap<LaneValue, { b: LaneValue; low: LaneValue; high: LaneValue }>();
  const widen = (a: LaneValue, b: LaneValue): { low: LaneValue; high: LaneValue } => {
    const known = products.get(a);
    if (known?.b === b) return known;
    const product = { b, low: put(lanes.multiplyLow(a, b), a, b), high: put(lanes.multiplyHigh(a, b), a, b) };
    products.set(a, product);
    return product;
  };
  const choose = (mask: LaneValue, a: LaneValue, b: LaneValue): LaneValue =>
    put(v128.bitselect(a, b, mask), a, b, mask);
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
      const product = products.get(a);
      if (product?.b !== b) return put(i32x4.mul(a, b), a, b);
      return put(lanes.shuffle32(product.low, product.high, [0, 2, 4, 6]), a, b);
    },
    mulHighU: (a, b) => {
      const { low, high } = widen(a, b);
      return put(lanes.shuffle32(low, high, [1, 3, 5, 7]), a, b);
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

/** Two values of lanes that are computed side by side, an instruction of each in turn. */
export interface SideBySide {
  readonly each: readonly [LaneValue, LaneValue];
}

/** Arithmetic whose two halves do not wait for each other. */
export function sideBySide(arithmetic: SimdArithmetic): Arithmetic<SideBySide, SideBySide, SideBySide> {
  const both = (
    op: (...operands: unknown[]) => LaneValue,
    operands: readonly (SideBySide | number)[],
  ): SideBySide => {
    const half = (k: 0 | 1): LaneValue => op(...operands.map((x) => (typeof x === 'number' ? x : x.each[k])));
    return { each: [half(0), half(1)] };
  };
  const lifted = Object.entries(arithmetic).map(([name, op]) => [
    name,
    (...operands: (SideBySide | number)[]) => both(op as (...operands: unknown[]) => LaneValue, operands),
  ]);
  return Object.fromEntries(lifted) as Arithmetic<SideBySide, SideBySide, SideBySide>;
}
