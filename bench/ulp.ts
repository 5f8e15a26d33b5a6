/**
 * The accuracy of the float32 functions of `src/numerics`, over the float32 numbers:
 *
 *     node bench/ulp.ts [function ...] [--all]
 *
 * Prints the largest error in ulp (of the exact result, judged in float64), where it is, and the places where a
 * function that should rise falls. Where a function is constant or x itself up to rounding, every 997th number is
 * taken; `--all` takes every one. Some minutes.
 */
import type { Arithmetic } from '../src/numerics/arithmetic.ts';
import { erf } from '../src/numerics/erf.ts';
import { exp } from '../src/numerics/exp.ts';
import { log } from '../src/numerics/log.ts';
import { scalar } from '../src/numerics/scalar.ts';
import { sigmoid } from '../src/numerics/sigmoid.ts';
import { tanh } from '../src/numerics/tanh.ts';

/** A function of the library, what it should be, and where (in magnitudes of x) it is neither flat nor linear. */
export interface Subject {
  readonly name: string;
  readonly compute: <F, I, M>(a: Arithmetic<F, I, M>, x: F) => F;
  readonly exact: (x: number) => number;
  readonly from: number;
  readonly to: number;
}

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
  let fraction = 0;
  for (let k = 200; k > 0; k--) fraction = k / 2 / (c + fraction);
  return Math.exp(-c * c) / Math.sqrt(Math.PI) / (c + fraction);
}

/** Taylor coefficients of erf at c: erf' = 2/sqrt(pi) e^(-x^2), and w = erf' satisfies w' = -2 x w. */
function erfTaylor(c: number): number[] {
  const slope = [(2 / Math.sqrt(Math.PI)) * Math.exp(-c * c)];
  for (let n = 0; n + 1 < TAYLOR_TERMS; n++)
    slope.push((-2 * (c * slope[n] + (n > 0 ? slope[n - 1] : 0))) / (n + 1));
  return [c < 1 ? erfNearZero(c) : 1 - erfcFar(c), ...slope.map((value, n) => value / (n + 1))];
}

/** erf in float64, to about 1e-15 relative. */
export function exactErf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude >= 4) return Math.sign(x) * (1 - (magnitude < 7 ? erfcFar(magnitude) : 0));
  const index = Math.round(magnitude / CENTRE_STEP);
  const offset = magnitude - index * CENTRE_STEP;
  const series = erfSeries[index];
  let value = 0;
  for (let n = series.length - 1; n >= 0; n--) value = value * offset + series[n];
  return x < 0 ? -value : value;
}

function exactSigmoid(x: number): number {
  const t = Math.exp(-Math.abs(x));
  return (x < 0 ? t : 1) / (1 + t);
}

export const SUBJECTS: readonly Subject[] = [
  { name: 'exp', compute: exp, exact: Math.exp, from: 2 ** -26, to: 105 },
  { name: 'log', compute: log, exact: Math.log, from: 0, to: Number.POSITIVE_INFINITY },
  { name: 'tanh', compute: tanh, exact: Math.tanh, from: 2 ** -16, to: 10 },
  { name: 'erf', compute: erf, exact: exactErf, from: 2 ** -34, to: 4 },
  { name: 'sigmoid', compute: sigmoid, exact: exactSigmoid, from: 2 ** -26, to: 105 },
];

const LARGEST = 2 ** 128 - 2 ** 104;

/** The distance of a float32 from an exact value, in units of the last place of float32 at the exact value. */
export function ulpError(value: number, exact: number): number {
  if (Object.is(value, exact) || (Number.isNaN(value) && Number.isNaN(exact))) return 0;
  const magnitude = Math.abs(exact);
  if (magnitude > LARGEST) {
    // Beyond the range infinity stands for the next number, 2^128.
    const bounded = Math.min(magnitude, 2 ** 128);
    const given = Math.min(Math.abs(value), 2 ** 128);
    return Math.sign(value) === Math.sign(exact) ? Math.abs(given - bounded) / 2 ** 104 : Infinity;
  }
  const distance = Math.abs(value - exact);
  if (distance === 0) return 0;
  return distance / unitInLastPlace(magnitude);
}

const floatView = new Float64Array(1);
const wordView = new Uint32Array(floatView.buffer);
function unitInLastPlace(magnitude: number): number {
  floatView[0] = magnitude;
  const exponent = Math.max((wordView[1] >>> 20) - 1023, -126);
  wordView[0] = 0;
  wordView[1] = (exponent - 23 + 1023) << 20;
  return floatView[0];
}

/** What a scan found; `falls` counts neighbours (in scanned order) at which the function decreases. */
export interface Finding {
  readonly count: number;
  readonly worst: number;
  readonly at: number;
  readonly falls: number;
}

/** Scans the float32 numbers with the given bits: from `first` to `last`, one sign, by `step`. */
export function scan(subject: Subject, first: number, last: number, sign: 1 | -1, step: number): Finding {
  const bits = new Int32Array(1);
  const float = new Float32Array(bits.buffer);
  let [count, worst, at, falls, previous] = [0, 0, Number.NaN, 0, Number.NaN];
  for (let pattern = first; pattern <= last; pattern += step) {
    bits[0] = pattern;
    const x = sign * float[0];
    const value = subject.compute(scalar, x);
    const exact = subject.exact(x);
    // A unit is at least |exact| 2^-24, so that most numbers are dismissed by one comparison.
    if (!(Math.abs(value - exact) <= worst * Math.abs(exact) * 2 ** -24)) {
      const error = ulpError(value, exact);
      if (!(error <= worst)) [worst, at] = [error, x];
    }
    if ((value - previous) * sign < 0) falls++;
    previous = value;
    count++;
  }
  return { count, worst, at, falls };
}

/** The bits of a positive float32 number. */
export function bitsOf(value: number): number {
  return new Int32Array(new Float32Array([value]).buffer)[0];
}

function report(subject: Subject, everything: boolean): void {
  const start = performance.now();
  const [from, to, infinity] = [subject.from, subject.to, Infinity].map(bitsOf);
  const coarse = everything ? 1 : 997;
  const findings: Finding[] = [];
  for (const sign of [1, -1] as const) {
    findings.push(scan(subject, 0, from, sign, coarse));
    if (subject.name === 'log' && sign < 0) findings.push(scan(subject, from, infinity, sign, coarse));
    else findings.push(scan(subject, from, to, sign, 1), scan(subject, to, infinity, sign, coarse));
  }
  const worst = findings.reduce((a, b) => (b.worst > a.worst ? b : a));
  const sum = (part: 'count' | 'falls'): number =>
    findings.reduce((total, finding) => total + finding[part], 0);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  console.log(
    `${subject.name.padEnd(8)} ${worst.worst.toFixed(3)} ulp at ${worst.at}, ` +
      `${sum('count')} numbers, ${sum('falls')} falls, ${seconds} s`,
  );
}

if (import.meta.main) {
  const names = process.argv.slice(2).filter((argument) => argument !== '--all');
  for (const subject of SUBJECTS)
    if (names.length === 0 || names.includes(subject.name)) report(subject, process.argv.includes('--all'));
}
