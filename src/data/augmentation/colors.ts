import { log } from '../../numerics/log.ts';
import { scalar } from '../../numerics/scalar.ts';
import { cos, sin } from '../../numerics/trigonometry.ts';
import type { Draws } from './draws.ts';

type Range = readonly [lowest: number, highest: number];

const clipped = (x: number, [low, high]: Range): number => (x < low ? low : x > high ? high : x);

/** Moves every value away from the mean of its channel, or towards it; `elements` values from `offset` on. */
export function changeContrast(
  images: Float32Array,
  offset: number,
  { elements, channels }: { readonly elements: number; readonly channels: number },
  factor: number,
  range: Range,
): void {
  for (let k = 0; k < channels; k++) {
    let sum = 0;
    for (let i = offset + k; i < offset + elements; i += channels) sum += images[i]!;
    const mean = sum / (elements / channels);
    for (let i = offset + k; i < offset + elements; i += channels)
      images[i] = clipped((images[i]! - mean) * factor + mean, range);
  }
}

/** Left and upper edge, and those behind it, in pixels; a pixel belongs to it where its number is in between. */
export interface Rectangle {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * A rectangle that lies in the image anywhere.
 * @param sides its height and width, as shares of the image's
 * @param places where it lies, as shares of the room that is left
 */
export function rectangleIn(
  [height, width]: readonly [number, number],
  sides: readonly [number, number],
  places: readonly [number, number],
): Rectangle {
  const top = places[0] * (height - sides[0] * height);
  const left = places[1] * (width - sides[1] * width);
  return { top, left, bottom: top + sides[0] * height, right: left + sides[1] * width };
}

/** Sets the values of a rectangle of the image that begins at `offset`. */
export function fillRectangle(
  images: Float32Array,
  offset: number,
  [height, width, channels]: readonly [number, number, number],
  { left, right, top, bottom }: Rectangle,
  valueAt: (element: number) => number,
): void {
  const lastRow = Math.min(height, Math.ceil(bottom));
  const lastColumn = Math.min(width, Math.ceil(right));
  for (let y = Math.ceil(top); y < lastRow; y++) {
    const row = y * width * channels;
    for (let i = row + Math.ceil(left) * channels; i < row + lastColumn * channels; i++)
      images[offset + i] = valueAt(i);
  }
}

/** Normal numbers of the elements of a sample (Box and Muller), from counter `first` on. */
export function noiseOf(draws: Draws, sample: number, first: number): (element: number) => number {
  return (element) => {
    const [a, b] = draws.uniform(sample, first + element);
    return Math.sqrt(-2 * log(scalar, a + 2 ** -24)) * (element % 2 === 0 ? cos : sin)(2 * Math.PI * b);
  };
}
