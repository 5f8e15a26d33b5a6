import {
  addDouble,
  type DoubleDouble,
  divideDouble,
  fastTwoSum,
  multiplyDouble,
  twoSum,
} from './double-double.ts';
import { scaleByPower, splitExponent } from './exponent.ts';
import { horner } from './polynomial.ts';

const LOG2_E: DoubleDouble = { high: Math.LOG2E, low: 2.0355273740931033e-17 };
const LN_2: DoubleDouble = { high: Math.LN2, low: 2.3190468138462996e-17 };
const THIRD: DoubleDouble = { high: 0.3333333333333333, low: 1.850371707708594e-17 };

/** 1/5 + z/7 + z^2/9 + ... to the last term that matters at z = 0.0295, highest first. */
const ATANH_TAIL: readonly number[] = [23, 21, 19, 17, 15, 13, 11, 9, 7, 5].map((k) => 1 / k);
/** 1/2 + r/3! + r^2/4! + ... to the last term that matters at |r| = 0.347, highest first. */
const EXP_TAIL: readonly number[] = inverseFactorials(2, 14).reverse();

function inverseFactorials(from: number, to: number): number[] {
  const terms: number[] = [];
  let factorial = 1;
  for (let k = 1; k <= to; k++) {
    factorial *= k;
    if (k >= from) terms.push(1 / factorial);
  }
  return terms;
}

/**
 * log2 of a positive finite number, to about 2^-65: with x = 2^e m, m in [sqrt(1/2), sqrt(2)), and
 * s = (m - 1) / (m + 1), ln m = 2 (s + s^3/3 + s^5/5 + ...), the first two terms in double-double.
 */
function log2(x: number): DoubleDouble {
  let [m, e] = splitExponent(x);
  if (m > Math.SQRT2) {
    m /= 2;
    e += 1;
  }
  const s = divideDouble({ high: m - 1, low: 0 }, twoSum(m, 1));
  const square = multiplyDouble(s, s);
  const cube = multiplyDouble(square, s);
  const tail = cube.high * square.high * horner(ATANH_TAIL, square.high);
  const half = addDouble(s, addDouble(multiplyDouble(cube, THIRD), { high: tail, low: 0 }));
  const natural = { high: 2 * half.high, low: 2 * half.low };
  return addDouble({ high: e, low: 0 }, multiplyDouble(natural, LOG2_E));
}

/** 2^t for |t| <= 1100. */
function exp2(t: DoubleDouble): number {
  const n = Math.floor(t.high + 0.5);
  const r = multiplyDouble(fastTwoSum(t.high - n, t.low), LN_2);
  const sum = fastTwoSum(1, r.high);
  const tail = r.high * r.high * horner(EXP_TAIL, r.high) + r.low * (1 + r.high);
  return scaleByPower(sum.high + (sum.low + tail), n);
}

/**
 * x ** y in double precision, for scalars (an optimiser's powers of beta, schedules), with the special cases of
 * JavaScript. It is made of + - * / and exact steps alone, so that every engine gives the same bits, which `**` does
 * not promise; within 0.6 ulp where the result is normal.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  const magnitude = x < 0 ? -x : x;
  const infinity = Number.POSITIVE_INFINITY;
  if (magnitude === 1 && (y === infinity || y === -infinity)) return Number.NaN;
  const isNegative = x < 0 || Object.is(x, -0);
  const isOdd = y % 2 === 1 || y % 2 === -1;
  const sign = isNegative && isOdd ? -1 : 1;
  if (magnitude === 0) return sign * (y > 0 ? 0 : infinity);
  if (magnitude === infinity) return sign * (y > 0 ? infinity : 0);
  if (y === infinity || y === -infinity) return magnitude > 1 === y > 0 ? infinity : 0;
  if (x < 0 && y % 1 !== 0) return Number.NaN;
  return sign * positivePower(magnitude, y);
}

/** For a positive finite base and a finite exponent. */
function positivePower(x: number, y: number): number {
  if (x === 1) return 1;
  const logarithm = log2(x);
  const estimate = y * logarithm.high;
  if (estimate >= 1025) return Number.POSITIVE_INFINITY;
  if (estimate <= -1080) return 0;
  if (estimate < 2 ** -60 && estimate > -(2 ** -60)) return 1;
  return exp2(multiplyDouble({ high: y, low: 0 }, logarithm));
}
