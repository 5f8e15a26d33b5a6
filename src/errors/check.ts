import type { Place } from './details.ts';
import { InvalidArgumentError, UnknownOptionError } from './errors.ts';
import { nearest } from './nearest.ts';

const nowhere: Place = {};

function refuse(
  argument: string,
  place: Place,
  expected: string,
  received: unknown,
  suggestion?: string,
): never {
  throw new InvalidArgumentError({ ...place, argument, expected, received, suggestion });
}

/**
 * Gives the value back when it is an integer of at least 1.
 * @throws {InvalidArgumentError}
 */
export function positiveInteger(value: unknown, argument: string, place: Place = nowhere): number {
  if (Number.isSafeInteger(value) && (value as number) > 0) return value as number;
  return refuse(argument, place, 'a positive integer', value);
}

/**
 * Gives the value back when it is an integer of at least 0.
 * @throws {InvalidArgumentError}
 */
export function nonNegativeInteger(value: unknown, argument: string, place: Place = nowhere): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return Math.abs(value as number);
  return refuse(argument, place, 'an integer of at least 0', value);
}

/**
 * Gives the value back when it is an integer from `low` to `high`, both included.
 * @throws {InvalidArgumentError}
 */
export function integerBetween(
  value: unknown,
  low: number,
  high: number,
  argument: string,
  place: Place = nowhere,
): number {
  if (Number.isSafeInteger(value) && (value as number) >= low && (value as number) <= high)
    return value as number;
  return refuse(argument, place, `an integer from ${low} to ${high}`, value);
}

/**
 * Gives the value back when it is an array of integers of at least `low`.
 * @throws {InvalidArgumentError}
 */
export function integerArray(
  value: unknown,
  argument: string,
  place: Place = nowhere,
  low: number = Number.NEGATIVE_INFINITY,
): readonly number[] {
  if (Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= low)) return value;
  const bound = Number.isFinite(low) ? ` of at least ${low}` : '';
  return refuse(argument, place, `an array of integers${bound}`, value);
}

/** True for [before, after]: two integers of at least 0. */
export const isCountPair = (value: unknown): value is [before: number, after: number] =>
  Array.isArray(value) && value.length === 2 && value.every((n) => Number.isSafeInteger(n) && n >= 0);

/** Bounds of a number: `min` and `max` belong to the range, `above` and `below` do not. */
export interface Range {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

/**
 * Gives the value back when it is a number, neither NaN nor infinite, within the range.
 * @throws {InvalidArgumentError}
 */
export function finiteNumber(
  value: unknown,
  argument: string,
  place: Place = nowhere,
  range: Range = {},
): number {
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = range;
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (value >= min && value <= max && value > above && value < below) return value;
  }
  return refuse(argument, place, describeRange(range), value);
}

function describeRange({ min, max, above, below }: Range): string {
  const bounds = [
    min !== undefined && `at least ${min}`,
    above !== undefined && `above ${above}`,
    max !== undefined && `at most ${max}`,
    below !== undefined && `below ${below}`,
  ].filter((bound) => bound !== false);
  return bounds.length ? `a number ${bounds.join(' and ')}` : 'a finite number';
}

/**
 * Gives the value back when it is true or false.
 * @throws {InvalidArgumentError}
 */
export function booleanValue(value: unknown, argument: string, place: Place = nowhere): boolean {
  return typeof value === 'boolean' ? value : refuse(argument, place, 'true or false', value);
}

/**
 * Gives the value back when it is a string that is not empty.
 * @throws {InvalidArgumentError}
 */
export function nonEmptyString(value: unknown, argument: string, place: Place = nowhere): string {
  return typeof value === 'string' && value !== '' ? value : refuse(argument, place, 'a name', value);
}

/**
 * Gives the value back when it is one of `choices`; suggests the nearest otherwise.
 * @throws {InvalidArgumentError}
 */
export function oneOf<const T extends string>(
  value: unknown,
  choices: readonly T[],
  argument: string,
  place: Place = nowhere,
): T {
  if (choices.includes(value as T)) return value as T;
  const quoted = choices.map((choice) => `"${choice}"`);
  const expected = quoted.length === 1 ? quoted[0]! : `one of ${quoted.join(', ')}`;
  const suggestion = typeof value === 'string' ? nearest(value, choices) : undefined;
  return refuse(argument, place, expected, value, suggestion);
}

const spatialNames = [[], ['length'], ['height', 'width'], ['depth', 'height', 'width']] as const;

/**
 * One positive integer for each spatial dimension, from an integer that stands for all or from an array.
 * @param rank number of spatial dimensions, 1 to 3
 * @throws {InvalidArgumentError}
 */
export function spatialExtents(
  value: unknown,
  rank: 1 | 2 | 3,
  argument: string,
  place: Place = nowhere,
): number[] {
  const good = (item: unknown): boolean => Number.isSafeInteger(item) && (item as number) > 0;
  if (good(value)) return new Array<number>(rank).fill(value as number);
  if (Array.isArray(value) && value.length === rank && value.every(good)) return [...(value as number[])];
  return refuse(argument, place, `a positive integer or [${spatialNames[rank].join(', ')}]`, value);
}

/** Gives the value back when it is a function; `expected` says what it does. @throws {InvalidArgumentError} */
export function functionValue<F extends (...args: never) => unknown>(
  value: unknown,
  expected: string,
  argument: string,
  place: Place = nowhere,
): F {
  return typeof value === 'function' ? (value as F) : refuse(argument, place, expected, value);
}

/** Refuses what can stop nothing; undefined is well. @throws {InvalidArgumentError} */
export function optionalSignal(value: unknown, place: Place = nowhere): void {
  if (value !== undefined && !(value instanceof AbortSignal))
    refuse('signal', place, 'an AbortSignal', value);
}

/**
 * Refuses keys of `options` that are not in `allowed`, and a value that is no object of options (an array, a map, a
 * promise, ...); suggests the nearest name. A key whose value is undefined counts as given.
 * @param argument what errors call the options
 * @throws {UnknownOptionError}
 * @throws {InvalidArgumentError}
 */
export function knownOptions(
  options: unknown,
  allowed: readonly string[],
  place: Place = nowhere,
  argument: string = 'options',
): asserts options is object {
  if (Object.prototype.toString.call(options) !== '[object Object]')
    refuse(argument, place, 'an object', options);
  for (const option of Object.keys(options as object)) {
    if (!allowed.includes(option))
      throw new UnknownOptionError({
        ...place,
        option,
        known: allowed,
        suggestion: nearest(option, allowed),
      });
  }
}
