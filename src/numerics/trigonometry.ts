import { InvalidArgumentError } from '../errors/index.ts';
import { horner } from './polynomial.ts';

/** pi/2 in three parts: the first two have 33 bits, so that their products with a count below 2^20 are exact. */
const HALF_PI_1 = 1.5707963267341256;
const HALF_PI_2 = 6.077100506303966e-11;
const HALF_PI_3 = 2.0222662487959506e-21;
/** Angles up to this magnitude are reduced exactly enough. */
const LARGEST_ANGLE = 2 ** 20;

/** -1/3! + z/5! - z^2/7! + ..., highest first: sin r = r + r z SINE(z) with z = r^2. */
const SINE: readonly number[] = alternating([3, 5, 7, 9, 11, 13, 15, 17], -1);
/** 1/4! - z/6! + z^2/8! - ..., highest first: cos r = 1 - z/2 + z^2 COSINE(z). */
const COSINE: readonly number[] = alternating([4, 6, 8, 10, 12, 14, 16, 18], 1);

/** Inverse factorials, their signs alternating from `sign`, the last one first. */
function alternating(factors: readonly number[], sign: number): number[] {
  const terms = factors.map((n, index) => {
    let factorial = 1;
    for (let k = 2; k <= n; k++) factorial *= k;
    return (index % 2 === 0 ? sign : -sign) / factorial;
  });
  return terms.reverse();
}

/** sin r for |r| <= pi/4: the Taylor polynomial of degree 17. The sign of zero stays. */
function sineNearZero(r: number): number {
  if (r === 0) return r;
  const z = r * r;
  return r + r * z * horner(SINE, z);
}

/** cos r for |r| <= pi/4: the Taylor polynomial of degree 18. */
function cosineNearZero(r: number): number {
  const z = r * r;
  return 1 - (z / 2 - z * z * horner(COSINE, z));
}

/** sin(x + quarters pi/2). */
function turned(x: number, quarters: number, name: string): number {
  if (!Number.isFinite(x)) return Number.NaN;
  if (x > LARGEST_ANGLE || x < -LARGEST_ANGLE)
    throw new InvalidArgumentError({
      argument: 'x',
      call: name,
      expected: 'an angle in radians of at most 2^20 in magnitude',
      received: x,
    });
  const n = Math.floor(x / (Math.PI / 2) + 0.5);
  const r = x - n * HALF_PI_1 - n * HALF_PI_2 - n * HALF_PI_3;
  const quarter = (n + quarters) & 3;
  const value = (quarter & 1) === 0 ? sineNearZero(r) : cosineNearZero(r);
  return quarter < 2 ? value : -value;
}

/**
 * Sine in double precision, for scalars (angles of augmentation, initial values), made of + - * / alone, so that every
 * engine gives the same bits. Within 1 ulp, or 2^-64 absolute near multiples of pi. NaN for NaN and infinities.
 * @param x angle in radians
 * @throws {InvalidArgumentError} beyond 2^20 in magnitude
 */
export function sin(x: number): number {
  return turned(x, 0, 'sin');
}

/**
 * Cosine in double precision: as `sin`.
 * @param x angle in radians
 * @throws {InvalidArgumentError} beyond 2^20 in magnitude
 */
export function cos(x: number): number {
  return turned(x, 1, 'cos');
}
