import type { Model } from '../model/model.ts';
import { readSamples } from './samples.ts';

/** What lies under a receptive field: brightness from 0 to 1, one row where the input has one spatial axis. */
export interface Sample {
  readonly height: number;
  readonly width: number;
  readonly pixels: Float32Array;
}

/**
 * The mean of the channels of the first sample of a .npy file, or a drawn figure; undefined where the first input has
 * not one or two spatial axes.
 * @throws {FileError} {FormatError} {ShapeError}
 */
export async function sampleFor(model: Model, path: string | undefined): Promise<Sample | undefined> {
  const { shape } = model.inputs[0]!;
  const read = path === undefined ? undefined : await readSamples(path, shape);
  if (shape.length !== 2 && shape.length !== 3) return undefined;
  const [height, width] = shape.length === 3 ? [shape[0]!, shape[1]!] : [1, shape[0]!];
  const channels = shape.at(-1)!;
  const pixels = new Float32Array(height * width);
  if (!read) {
    for (let k = 0; k < pixels.length; k++)
      pixels[k] =
        height === 1
          ? wave((k + 0.5) / width)
          : stroke((Math.floor(k / width) + 0.5) / height, ((k % width) + 0.5) / width);
    return { height, width, pixels };
  }
  for (let k = 0; k < pixels.length; k++)
    for (let c = 0; c < channels; c++) pixels[k]! += Number(read.data[k * channels + c]) / channels;
  const [low, high] = pixels.reduce(([a, b], x) => [Math.min(a, x), Math.max(b, x)], [Infinity, -Infinity]);
  return { height, width, pixels: pixels.map((x) => (high > low ? (x - low) / (high - low) : 0)) };
}

/** Two waves of different length. */
const wave = (x: number): number =>
  0.5 + 0.3 * Math.sin(2 * Math.PI * 3 * x) + 0.2 * Math.sin(2 * Math.PI * 11 * x);

/** Corners of a digit 2: an arc, its foot and its base, as [down, along] from 0 to 1. */
const digit: readonly (readonly [number, number])[] = [
  ...Array.from({ length: 15 }, (_, k) => {
    const angle = Math.PI * (1.05 + (1.2 * k) / 14);
    return [0.36 + 0.2 * Math.sin(angle), 0.5 + 0.22 * Math.cos(angle)] as const;
  }),
  [0.82, 0.28],
  [0.82, 0.74],
];

/** 1 within a stroke's width of the digit, falling to 0. */
function stroke(down: number, along: number): number {
  let nearest = Infinity;
  for (let k = 0; k + 1 < digit.length; k++) {
    const [[y0, x0], [y1, x1]] = [digit[k]!, digit[k + 1]!];
    const [dy, dx] = [y1 - y0, x1 - x0];
    const t = Math.min(1, Math.max(0, ((down - y0) * dy + (along - x0) * dx) / (dy * dy + dx * dx)));
    nearest = Math.min(nearest, Math.hypot(down - y0 - t * dy, along - x0 - t * dx));
  }
  return Math.min(1, Math.max(0, (0.085 - nearest) / 0.05));
}
