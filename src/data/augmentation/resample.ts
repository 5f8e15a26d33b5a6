import type { FillMode } from '../../nn/layers/augmentation.ts';
import type { Affine } from './affine.ts';

export interface Filling {
  readonly fillMode: FillMode;
  readonly fillValue: number;
  readonly interpolation: 'bilinear' | 'nearest';
}

/** What the image is extended by: one pixel before it, two behind it. */
const before = 1;
const behind = 2;

/**
 * Puts images through affine maps. The image is copied into a plane with a border, and coordinates are limited to what the
 * plane holds, so that the loop over pixels asks for no edge: with `constant` the border holds the value outside, and
 * whoever is farther away reads the border alone.
 */
export class Resampler {
  readonly #height: number;
  readonly #width: number;
  readonly #channels: number;
  readonly #filling: Filling;
  readonly #plane: Float32Array;

  constructor([height, width, channels]: readonly [number, number, number], filling: Filling) {
    this.#height = height;
    this.#width = width;
    this.#channels = channels;
    this.#filling = filling;
    this.#plane = new Float32Array((height + before + behind) * (width + before + behind) * channels);
    if (filling.fillMode === 'constant') this.#plane.fill(filling.fillValue);
  }

  /** Replaces the image that begins at `offset` by its transformation. */
  apply(images: Float32Array, offset: number, affine: Affine): void {
    this.#copy(images, offset);
    const { fillMode, interpolation } = this.#filling;
    if (interpolation === 'nearest') this.#nearest(images, offset, affine);
    else if (fillMode === 'reflect' || fillMode === 'wrap') this.#mapped(images, offset, affine, fillMode);
    else this.#limited(images, offset, affine, fillMode === 'constant' ? 1 : 0);
  }

  #copy(images: Float32Array, offset: number): void {
    const row = this.#width * this.#channels;
    const stride = row + (before + behind) * this.#channels;
    const plane = this.#plane;
    for (let y = 0; y < this.#height; y++) {
      const from = offset + y * row;
      const to = (y + before) * stride + before * this.#channels;
      for (let x = 0; x < row; x++) plane[to + x] = images[from + x]!;
    }
  }

  /** Bilinear, with coordinates that stay within `reach` pixels of the image. */
  #limited(images: Float32Array, offset: number, [a, b, c, d, e, f]: Affine, reach: number): void {
    const height = this.#height;
    const width = this.#width;
    const channels = this.#channels;
    const plane = this.#plane;
    const stride = (width + before + behind) * channels;
    const low = before - reach;
    const highX = width - 1 + reach + before;
    const highY = height - 1 + reach + before;
    let to = offset;
    for (let y = 0; y < height; y++) {
      const rowX = b * y + c + before;
      const rowY = e * y + f + before;
      for (let x = 0; x < width; x++) {
        let px = a * x + rowX;
        let py = d * x + rowY;
        px = px < low ? low : px > highX ? highX : px;
        py = py < low ? low : py > highY ? highY : py;
        const left = px | 0;
        const top = py | 0;
        px -= left;
        py -= top;
        let at = top * stride + left * channels;
        for (let k = 0; k < channels; k++, at++) {
          const v = plane[at]!;
          const under = plane[at + stride]!;
          const upper = v + px * (plane[at + channels]! - v);
          const lower = under + px * (plane[at + stride + channels]! - under);
          images[to++] = upper + py * (lower - upper);
        }
      }
    }
  }

  /** Bilinear, with coordinates outside brought into the image. */
  #mapped(images: Float32Array, offset: number, affine: Affine, mode: 'reflect' | 'wrap'): void {
    const channels = this.#channels;
    const plane = this.#plane;
    const stride = (this.#width + before + behind) * channels;
    const map = mode === 'reflect' ? reflected : wrapped;
    this.#visit(offset, affine, (x, y, to) => {
      const px = map(x, this.#width) + before;
      const py = map(y, this.#height) + before;
      const left = Math.floor(px);
      const top = Math.floor(py);
      const at = top * stride + left * channels;
      for (let k = 0; k < channels; k++) {
        const v = plane[at + k]!;
        const under = plane[at + k + stride]!;
        const upper = v + (px - left) * (plane[at + k + channels]! - v);
        const lower = under + (px - left) * (plane[at + k + stride + channels]! - under);
        images[to + k] = upper + (py - top) * (lower - upper);
      }
    });
  }

  #nearest(images: Float32Array, offset: number, affine: Affine): void {
    const channels = this.#channels;
    const plane = this.#plane;
    const stride = (this.#width + before + behind) * channels;
    const map = maps[this.#filling.fillMode];
    this.#visit(offset, affine, (x, y, to) => {
      const px = rounded(map(x, this.#width)) + before;
      const py = rounded(map(y, this.#height)) + before;
      const at = py * stride + px * channels;
      for (let k = 0; k < channels; k++) images[to + k] = plane[at + k]!;
    });
  }

  #visit(
    offset: number,
    [a, b, c, d, e, f]: Affine,
    pixel: (x: number, y: number, to: number) => void,
  ): void {
    let to = offset;
    for (let y = 0; y < this.#height; y++) {
      for (let x = 0; x < this.#width; x++) {
        pixel(a * x + b * y + c, d * x + e * y + f, to);
        to += this.#channels;
      }
    }
  }
}

/** To the nearest whole number, halves away from zero. */
const rounded = (x: number): number => (x < 0 ? Math.ceil(x - 0.5) : Math.floor(x + 0.5));

const limited = (x: number, low: number, high: number): number => (x < low ? low : x > high ? high : x);

/** The image and its mirror image in turns, the edge pixel twice: dcba abcd dcba. As TensorFlow maps coordinates. */
function reflected(x: number, extent: number): number {
  const period = 2 * extent;
  let inside = x;
  if (x < 0) {
    if (inside < period) inside += period * Math.trunc(-inside / period);
    inside = inside < -extent ? inside + period : -inside - 1;
  } else if (x > extent - 1) {
    inside -= period * Math.trunc(inside / period);
    if (inside >= extent) inside = period - inside - 1;
  }
  return limited(inside, 0, extent - 1);
}

/** The image again and again: abcd abcd abcd. As TensorFlow maps coordinates. */
function wrapped(x: number, extent: number): number {
  if (extent <= 1) return 0;
  let inside = x;
  if (x < 0) inside += extent * (Math.trunc(-x / (extent - 1)) + 1);
  else if (x > extent - 1) inside -= extent * Math.trunc(x / (extent - 1));
  return limited(inside, 0, extent - 1);
}

const maps: Readonly<Record<FillMode, (x: number, extent: number) => number>> = {
  reflect: reflected,
  wrap: wrapped,
  nearest: (x, extent) => limited(x, 0, extent - 1),
  constant: (x, extent) => limited(x, -1, extent),
};
