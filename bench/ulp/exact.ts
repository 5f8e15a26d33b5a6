/** What the functions of the library should give, in float64: to about 1e-15 relative unless said otherwise. */

const CENTRE_STEP = 1 / 16;
const TAYLOR_TERMS = 14;
const erfSeries: readonly (readonly number[])[] = Array.from({ length: 4 / CENTRE_STEP + 1 }, (_, index) =>
  erfTaylor(index * CENTRE_STEP),
);

/** Maclaurin series of erf; its terms reach e^(c^2), so 16 digits less the lost ones: used only to c = 1. */
function erfNearZero(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** erfc by its continued fraction, from below: for c >= 1. */
function erfcFar(c: number): number {
  const depth = c < 4 ? 200 : 60;
  let fraction = 0;
  for (let k = depth; k > 0; k--) fraction = k / 2 / (c + fraction);
  return Math.exp(-c * c) / Math.sqrt(Math.PI) / (c + fraction);
}

/** Taylor coefficients of erf at c: erf' = 2/sqrt(pi) e^(-x^2), and w = erf' satisfies w' = -2 x w. */
function erfTaylor(c: number): number[] {
  const slope = [(2 / Math.sqrt(Math.PI)) * Math.exp(-c * c)];
  for (let n = 0; n + 1 < TAYLOR_TERMS; n++)
    slope.push((-2 * (c * slope[n]! + (n > 0 ? slope[n - 1]! : 0))) / (n + 1));
  return [c < 1 ? erfNearZero(c) : 1 - erfcFar(c), ...slope.map((value, n) => value / (n + 1))];
}

export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const magnitude = Math.abs(x);
  if (magnitude >= 4) return Math.sign(x) * (1 - (magnitude < 7 ? erfcFar(magnitude) : 0));
  const index = Math.round(magnitude / CENTRE_STEP);
  const offset = magnitude - index * CENTRE_STEP;
  const series = erfSeries[index]!;
  let value = 0;
  for (let n = series.length - 1; n >= 0; n--) value = value * offset + series[n]!;
  return x < 0 ? -value : value;
}

/** 1 - erf(x), without the cancellation; 0 from 28 on, where it is below every float64. */
export function erfc(x: number): number {
  if (x < 1) return 1 - erf(x);
  return x < 28 ? erfcFar(x) : 0;
}

export function sigmoid(x: number): number {
  const t = Math.exp(-Math.abs(x));
  return (x < 0 ? t : 1) / (1 + t);
}

export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const silu = (x: number): number => x * sigmoid(x);
export const mish = (x: number): number => x * Math.tanh(softplus(x));
export const gelu = (x: number): number => x * 0.5 * erfc(-x * Math.SQRT1_2);

/** The form of gelu with tanh: (1 + tanh z) / 2 = sigmoid(2 z). */
export function geluByTanh(x: number): number {
  const z = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  return x * sigmoid(2 * z);
}

/** (x + sqrt(x^2 + 4)) / 2, where x < 0 as 2 / (sqrt(x^2 + 4) - x). */
export function squareplus(x: number): number {
  const root = Math.sqrt(x * x + 4);
  return x < 0 ? 2 / (root - x) : (x + root) / 2;
}

/** x - tanh(x), near 0 by its series: to 3e-10 relative. */
export function tanhShrink(x: number): number {
  if (Math.abs(x) > 0.1) return x - Math.tanh(x);
  const z = x * x;
  return x * z * (1 / 3 - z * (2 / 15 - z * (17 / 315 - z * (62 / 2835))));
}
