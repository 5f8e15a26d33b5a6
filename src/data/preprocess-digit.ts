import { DataError, InvalidArgumentError, positiveInteger } from '../errors/index.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { greyOf, inkOf } from './preprocess-digit-ink.ts';
import { type Plane, resampled } from './preprocess-digit-scale.ts';

/** A picture in bytes, row after row: a decoded file, or what `getImageData` of a canvas gives. */
export interface DigitPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint8ClampedArray;
  /** 1: grey, 2: grey and alpha, 3: red, green, blue, 4: those and alpha. Default 4, as in a canvas. */
  readonly channels?: number;
}

const side = 28;
const boxSide = 20;
/** Pixel on which MNIST's makers put the centre of mass: all its images have it within half a pixel of this one. */
const centre = 14;

/**
 * Makes of a picture of one digit what the makers of MNIST made of theirs (Y. LeCun, C. Cortes, C. Burges: The MNIST
 * database), a sample for `predict`: uint8 [1, 28, 28, 1], light ink on black.
 *
 * Colours become grey, and what is transparent shows white behind it. The paper is what most of the margin shows; ink
 * is what differs from it, dark on light or light on dark. The rectangle of the ink is scaled to fit 20 x 20 with its
 * aspect kept, each pixel the mean of the area that it covers, the strongest ink becomes 255, and its centre of mass
 * comes to lie in the middle of 28 x 28. An image of MNIST comes back nearly as it was.
 * @throws {DataError} for a picture without ink
 * @throws {InvalidArgumentError} for what is no picture
 */
export const preprocessDigit = (picture: DigitPicture): Tensor => digitOf(picture, 'the picture');

/** The same, with what errors call the picture. */
export function digitOf(picture: DigitPicture, source: string): Tensor {
  const ink = inkOf(greyOf(checked(picture)));
  if (!ink)
    throw new DataError({
      source,
      problem: 'nothing in it differs enough from its margin to be ink',
      advice: 'Draw or photograph one digit on plain paper',
    });
  return tensor(centred(inBox(cropped(ink))), [1, side, side, 1]);
}

function checked(picture: DigitPicture): Required<DigitPicture> {
  const call = 'preprocessDigit';
  if (typeof picture !== 'object' || picture === null)
    throw new InvalidArgumentError({
      call,
      argument: 'picture',
      expected: 'an object with width, height and data',
      received: picture,
    });
  const { data, channels = 4 } = picture;
  const width = positiveInteger(picture.width, 'picture.width', { call });
  const height = positiveInteger(picture.height, 'picture.height', { call });
  const refuse = (argument: string, expected: string, received: unknown): never => {
    throw new InvalidArgumentError({ call, argument, expected, received });
  };
  if (![1, 2, 3, 4].includes(channels)) refuse('picture.channels', '1, 2, 3 or 4', channels);
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray))
    refuse('picture.data', 'bytes in a Uint8Array or Uint8ClampedArray', data);
  const elements = width * height * channels;
  if (data.length !== elements)
    refuse('picture.data', `${elements} bytes for ${width} x ${height} x ${channels}`, data.length);
  return { width, height, channels, data };
}

/** The smallest rectangle with all ink. */
function cropped({ width, height, values }: Plane): Plane {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      if (values[i * width + j] === 0) continue;
      left = Math.min(left, j);
      right = Math.max(right, j);
      top = Math.min(top, i);
      bottom = i;
    }
  }
  const [columns, rows] = [right - left + 1, bottom - top + 1];
  const cut = new Float64Array(columns * rows);
  for (let i = 0; i < rows; i++) {
    const start = (top + i) * width + left;
    cut.set(values.subarray(start, start + columns), i * columns);
  }
  return { width: columns, height: rows, values: cut };
}

/** Share of the lit pixels that reach 255: lines thinner than a pixel would fade when they are scaled. */
const strongestShare = 0.1;

function inBox(ink: Plane): Plane {
  const scale = boxSide / Math.max(ink.width, ink.height);
  const extent = (length: number): number => Math.max(1, Math.round(length * scale));
  const box = resampled(ink, extent(ink.width), extent(ink.height));
  const lit = box.values.filter((value) => value > 0).sort();
  const strongest = lit[Math.floor((lit.length - 1) * (1 - strongestShare))]!;
  const values = box.values.map((value) => Math.min(255, Math.round((value * 255) / strongest)));
  return { ...box, values };
}

function centred({ width, height, values }: Plane): Uint8Array {
  let [sum, sumX, sumY] = [0, 0, 0];
  for (const [k, value] of values.entries()) {
    sum += value;
    sumX += value * (k % width);
    sumY += value * Math.floor(k / width);
  }
  const shift = (moment: number, length: number): number =>
    Math.min(side - length, Math.max(0, Math.round(centre - moment / sum)));
  const [left, top] = [shift(sumX, width), shift(sumY, height)];
  const image = new Uint8Array(side * side);
  for (let i = 0; i < height; i++)
    image.set(values.subarray(i * width, (i + 1) * width), (top + i) * side + left);
  return image;
}
