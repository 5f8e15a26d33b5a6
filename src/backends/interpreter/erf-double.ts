const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/**
 * The error function in float64. Below 3 its Maclaurin series with positive terms,
 * erf(x) = 2/sqrt(pi) exp(-x^2) sum of 2^k x^(2k+1) / (1*3*...*(2k+1)); above, the continued fraction of 1 - erf.
 */
export function erfDouble(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a > 6) return Math.sign(x);
  const scale = Math.exp(-a * a);
  if (a < 3) {
    let term = a;
    let sum = a;
    for (let k = 1; term > sum * 1e-18; k++) {
      term *= (2 * a * a) / (2 * k + 1);
      sum += term;
    }
    return Math.sign(x) * TWO_OVER_ROOT_PI * scale * sum;
  }
  let fraction = a;
  for (let k = 60; k >= 1; k--) fraction = a + k / 2 / fraction;
  return Math.sign(x) * (1 - (scale * TWO_OVER_ROOT_PI) / 2 / fraction);
}
