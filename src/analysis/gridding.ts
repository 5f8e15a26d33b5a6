import { InvalidArgumentError, integerBetween, spatialExtents } from '../errors/index.ts';
import { fewestLayers, gapFreeDilations, type HybridRule, hybridRule } from './hybrid-dilation.ts';

/** What a chain of dilated windows combines along one axis. */
export interface AxisGridding {
  /** Taps of each window. */
  readonly kernel: number;
  readonly dilations: readonly number[];
  /** Offsets from the first to the last that is read: 1 + (kernel - 1) * sum of the dilations. */
  readonly size: number;
  /** The first offset from the output's own position, with the padding `same`. */
  readonly first: number;
  /** Ways through the chain to each offset, from `first` on; exact below 2^53. */
  readonly paths: readonly number[];
  /** Offsets inside the field that no way reaches. */
  readonly missing: readonly number[];
  readonly rule: HybridRule;
  /** The fewest layers with which a field of this size has no gap. */
  readonly fewestLayers: number;
}

/** Gridding of a chain of dilated windows. */
export interface Gridding {
  readonly axes: readonly AxisGridding[];
  /** True if every offset of the field is reached. */
  readonly complete: boolean;
  /** Offsets of the field over all axes, and how many of them are reached. */
  readonly offsets: number;
  readonly reached: number;
  /** Over two axes: ways to each offset, `grid[row][column]`. Undefined in other ranks and beyond 2^20 offsets. */
  readonly grid: readonly (readonly number[])[] | undefined;
  /**
   * As many dilations with the same field that miss no offset, as `[height, width]` a layer. Undefined where none is
   * missed already, and where so few layers cannot reach all (see `fewestLayers`).
   */
  readonly better: readonly (readonly number[])[] | undefined;
}

const call = 'analysis.gridding';
const mostLayers = 1024;
const largestField = 16_384;
const largestGrid = 2 ** 20;

/**
 * Which offsets a chain of convolutions with stride 1 combines, and in how many ways: along an axis the ways are the
 * coefficients of the product of the polynomials 1 + z^r + z^2r + ... (kernel terms), over several axes the products
 * of those. Offsets without a way are the holes of the grid that dilations with a common factor leave ("gridding",
 * arXiv 1702.08502), beside the rule of that paper and dilations that leave none.
 * @param dilations of the layers in order, each a number for all axes or one an axis
 * @param kernel taps, a number for all axes or one an axis. Numbers alone mean two axes.
 * @throws {InvalidArgumentError} for what is no positive integer, more than 1,024 layers, or a field beyond 16,384
 */
export function gridding(
  dilations: readonly (number | readonly number[])[],
  kernel: number | readonly number[],
): Gridding {
  const place = { call };
  if (!Array.isArray(dilations) || dilations.length === 0) {
    const expected = 'an array of dilations that is not empty';
    throw new InvalidArgumentError({ call, argument: 'dilations', expected, received: dilations });
  }
  integerBetween(dilations.length, 1, mostLayers, 'dilations.length', place);
  const lists = [kernel, ...dilations].map((value) => (Array.isArray(value) ? value.length : undefined));
  const first = lists.findIndex((length) => length !== undefined);
  const argument = first < 1 ? 'kernel.length' : `dilations[${first - 1}].length`;
  const rank = integerBetween(lists[first] ?? 2, 1, 3, argument, place) as 1 | 2 | 3;
  const taps = spatialExtents(kernel, rank, 'kernel', place);
  const rates = dilations.map((rate, k) => spatialExtents(rate, rank, `dilations[${k}]`, place));
  const axes = taps.map((count, axis) =>
    axisGridding(
      rates.map((rate) => rate[axis]!),
      count,
    ),
  );
  const offsets = axes.reduce((product, { size }) => product * size, 1);
  const reached = axes.reduce((product, { size, missing }) => product * (size - missing.length), 1);
  const grid =
    axes.length === 2 && offsets <= largestGrid ? product(axes[0]!.paths, axes[1]!.paths) : undefined;
  const complete = reached === offsets;
  return { axes, complete, offsets, reached, grid, better: complete ? undefined : betterChain(axes) };
}

function axisGridding(dilations: readonly number[], kernel: number): AxisGridding {
  const size = 1 + (kernel - 1) * dilations.reduce((sum, rate) => sum + rate, 0);
  if (size > largestField) {
    const expected = `dilations whose field spans at most ${largestField} offsets`;
    throw new InvalidArgumentError({ call, argument: 'dilations', expected, received: size });
  }
  const first = -dilations.reduce((sum, rate) => sum + Math.floor((rate * (kernel - 1)) / 2), 0);
  const paths = countPaths(dilations, kernel);
  const missing = paths.flatMap((count, k) => (count === 0 ? [first + k] : []));
  const rule = hybridRule(dilations, kernel);
  return {
    kernel,
    dilations,
    size,
    first,
    paths,
    missing,
    rule,
    fewestLayers: fewestLayers(dilations, kernel),
  };
}

function countPaths(dilations: readonly number[], kernel: number): number[] {
  let paths = [1];
  for (const rate of dilations) {
    const next = new Array<number>(paths.length + (kernel - 1) * rate).fill(0);
    for (let tap = 0; tap < kernel; tap++)
      for (let k = 0; k < paths.length; k++) next[k + tap * rate]! += paths[k]!;
    paths = next;
  }
  return paths;
}

const product = (rows: readonly number[], columns: readonly number[]): number[][] =>
  rows.map((row) => columns.map((column) => row * column));

function betterChain(axes: readonly AxisGridding[]): number[][] | undefined {
  const found = axes.map(({ dilations, kernel, missing }) =>
    missing.length === 0 ? [...dilations] : gapFreeDilations(dilations, kernel),
  );
  if (found.includes(undefined)) return undefined;
  return axes[0]!.dilations.map((_, layer) => found.map((rates) => rates![layer]!));
}
