/** Tells of a mistake whether an option of this kind may take it; it is refused otherwise. */
export type Kind = (value: unknown) => boolean;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

export const number: Kind = isNumber;
export const boolean: Kind = (value) => typeof value === 'boolean';
export const text: Kind = (value) => typeof value === 'string' && value !== '';
export const positive: Kind = (value) => isInteger(value) && value > 0;
export const count: Kind = (value) => isInteger(value) && value >= 0;
export const fromTwo: Kind = (value) => isInteger(value) && value >= 2;
export const functionOf: Kind = (value) => typeof value === 'function';
export const nothing: Kind = () => false;
export const anything: Kind = () => true;

export const atLeast =
  (low: number): Kind =>
  (value) =>
    isNumber(value) && value >= low;
export const above =
  (low: number): Kind =>
  (value) =>
    isNumber(value) && value > low;
/** Both ends belong to it. */
export const between =
  (low: number, high: number): Kind =>
  (value) =>
    isNumber(value) && value >= low && value <= high;
export const aboveUpTo =
  (low: number, high: number): Kind =>
  (value) =>
    isNumber(value) && value > low && value <= high;
/** At least 0, below 1. */
export const rate: Kind = (value) => isNumber(value) && value >= 0 && value < 1;
/** An axis counted with the batch as axis 0, or from the end; whether there is such a one, the input tells. */
export const axis: Kind = (value) => isInteger(value) && value !== 0;

export const either =
  (...kinds: readonly Kind[]): Kind =>
  (value) =>
    kinds.some((kind) => kind(value));
export const orNull = (kind: Kind): Kind => either((value) => value === null, kind);
export const list =
  (kind: Kind, least: number = 0, most: number = Number.POSITIVE_INFINITY): Kind =>
  (value) =>
    Array.isArray(value) && value.length >= least && value.length <= most && value.every(kind);
export const different =
  (kind: Kind): Kind =>
  (value) =>
    kind(value) && (!Array.isArray(value) || new Set(value).size === value.length);
export const oneOf =
  (...choices: readonly string[]): Kind =>
  (value) =>
    choices.includes(value as string);

/** A positive integer for all spatial dimensions, or one for each. */
export const extents = (rank: number): Kind => either(positive, list(positive, rank, rank));
/** A count for all sides, for each dimension, or a pair for each; in one dimension the pair alone. */
export const borders = (rank: number): Kind =>
  either(count, list(count, Math.max(2, rank), Math.max(2, rank)));
export const shape: Kind = list(positive);
export const axes: Kind = different(either(axis, list(axis, 1)));

/** Objects that no mistake is: their rules take names, functions or null at most. */
export const initializer: Kind = nothing;
export const regularizer: Kind = (value) => value === null;
export const constraint: Kind = regularizer;
export const activation: Kind = orNull(functionOf);
