import { finiteNumber, InvalidArgumentError, integerBetween, type Range } from '../errors/index.ts';

/** Reads the text that stands after a flag. */
type Reader = (text: string) => number;

/** Reads an integer from `low` to `high`. */
export const integerOption =
  (flag: string, call: string, low: number, high: number = Number.MAX_SAFE_INTEGER): Reader =>
  (text) => {
    const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    const place = { call };
    if (Number.isSafeInteger(value) && value >= low && value <= high) return value;
    if (high < Number.MAX_SAFE_INTEGER) integerBetween(received(text), low, high, flag, place);
    const expected = low === 1 ? 'a positive integer' : `an integer of at least ${low}`;
    throw new InvalidArgumentError({ call, argument: flag, expected, received: received(text) });
  };

/** Reads a number above 0. */
export const positiveOption =
  (flag: string, call: string): Reader =>
  (text) =>
    finiteNumber(received(text), flag, { call }, { above: 0 });

/** The number that the text stands for, or the text itself, so that an error shows what was typed. */
function received(text: string): number | string {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? text : value;
}

/** Reads a number in a range. */
export const numberOption =
  (flag: string, call: string, range: Range): Reader =>
  (text) =>
    finiteNumber(received(text), flag, { call }, range);
