import type { Arithmetic } from './arithmetic.ts';

/** The arithmetic of float32 scalars, held in JavaScript numbers; integers are signed, in [-2^31, 2^31). */
export type ScalarArithmetic = Arithmetic<number, number, boolean>;

const { abs, fround, imul, sqrt } = Math;
const floatView = new Float32Array(1);
const bitView = new Int32Array(floatView.buffer);

/** Assembles the high word from products of 16-bit halves, none of which exceeds 2^32. */
function mulHighU(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const cross = aHigh * bLow + ((aLow * bLow) >>> 16);
  const middle = aLow * bHigh + (cross & 0xffff);
  return (aHigh * bHigh + Math.floor(cross / 65536) + Math.floor(middle / 65536)) | 0;
}

/**
 * Float32 in JavaScript. `Math.fround` over double operations is exact single rounding for + - * / and sqrt, since
 * 53 bits are more than twice 24 and two.
 */
export const scalar: ScalarArithmetic = {
  f32: fround,
  i32: (value) => value | 0,
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
  sqrt: (a) => fround(sqrt(a)),
  neg: (a) => -a,
  abs: (a) => abs(a),
  min: (a, b) => (b < a ? b : a),
  max: (a, b) => (a < b ? b : a),
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  select: (mask, a, b) => (mask ? a : b),
  addI: (a, b) => (a + b) | 0,
  subI: (a, b) => (a - b) | 0,
  mulI: imul,
  mulHighU,
  shl: (a, count) => a << count,
  shrU: (a, count) => (a >>> count) | 0,
  shrS: (a, count) => a >> count,
  andI: (a, b) => a & b,
  orI: (a, b) => a | b,
  xorI: (a, b) => a ^ b,
  eqI: (a, b) => a === b,
  neI: (a, b) => a !== b,
  ltS: (a, b) => a < b,
  ltU: (a, b) => a >>> 0 < b >>> 0,
  selectI: (mask, a, b) => (mask ? a : b),
  andM: (a, b) => a && b,
  orM: (a, b) => a || b,
  notM: (a) => !a,
  bits: (a) => {
    floatView[0] = a;
    return bitView[0];
  },
  fromBits: (a) => {
    bitView[0] = a;
    return floatView[0];
  },
  toFloat: fround,
  truncate: (a) => a | 0,
};
