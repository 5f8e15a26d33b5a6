import { DataError, InvalidArgumentError, type Place } from '../errors/index.ts';
import { seedOf } from '../numerics/seed.ts';
import { permutation } from '../numerics/shuffle.ts';

/** A picture of a data set and the number of its class. */
export interface LabelledFile {
  readonly path: string;
  readonly label: number;
}

/** Of the random numbers that decide which pictures validate. */
const STREAM = 1;

/** The files in an order that depends on their number and the seed alone. */
export function shuffledFiles(files: readonly LabelledFile[], seed: number): LabelledFile[] {
  return [...permutation(seedOf(seed), STREAM, 0, files.length)].map((k) => files[k]!);
}

/**
 * The first files to train with and the last share of them to validate with, as Keras splits:
 * floor(share * files) validate.
 * @throws {DataError} where one part would be empty
 */
export function splitFiles(
  files: readonly LabelledFile[],
  share: number,
  source: string,
): { readonly training: readonly LabelledFile[]; readonly validation: readonly LabelledFile[] } {
  const count = Math.floor(share * files.length);
  if (count === 0 || count === files.length) {
    const problem = `${files.length} pictures cannot be split: ${count} of them would validate`;
    throw new DataError({ source, problem });
  }
  const at = files.length - count;
  return { training: files.slice(0, at), validation: files.slice(at) };
}

/** @throws {InvalidArgumentError} for a size that is none */
export function imageExtents(size: unknown, place: Place): readonly [height: number, width: number] {
  const good =
    Array.isArray(size) &&
    size.length === 2 &&
    size.every((extent) => Number.isSafeInteger(extent) && extent > 0);
  if (good) return size as unknown as readonly [number, number];
  const expected = '[height, width] in pixels';
  throw new InvalidArgumentError({ ...place, argument: 'imageSize', expected, received: size });
}
