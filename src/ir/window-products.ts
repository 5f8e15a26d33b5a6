import type { Affine } from './affine.ts';
import type { Axis } from './definition.ts';
import type { KernelBuffer } from './kernel.ts';

/** The elements that are walked, and the size of the matrices. */
export interface WindowWalk {
  readonly name: string;
  readonly buffers: readonly KernelBuffer[];
  /** Axes over windows, then axes within a window; the first slowest. */
  readonly windows: readonly Axis[];
  readonly elements: readonly Axis[];
  /** Channels c, contiguous in argmax and value. */
  readonly channels: number;
  /** Elements k of a row, contiguous in all four matrices and padded to whole vectors. */
  readonly width: number;
  readonly argmax: WindowOperand;
  readonly value: WindowOperand;
}

/**
 * The products of a backward pass with the gradient z of maxima over windows that do not overlap, walked from set
 * element to set element (one of each window at most; none where the value is zero):
 *
 *     inputGradient[position, k] = sum over c of z[position, c] * weights[c, k]
 *     weightGradient[c, k] += sum over positions of z[position, c] * input[position, k]
 *
 * with z[position, c] = value[window, c] where argmax[window, c] is the position's number in its window, else 0.
 * Positions go window by window, the first axis slowest, then element by element; channels ascend. Leaving out a
 * term that is zero changes no bit of a sum that starts at +0. Either product can be missing.
 */
export interface WindowProducts extends WindowWalk {
  readonly toInput?: { readonly weights: RowOperand; readonly gradient: WindowOperand };
  readonly toWeights?: { readonly input: WindowOperand; readonly gradient: RowOperand };
}

/** A buffer read or written at the byte address of a window (and of an element in it). */
export interface WindowOperand {
  readonly buffer: number;
  readonly address: Affine;
}

/** A buffer of one row a channel. */
export interface RowOperand {
  readonly buffer: number;
  readonly offset: number;
  /** Bytes from a channel's row to the next. */
  readonly stride: number;
}

/**
 * The same products for a convolution with taps: with q the position that an output position p and a tap t reach,
 *
 *     inputGradient[p, k] = sum over t, c of z[q(p, t), c] * weights[t, c, k]
 *     weightGradient[t, c, k] += sum over positions of z[position, c] * input[position at t, k]
 *
 * Taps go as in the sums (the first axis slowest), then channels; positions outside are zero. A word of bits a
 * position, with zeros around, is made first, and for the weights a list of what each channel passes on.
 */
export interface WindowConvolutions extends WindowWalk {
  /** Words of bits: `extents` positions a dimension, the first element of the first window behind `before`. */
  readonly masks: {
    readonly buffer: number;
    readonly extents: readonly number[];
    readonly before: readonly number[];
  };
  readonly toInput?: {
    readonly axes: readonly Axis[];
    readonly taps: readonly Axis[];
    /** Over `axes`. */
    readonly gradient: WindowOperand;
    /** The position q by dimension, over `axes` and `taps`. */
    readonly position: readonly Affine[];
    readonly weights: TapRows;
  };
  readonly toWeights?: {
    readonly taps: readonly Axis[];
    /** Over windows, elements and `taps`. */
    readonly input: WindowOperand;
    readonly gradient: TapRows;
  };
}

/** A buffer of one row a tap and channel. */
export interface TapRows {
  readonly buffer: number;
  /** Of channel 0, over the taps. */
  readonly address: Affine;
  readonly stride: number;
}

/**
 * Where lists for the gradient of the weights lie behind the words of bits: the end of each channel's list, then the
 * lists, each with room for an entry of eight bytes a window. `bytes` are those of all, the words included.
 */
export function windowLists({
  masks: { extents },
  channels,
  windows,
}: Pick<WindowWalk, 'channels' | 'windows'> & {
  readonly masks: Pick<WindowConvolutions['masks'], 'extents'>;
}): { readonly ends: number; readonly entries: number; readonly room: number; readonly bytes: number } {
  const ends = extents.reduce((product, n) => product * n, 8 * Math.ceil(channels / MASK_WORD));
  const entries = ends + 8 * Math.ceil(channels / 2);
  const room = windows.reduce((product, { extent }) => product * extent, 1);
  return { ends, entries, room, bytes: entries + 8 * room * channels };
}

/** Channels of a word of bits. */
export const MASK_WORD = 64;

/** Elements of a window times words of 64 channels that are written out at most. */
export const MOST_WINDOW_WORDS = 16;
