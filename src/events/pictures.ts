import { encode } from 'fast-png';
import type { Tensor } from '../tensor/tensor.ts';
import type { PngImage } from './event.ts';

const mostTiles = 64;
const gap = 1;
/** Small kernels are drawn so many pixels wide at least. */
const leastWidth = 160;

/** Pictures side by side in a grid of equal tiles, each of [height, width, channels] bytes. */
export function gridOf(
  tiles: readonly Uint8Array[],
  [height, width, channels]: readonly [height: number, width: number, channels: number],
): PngImage {
  const columns = Math.ceil(Math.sqrt(tiles.length));
  const rows = Math.ceil(tiles.length / columns);
  const plain = columns * (width + gap) - gap;
  const scale = Math.max(1, Math.floor(leastWidth / plain));
  const [fullWidth, fullHeight] = [scale * plain, scale * (rows * (height + gap) - gap)];
  const data = new Uint8Array(fullWidth * fullHeight * channels).fill(128);
  for (const [k, tile] of tiles.entries()) {
    const top = scale * Math.floor(k / columns) * (height + gap);
    const left = scale * (k % columns) * (width + gap);
    for (let y = 0; y < scale * height; y++) {
      for (let x = 0; x < scale * width; x++) {
        const from = (Math.floor(y / scale) * width + Math.floor(x / scale)) * channels;
        const to = ((top + y) * fullWidth + left + x) * channels;
        for (let c = 0; c < channels; c++) data[to + c] = tile[from + c]!;
      }
    }
  }
  const png = encode({ width: fullWidth, height: fullHeight, data, channels, depth: 8 });
  return { width: fullWidth, height: fullHeight, channels, png };
}

/**
 * Kernels of a convolution in two dimensions of shape [height, width, inputs, outputs], one a tile: of a depthwise one
 * every channel, of another the first input. 0 is mid-grey, and all share one scale. Undefined for other weights.
 */
export function kernelPicture({ data, shape }: Tensor): PngImage | undefined {
  const [height = 0, width = 0, inputs = 0, outputs = 0] = shape;
  if (shape.length !== 4 || height * width < 2) return undefined;
  let largest = 0;
  for (const value of data) largest = Math.max(largest, Math.abs(value));
  const scale = largest === 0 ? 0 : 127 / largest;
  const count = outputs === 1 ? inputs : outputs;
  const tiles = Array.from({ length: Math.min(mostTiles, count) }, (_, k) => {
    const at = outputs === 1 ? k * outputs : k;
    return Uint8Array.from(
      { length: height * width },
      (_, tap) => 128 + Math.round(scale * data[tap * inputs * outputs + at]!),
    );
  });
  return gridOf(tiles, [height, width, 1]);
}

/** Samples as bytes for a grid: bytes as they are, other values from their least to their largest. */
export function samplePicture(
  data: ArrayLike<number>,
  samples: readonly number[],
  shape: readonly number[],
): PngImage | undefined {
  const [height = 0, width = 0, channels = 1] = shape;
  if (samples.length === 0 || (shape.length !== 2 && shape.length !== 3) || ![1, 3].includes(channels))
    return undefined;
  const elements = height * width * channels;
  const isBytes = data instanceof Uint8Array;
  const tiles = samples.slice(0, mostTiles).map((n) => {
    const own = Array.from({ length: elements }, (_, k) => data[n * elements + k]!);
    const [low, high] = isBytes ? [0, 255] : [Math.min(...own), Math.max(...own)];
    const range = high > low ? high - low : 1;
    return Uint8Array.from(own, (value) => Math.round((255 * (value - low)) / range));
  });
  return gridOf(tiles, [height, width, channels]);
}
