import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A function of the library over `CHUNK` float32 numbers. */
export type Compute = (x: Float32Array) => Float32Array;

/** What a scan found. */
export interface Finding {
  /** Numbers that were computed, without NaN. */
  readonly count: number;
  /** The largest error in ulp of the exact result, and where it is. */
  readonly worst: number;
  readonly at: number;
  /** The same in ulp of the argument or the result, whichever is larger in magnitude. */
  readonly scaled: number;
  readonly scaledAt: number;
  /** Neighbours (in the order of the numbers that were taken) at which the function decreases. */
  readonly falls: number;
}

export const LARGEST: number = 2 ** 128 - 2 ** 104;
const floatView = new Float64Array(1);
const wordView = new Uint32Array(floatView.buffer);

/** The distance between neighbouring float32 numbers at a magnitude. */
function unitInLastPlace(magnitude: number): number {
  floatView[0] = magnitude;
  const exponent = Math.min(Math.max((wordView[1]! >>> 20) - 1023, -126), 127);
  return 2 ** (exponent - 23);
}

/**
 * The distance of a float32 from an exact value in units of the last place of float32 at `magnitude`. Beyond the range
 * infinity stands for the next number, 2^128.
 */
export function ulpError(value: number, exact: number, magnitude: number = Math.abs(exact)): number {
  if (value === exact || (Number.isNaN(value) && Number.isNaN(exact))) return 0;
  if (Number.isNaN(value) || Number.isNaN(exact)) return Number.POSITIVE_INFINITY;
  const within = (x: number): number => Math.max(-(2 ** 128), Math.min(x, 2 ** 128));
  return Math.abs(within(value) - within(exact)) / unitInLastPlace(within(magnitude));
}

/** Numbers that are computed at once. */
export const CHUNK: number = 2 ** 15;

/** Bits of a positive float32 number. */
export const bitsOf = (value: number): number => new Int32Array(new Float32Array([value]).buffer)[0]!;

export function joined(a: Finding, b: Finding): Finding {
  const worst = b.worst > a.worst ? b : a;
  const scaled = b.scaled > a.scaled ? b : a;
  return {
    count: a.count + b.count,
    worst: worst.worst,
    at: worst.at,
    scaled: scaled.scaled,
    scaledAt: scaled.scaledAt,
    falls: a.falls + b.falls,
  };
}

/**
 * Scans the float32 numbers of one sign whose other bits go from `first` to `last` (at most 0x7fffffff) by `step`.
 * @throws {Error} if the function of a NaN is no NaN
 */
export function scan(
  compute: Compute,
  exact: (x: number) => number,
  range: { readonly first: number; readonly last: number; readonly sign: 1 | -1; readonly step: number },
): Finding {
  const { first, last, sign, step } = range;
  const bits = new Uint32Array(CHUNK);
  const x = new Float32Array(bits.buffer);
  let [count, falls] = [0, 0];
  // Half a unit is what rounding alone makes: smaller errors are not looked at.
  let [worst, at, scaled, scaledAt] = [0.5, Number.NaN, 0.5, Number.NaN];
  let previous = Number.NaN;
  for (let from = first; from <= last; from += CHUNK * step) {
    const length = Math.min(CHUNK, Math.floor((last - from) / step) + 1);
    const base = sign < 0 ? from + 2 ** 31 : from;
    for (let k = 0; k < length; k++) bits[k] = base + k * step;
    const y = compute(x);
    for (let k = 0; k < length; k++) {
      const argument = x[k]!;
      const value = y[k]!;
      if (Number.isNaN(argument)) {
        if (!Number.isNaN(value)) throw new Error(`NaN ${bits[k]!.toString(16)} gives ${value}`);
        continue;
      }
      count++;
      if ((value - previous) * sign < 0) falls++;
      previous = value;
      const wanted = exact(argument);
      if (value === wanted) continue;
      // A unit is at least |exact| 2^-24, so that most numbers are dismissed by two comparisons.
      const units = Math.abs(value - wanted) * 2 ** 24;
      const size = Math.abs(wanted);
      if (units <= worst * size && units <= scaled * Math.max(size, Math.abs(argument))) continue;
      const error = ulpError(value, wanted);
      if (error > worst) [worst, at] = [error, argument];
      const inScale = ulpError(value, wanted, Math.max(size, Math.abs(argument)));
      if (inScale > scaled) [scaled, scaledAt] = [inScale, argument];
    }
  }
  return { count, worst, at, scaled, scaledAt, falls };
}

/** Where what was found is kept. */
export const errorsPath: string = join(import.meta.dirname, 'errors.json');

/** What `bench/ulp.ts` found over the numbers it took, by names. JSON has no NaN: it stands as a string. */
export function statedErrors(): Record<string, Finding> {
  return JSON.parse(readFileSync(errorsPath, 'utf8'), (_, value) =>
    typeof value === 'string' ? Number(value) : value,
  );
}
