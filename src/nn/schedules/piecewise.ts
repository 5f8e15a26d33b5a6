import { InvalidArgumentError } from '../../errors/index.ts';
import { type Rule, readOptions } from '../options.ts';
import type { Schedule } from './schedule.ts';

export interface PiecewiseConstantDecayOptions {
  /** Steps up to which (included) each value holds, ascending. */
  readonly boundaries: readonly number[];
  /** One value more than there are boundaries. */
  readonly values: readonly number[];
}

const numbers: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    if (Array.isArray(value) && value.every((n) => typeof n === 'number' && Number.isFinite(n) && n >= 0)) {
      return [...value];
    }
    const expected = 'an array of numbers of at least 0';
    throw new InvalidArgumentError({ ...place, argument, expected, received: value });
  },
  write: (value) => value,
};

/**
 * A constant rate between boundaries.
 * @throws {InvalidArgumentError}
 */
export function piecewiseConstantDecay(options: PiecewiseConstantDecayOptions): Schedule {
  const place = { call: 'schedules.piecewiseConstantDecay' };
  const { boundaries, values } = readOptions(options, { boundaries: numbers, values: numbers }, place);
  if (boundaries.some((boundary, k) => k > 0 && boundary <= boundaries[k - 1]!)) {
    const expected = 'ascending steps';
    throw new InvalidArgumentError({ ...place, argument: 'boundaries', expected, received: boundaries });
  }
  if (values.length !== boundaries.length + 1) {
    const expected = `${boundaries.length + 1} numbers, one more than there are boundaries`;
    throw new InvalidArgumentError({ ...place, argument: 'values', expected, received: values });
  }
  return {
    className: 'PiecewiseConstantDecay',
    at: (step) => {
      const interval = boundaries.findIndex((boundary) => step <= boundary);
      return Math.fround(interval < 0 ? values.at(-1)! : values[interval]!);
    },
    getConfig: () => ({ boundaries, values }),
  };
}
