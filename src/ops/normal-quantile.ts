import * as e from '../ir/build.ts';
import type { Expression } from '../ir/expression.ts';

/** Coefficients in w - 2.5, the highest power first. */
const CENTRE = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
] as const;

/** Coefficients in sqrt(w) - 3. */
const TAIL = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
] as const;

const polynomial = (coefficients: readonly number[], x: Expression): Expression =>
  coefficients.slice(1).reduce((value, c) => e.add(e.mul(value, x), c), e.constant(coefficients[0]!));

/**
 * The number below which a standard normal lies with probability (1 + y) / 2, for y in (-1, 1): sqrt(2) times the
 * inverse of erf. With w = -log(1 - y^2) the inverse is y times one of two polynomials. Source: Giles 2010,
 * "Approximating the erfinv function" (single precision).
 */
export function normalQuantile(y: Expression): Expression {
  const w = e.neg(e.log(e.mul(e.sub(1, y), e.add(y, 1))));
  const centre = polynomial(CENTRE, e.sub(w, 2.5));
  const tail = polynomial(TAIL, e.sub(e.sqrt(w), 3));
  return e.mul(e.mul(y, e.select(e.lt(w, 5), centre, tail)), Math.SQRT2);
}
