import { InvalidArgumentError } from '../errors/index.ts';
import type { Image } from './image.ts';

/** How pictures are read: `grayscale`, `rgb` or `rgba`. */
export type ColorMode = 'grayscale' | 'rgb' | 'rgba';
export type Interpolation = 'bilinear' | 'nearest';

/** Channels of a picture in a mode. */
export const channelsOf: { readonly [K in ColorMode]: 1 | 3 | 4 } = { grayscale: 1, rgb: 3, rgba: 4 };

/**
 * The bytes of a picture in another colour mode. Grey is the luma of ITU-R BT.601, rounded (as Pillow's mode L);
 * missing alpha is opaque, and alpha that is not wanted is dropped.
 */
export function inColorMode({ width, height, channels, data }: Image, mode: ColorMode): Uint8Array {
  const wanted = channelsOf[mode];
  if (channels === wanted) return data;
  const result = new Uint8Array(width * height * wanted);
  const grey = channels <= 2;
  const hasAlpha = channels === 2 || channels === 4;
  for (let p = 0; p < width * height; p++) {
    const at = p * channels;
    const to = p * wanted;
    const [r, g, b] = [data[at]!, data[grey ? at : at + 1]!, data[grey ? at : at + 2]!];
    if (wanted === 1) {
      result[to] = grey ? r : (r * 19_595 + g * 38_470 + b * 7471 + 0x8000) >> 16;
      continue;
    }
    result[to] = r;
    result[to + 1] = g;
    result[to + 2] = b;
    if (wanted === 4) result[to + 3] = hasAlpha ? data[at + channels - 1]! : 255;
  }
  return result;
}

interface Taps {
  readonly lower: Int32Array;
  readonly upper: Int32Array;
  /** Share of the upper one. */
  readonly share: Float32Array;
}

/** Neighbours of each output along an axis: centres of pixels lie at halves, outside the edge repeats. */
function taps(from: number, to: number, interpolation: Interpolation): Taps {
  const scale = Math.fround(from / to);
  const lower = new Int32Array(to);
  const upper = new Int32Array(to);
  const share = new Float32Array(to);
  for (let i = 0; i < to; i++) {
    const centre = Math.fround(Math.fround(i + 0.5) * scale);
    if (interpolation === 'nearest') {
      lower[i] = Math.min(Math.floor(centre), from - 1);
      upper[i] = lower[i]!;
      continue;
    }
    const place = Math.fround(centre - 0.5);
    const floor = Math.floor(place);
    lower[i] = Math.max(floor, 0);
    upper[i] = Math.min(Math.ceil(place), from - 1);
    share[i] = Math.fround(place - floor);
  }
  return { lower, upper, share };
}

/**
 * A picture in another size, as float32 of the same units; the same arithmetic as `tf.image.resize` without
 * antialiasing, which Keras reads pictures with.
 * @param data [height, width, channels]
 * @param into [size[0], size[1], channels]
 * @throws {InvalidArgumentError} where the arrays do not fit
 */
export function resizeInto(
  data: ArrayLike<number>,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
  size: readonly [height: number, width: number],
  into: Float32Array,
  interpolation: Interpolation = 'bilinear',
): void {
  const [toHeight, toWidth] = size;
  if (data.length !== height * width * channels || into.length !== toHeight * toWidth * channels) {
    const expected = `arrays of [${height}, ${width}, ${channels}] and [${toHeight}, ${toWidth}, ${channels}]`;
    throw new InvalidArgumentError({ argument: 'data', expected, received: [data.length, into.length] });
  }
  if (height === toHeight && width === toWidth) {
    into.set(data);
    return;
  }
  const rows = taps(height, toHeight, interpolation);
  const columns = taps(width, toWidth, interpolation);
  const { fround } = Math;
  const between = (a: number, b: number, share: number): number => fround(a + fround(fround(b - a) * share));
  for (let i = 0; i < toHeight; i++) {
    const top = rows.lower[i]! * width;
    const bottom = rows.upper[i]! * width;
    for (let j = 0; j < toWidth; j++) {
      const [left, right, share] = [columns.lower[j]!, columns.upper[j]!, columns.share[j]!];
      for (let c = 0; c < channels; c++) {
        const above = between(data[(top + left) * channels + c]!, data[(top + right) * channels + c]!, share);
        const below = between(
          data[(bottom + left) * channels + c]!,
          data[(bottom + right) * channels + c]!,
          share,
        );
        into[(i * toWidth + j) * channels + c] = between(above, below, rows.share[i]!);
      }
    }
  }
}
