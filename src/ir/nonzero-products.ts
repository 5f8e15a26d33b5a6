import type { Axis } from './definition.ts';
import type { Kernel, KernelBuffer } from './kernel.ts';
import type { TapRows, WindowOperand } from './window-products.ts';

/**
 * A contraction whose batched operand x has many zeros, walked from nonzero to nonzero:
 *
 *     output[p, k] = sum over t, c of x[q(p, t), c] * weights[t, c, k]
 *
 * with q the position that an output position p and a tap t reach. Taps go as in the sum (the first axis slowest), then
 * channels. Leaving out a term that is zero changes no bit of a sum that starts at +0. The nonzero values of x are
 * first listed position by position, each with the offset of its row of weights; a row of sums that fits
 * registers goes without a list where there are no taps: `walksBits`.
 */
export interface NonzeroProducts {
  readonly name: string;
  readonly buffers: readonly KernelBuffer[];
  /** All positions of x, zeros around them included, lie side by side. */
  readonly input: {
    readonly buffer: number;
    /** Bytes in front of the first channel of the first position. */
    readonly offset: number;
    readonly positions: number;
    readonly positionBytes: number;
    readonly channels: number;
    /** Positions without those around. */
    readonly inside: number;
  };
  /** Room for the lists: `nonzeroLists`. */
  readonly lists: number;
  readonly axes: readonly Axis[];
  readonly taps: readonly Axis[];
  /** The number of the position q over `axes` and `taps`. */
  readonly position: WindowOperand['address'];
  readonly weights: TapRows;
  /** Over `axes`. */
  readonly output: WindowOperand;
  /** Elements k of a row, padded to whole vectors. */
  readonly width: number;
  /** The same without leaving anything out, over the first buffers: runs where x has few zeros, if lists are walked. */
  readonly dense: Kernel;
}

/** Elements of a row whose sums fit twelve registers of eight lanes. */
const REGISTER_ROW = 96;

/**
 * True if a walk meets each position once: a list of its values would cost more than the bits of the channels that are
 * not zero, nor does it pay then to change over to the dense nest where there are few zeros.
 */
export const walksBits = ({ taps, width }: Pick<NonzeroProducts, 'taps' | 'width'>): boolean =>
  taps.length === 0 && width <= REGISTER_ROW;

/** Bytes of what a walk needs besides its operands: places of lanes, starts of positions, values, offsets. */
export const nonzeroLists = ({
  positions,
  positionBytes,
}: Pick<NonzeroProducts['input'], 'positions' | 'positionBytes'>): {
  readonly starts: number;
  readonly values: number;
  readonly offsets: number;
  readonly bytes: number;
} => {
  const starts = LANE_TABLE_BYTES;
  const values = starts + 16 * Math.ceil((4 * (positions + 1)) / 16);
  const offsets = values + positions * positionBytes + 16;
  return { starts, values, offsets, bytes: offsets + positions * positionBytes + 16 };
};

/** Sixteen shuffles that bring the lanes of a mask to the front. */
export const LANE_TABLE_BYTES = 256;
