/** A polynomial by Horner's rule in double precision, the highest coefficient first. */
export function horner(coefficients: readonly number[], x: number): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}
