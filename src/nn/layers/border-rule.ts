import { InvalidArgumentError } from '../../errors/index.ts';
import type { EachDimension, Rule, SpatialRank } from '../options.ts';

/** Elements before and after, along one dimension. */
export type Pair = readonly [before: number, after: number];

/** A number for all sides, one a dimension for both its sides, or a pair a dimension. */
export type Borders<R extends SpatialRank> = number | EachDimension<R, number | Pair>;

const forms = {
  1: '[before, after]',
  2: '[height, width] or [[top, bottom], [left, right]]',
  3: '[depth, height, width] or a pair [before, after] for each of them',
} as const;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isPair = (value: unknown): value is Pair =>
  Array.isArray(value) && value.length === 2 && value.every(isCount);

/** A pair for each spatial dimension; in one dimension two numbers are the pair itself, as in Keras. */
export const borders = (rank: SpatialRank): Rule<readonly Pair[]> => ({
  read: (value, argument, place) => {
    const both = (n: number): Pair => [n, n];
    if (isCount(value)) return new Array<Pair>(rank).fill(both(value));
    if (rank === 1) {
      if (isPair(value)) return [value];
    } else if (Array.isArray(value) && value.length === rank) {
      const pairs = value.map((side: unknown) => (isCount(side) ? both(side) : side));
      if (pairs.every(isPair)) return pairs;
    }
    const expected = `an integer of at least 0${rank === 1 ? ' or ' : ', '}${forms[rank]}`;
    throw new InvalidArgumentError({ ...place, argument, expected, received: value });
  },
  write: (value) => (rank === 1 ? value[0] : value),
});
