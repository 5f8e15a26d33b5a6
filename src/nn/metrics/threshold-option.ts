import { nullable, type Rule, refusal } from '../options.ts';

const within = (n: unknown): boolean => typeof n === 'number' && n >= 0 && n <= 1;

/** An array of different numbers from 0 to 1. */
export const thresholdList: Rule<readonly number[]> = {
  read: (value, argument, place) => {
    const good =
      Array.isArray(value) && value.length > 0 && value.every(within) && new Set(value).size === value.length;
    if (!good) throw refusal(argument, 'an array of different numbers from 0 to 1', value, place);
    return [...(value as number[])];
  },
  write: (value) => value,
};

/** A number from 0 to 1, several in an array, or null. */
export const thresholdsOption: Rule<number | readonly number[] | null> = nullable({
  read: (value, argument, place) => {
    if (Array.isArray(value)) return thresholdList.read(value, argument, place);
    if (!within(value)) throw refusal(argument, 'a number from 0 to 1, or an array of them', value, place);
    return value as number;
  },
  write: (value) => value,
});
