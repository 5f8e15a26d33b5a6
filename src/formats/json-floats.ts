/**
 * Python reads `1` as an integer and `1.0` as a float, and Keras refuses an optimiser whose learning rate is an
 * integer. JSON has no such difference, so whole numbers that mean floats travel as marked strings until the text is
 * made.
 */
const MARK = '\u0001float:';

const marked = /"\\u0001float:(-?\d+)"/g;

/** Options of schedules, losses and metrics that are whole numbers in Python too. */
const isCount = (key: string): boolean =>
  /(^|_)steps$|^num_|^(axis|boundaries|class_id|ignore_class|k|target_class_ids|top_k)$/.test(key);

/** The config of an optimiser, loss or metric in which all numbers are floats, but for those that count. */
export function asFloats(value: unknown): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? `${MARK}${value}` : value;
  if (Array.isArray(value)) return value.map(asFloats);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, isCount(key) ? item : asFloats(item)]),
  );
}

/** JSON in which the numbers that `asFloats` marked have a fraction. */
export const stringifyFloats = (value: unknown): string => JSON.stringify(value).replace(marked, '$1.0');
