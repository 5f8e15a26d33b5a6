import { InvalidArgumentError, ShapeError, spatialExtents } from '../errors/index.ts';

/**
 * How a window meets the borders. `same`: as many outputs as ceil(n / stride), the smaller half of the padding
 * before; `valid`: none; `causal`: all of it before (one spatial dimension); or [before, after] for every dimension.
 */
export type Padding = 'same' | 'valid' | 'causal' | readonly (readonly [before: number, after: number])[];

/** One spatial dimension of a sliding window: output i and tap u meet at input stride * i + dilation * u - before. */
export interface WindowDimension {
  readonly input: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly output: number;
}

export interface WindowOptions {
  /** Step between outputs, a number or one for every spatial dimension. Default 1. */
  readonly strides?: number | readonly number[];
  /** Step between taps, a number or one for every spatial dimension. Default 1. */
  readonly dilation?: number | readonly number[];
  /** Default `valid`. */
  readonly padding?: Padding;
}

/** Checks that a tensor is [...1 to 3 spatial dimensions, channels] and returns how many spatial ones there are. */
export function spatialRank(shape: readonly number[], subject: string): 1 | 2 | 3 {
  const rank = shape.length - 1;
  if (rank === 1 || rank === 2 || rank === 3) return rank;
  throw new ShapeError({
    subject,
    expected: '1 to 3 spatial dimensions and channels',
    received: shape,
  });
}

/**
 * Extents of a window over the spatial dimensions of an input.
 * @throws {InvalidArgumentError} for strides, dilation or padding that are not what they must be
 * @throws {ShapeError} if the window does not fit once into the padded input
 */
export function slidingWindow(
  spatial: readonly number[],
  taps: readonly number[],
  options: WindowOptions,
): WindowDimension[] {
  const rank = spatial.length as 1 | 2 | 3;
  const strides = spatialExtents(options.strides ?? 1, rank, 'strides');
  const dilation = spatialExtents(options.dilation ?? 1, rank, 'dilation');
  const padding = options.padding ?? 'valid';
  checkPadding(padding, rank);
  return spatial.map((input, k) => {
    const reach = dilation[k]! * (taps[k]! - 1) + 1;
    const [before, after] = paddingOf(padding, k, input, strides[k]!, reach);
    const output = Math.floor((input + before + after - reach) / strides[k]!) + 1;
    if (output < 1) {
      throw new ShapeError({
        subject: 'the input',
        expected: `at least ${reach - before - after} along spatial dimension ${k}, which a window of ${reach} needs`,
        received: spatial,
      });
    }
    return { input, taps: taps[k]!, stride: strides[k]!, dilation: dilation[k]!, before, after, output };
  });
}

function paddingOf(
  padding: Padding,
  dimension: number,
  input: number,
  stride: number,
  reach: number,
): readonly [number, number] {
  if (padding === 'valid') return [0, 0];
  if (padding === 'causal') return [reach - 1, 0];
  if (padding !== 'same') return padding[dimension]!;
  const total = Math.max((Math.ceil(input / stride) - 1) * stride + reach - input, 0);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

function checkPadding(padding: unknown, rank: number): void {
  const pairs =
    Array.isArray(padding) &&
    padding.length === rank &&
    padding.every(
      (pair) =>
        Array.isArray(pair) && pair.length === 2 && pair.every((n) => Number.isSafeInteger(n) && n >= 0),
    );
  if (padding === 'same' || padding === 'valid' || (padding === 'causal' && rank === 1) || pairs) return;
  throw new InvalidArgumentError({
    argument: 'padding',
    expected: `"same", "valid"${rank === 1 ? ', "causal"' : ''} or [before, after] for each of ${rank} dimensions`,
    received: padding,
  });
}
