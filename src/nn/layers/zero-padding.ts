import { InvalidArgumentError } from '../../errors/index.ts';
import * as ops from '../../ops/index.ts';
import { optional, type Rule } from '../options.ts';
import { names } from './convolution-options.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

type Pair = readonly [before: number, after: number];

export interface ZeroPadding1dOptions extends LayerOptions {
  /** Zeros on both sides, or [before, after]. Default 1. */
  readonly padding?: number | Pair;
}

export interface ZeroPadding2dOptions extends LayerOptions {
  /** Zeros on all sides, [height, width] on both sides, or [[top, bottom], [left, right]]. Default 1. */
  readonly padding?: number | Pair | readonly [Pair, Pair];
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isPair = (value: unknown): value is Pair =>
  Array.isArray(value) && value.length === 2 && value.every(isCount);

const padding1d: Rule<Pair> = {
  read: (value, argument, place) => {
    if (isCount(value)) return [value, value];
    if (isPair(value)) return value;
    const expected = 'an integer of at least 0 or [before, after]';
    throw new InvalidArgumentError({ ...place, argument, expected, received: value });
  },
  write: (value) => value,
};

const padding2d: Rule<readonly [Pair, Pair]> = {
  read: (value, argument, place) => {
    const both = (n: number): Pair => [n, n];
    if (isCount(value)) return [both(value), both(value)];
    if (isPair(value)) return [both(value[0]), both(value[1])];
    if (Array.isArray(value) && value.length === 2 && value.every(isPair)) return [value[0], value[1]];
    const expected = 'an integer of at least 0, [height, width] or [[top, bottom], [left, right]]';
    throw new InvalidArgumentError({ ...place, argument, expected, received: value });
  },
  write: (value) => value,
};

/** A border of zeros around [batch, length, channels]. */
export const zeroPadding1d: (options?: ZeroPadding1dOptions) => Layer = layerKind({
  className: 'ZeroPadding1D',
  inputRank: [2, names[1]],
  options: { padding: optional<Pair>(padding1d, [1, 1]) },
  call: (o, [x]) => ops.pad(x!, { padding: [o.padding, [0, 0]] }),
});

/** A border of zeros around [batch, height, width, channels]. */
export const zeroPadding2d: (options?: ZeroPadding2dOptions) => Layer = layerKind({
  className: 'ZeroPadding2D',
  inputRank: [3, names[2]],
  options: {
    padding: optional<readonly [Pair, Pair]>(padding2d, [
      [1, 1],
      [1, 1],
    ]),
  },
  call: (o, [x]) => ops.pad(x!, { padding: [...o.padding, [0, 0]] }),
});
