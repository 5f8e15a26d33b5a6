import {
  booleanValue,
  finiteNumber,
  InvalidArgumentError,
  integerBetween,
  knownOptions,
  nonEmptyString,
  oneOf,
  type Place,
  positiveInteger,
  type Range,
  spatialExtents,
} from '../errors/index.ts';

/** How one option is checked, and how it is written in the form that Keras uses in files. */
export interface Rule<T> {
  /** Undefined marks an option that must be given. */
  readonly fallback?: () => T;
  read(value: unknown, argument: string, place: Place): T;
  write(value: T): unknown;
}

export type Rules = Readonly<Record<string, Rule<unknown>>>;

/** Options after reading: every one present and checked. */
export type Read<R extends Rules> = { readonly [K in keyof R]: R[K] extends Rule<infer T> ? T : never };

const plain = <T>(read: Rule<T>['read']): Rule<T> => ({ read, write: (value) => value });

/** The rule with a value that stands where the option is absent or undefined. */
export const optional = <T>(rule: Rule<T>, fallback: T): Rule<T> => ({
  ...ruleOf(rule, 'optional'),
  fallback: () => fallback,
});

/** An option that may be null, which is its default. */
export const nullable = <T>(rule: Rule<T>): Rule<T | null> => {
  const own = ruleOf(rule, 'nullable');
  return {
    fallback: () => null,
    read: (value, argument, place) => (value === null ? null : own.read(value, argument, place)),
    write: (value) => (value === null ? null : own.write(value)),
  };
};

function ruleOf<T>(rule: Rule<T>, name: string): Rule<T> {
  if (typeof rule?.read === 'function' && typeof rule.write === 'function') return rule;
  throw refusal('rule', 'a rule, such as rules.number()', rule, { call: `rules.${name}` });
}

/** A positive whole number. */
export const positive: Rule<number> = plain(positiveInteger);
/** True or false. */
export const boolean: Rule<boolean> = plain(booleanValue);
/** A text that is not empty. */
export const string: Rule<string> = plain(nonEmptyString);
/** A finite number. @param range between which bounds. Default: any */
export function number(range: Range = {}): Rule<number> {
  const own = { call: 'rules.number' };
  knownOptions(range, ['min', 'max', 'above', 'below'], own);
  for (const [name, bound] of Object.entries(range)) if (bound !== undefined) finiteNumber(bound, name, own);
  return plain((value, argument, place) => finiteNumber(value, argument, place, range));
}
/** A whole number from `low` to `high`. */
export function integer(low: number, high: number): Rule<number> {
  const own = { call: 'rules.integer' };
  finiteNumber(low, 'low', own);
  finiteNumber(high, 'high', own, { min: low });
  return plain((value, argument, place) => integerBetween(value, low, high, argument, place));
}
/** One of some names. */
export function choice<const T extends string>(choices: readonly T[]): Rule<T> {
  const list: readonly unknown[] = Array.isArray(choices) ? choices : [];
  if (list.length === 0 || !list.every((own) => typeof own === 'string'))
    throw refusal('choices', 'an array of names', choices, { call: 'rules.choice' });
  return plain((value, argument, place) => oneOf(value, choices, argument, place));
}
/** How many spatial dimensions there are. */
export type SpatialRank = 1 | 2 | 3;
/** One value for each spatial dimension. */
export type EachDimension<R extends SpatialRank, T> = R extends 1
  ? readonly [T]
  : R extends 2
    ? readonly [T, T]
    : readonly [T, T, T];
/** A positive integer for all spatial dimensions, or one a dimension. */
export function extents<R extends SpatialRank>(rank: R): Rule<EachDimension<R, number>> {
  integerBetween(rank, 1, 3, 'rank', { call: 'rules.extents' });
  return plain(
    (value, argument, place) =>
      spatialExtents(value, rank, argument, place) as readonly number[] as EachDimension<R, number>,
  );
}
/** A shape without the batch: positive integers. */
export const shape: Rule<readonly number[]> = plain((value, argument, place) => {
  const good = Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n > 0);
  if (!good)
    throw refusal(argument, 'an array of positive integers (the shape without the batch)', value, place);
  return [...(value as number[])];
});

/** The error for a value that a rule does not accept. */
export const refusal = (
  argument: string,
  expected: string,
  received: unknown,
  place: Place,
): InvalidArgumentError => new InvalidArgumentError({ ...place, argument, expected, received });

/**
 * Checks given options against their rules and fills in defaults; unknown ones are refused with the nearest name.
 * @throws {InvalidArgumentError} naming the option and the place
 */
export function readOptions<R extends Rules>(given: unknown, rules: R, place: Place): Read<R> {
  const names = Object.keys(rules);
  knownOptions(given, names, place);
  const result: Record<string, unknown> = {};
  for (const name of names) {
    const rule = rules[name]!;
    const value = (given as Record<string, unknown>)[name];
    if (value !== undefined) result[name] = rule.read(value, name, place);
    else if (rule.fallback) result[name] = rule.fallback();
    else throw refusal(name, 'a value (this option is required)', value, place);
  }
  return result as Read<R>;
}

/** Options in the form of a Keras config: snake_case keys, plain JSON values. */
export function writeOptions(
  values: Readonly<Record<string, unknown>>,
  rules: Rules,
): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries(rules)) {
    // `beta1` is `beta_1` in Keras, but `l1` stays.
    config[name.replace(/[A-Z]|(?<=..)\d+$/g, (part) => `_${part.toLowerCase()}`)] = rule.write(values[name]);
  }
  return config;
}
