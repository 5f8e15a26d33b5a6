import {
  FormatError,
  InvalidArgumentError,
  knownOptions,
  nonEmptyString,
  positiveInteger,
} from '../errors/index.ts';
import type { Image } from './image.ts';
import { decodeJpeg, isJpeg } from './image-jpeg.ts';
import { decodePng, isPng } from './image-png.ts';

export interface ImageLimits {
  /** Most pixels of a picture. Default 2^25 (33.5 million). */
  readonly maxPixels?: number;
}

const defaultMaxPixels = 2 ** 25;

/** Endings of the names of files that `decodeImage` reads, in lower case. */
export const imageEndings: readonly string[] = ['.png', '.jpg', '.jpeg'];

/**
 * Decodes a PNG file, or a JPEG file where the package jpeg-js is installed. The format is told by the first bytes.
 * Deeper channels are rounded to bytes; palettes become colours; profiles, gamma and orientation are not applied.
 * @param source names the file in errors
 * @param limits default: those of `ImageLimits`
 * @throws {FormatError} for bytes that are no such file, are damaged or exceed the limit
 * @throws {UnsupportedError} for JPEG without jpeg-js, and for what a decoder does not know
 */
export async function decodeImage(
  bytes: Uint8Array,
  source: string,
  limits: ImageLimits = {},
): Promise<Image> {
  const call = 'decodeImage';
  knownOptions(limits, ['maxPixels'], { call });
  if (!(bytes instanceof Uint8Array))
    throw new InvalidArgumentError({ call, argument: 'bytes', expected: 'a Uint8Array', received: bytes });
  nonEmptyString(source, 'source', { call });
  const { maxPixels = defaultMaxPixels } = limits;
  positiveInteger(maxPixels, 'maxPixels', { call });
  if (isPng(bytes)) return decodePng(bytes, source, maxPixels);
  if (isJpeg(bytes)) return decodeJpeg(bytes, source, maxPixels);
  throw new FormatError({
    source,
    problem: 'its first bytes are neither those of a PNG nor of a JPEG file',
    advice: 'Convert the picture to PNG',
  });
}
