import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Image } from '../data/image.ts';
import { decodeImage, imageEndings } from '../data/image-file.ts';
import { digitOf } from '../data/preprocess-digit.ts';
import { FileError, ShapeError } from '../errors/index.ts';
import { readFile } from '../formats/node-files.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/** Pictures as samples of a model. */
export interface PictureSamples {
  readonly samples: Tensor;
  /** A path a sample. */
  readonly names: readonly string[];
  /** Whether they were made as those of MNIST. */
  readonly preprocessed: boolean;
}

const isPicture = (path: string): boolean => imageEndings.includes(extname(path).toLowerCase());

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** True where every path is a folder or ends as pictures do. */
export async function arePictures(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) if (!isPicture(path) && !(await isFolder(path))) return false;
  return true;
}

/**
 * Reads pictures, those of folders in the order of their names, as samples of a shape.
 * @param options.preprocess whether a model of 28 x 28 grey pixels gets them as MNIST's makers made theirs
 * @throws {FileError} {FormatError} {UnsupportedError} {DataError} {ShapeError} naming the file
 */
export async function readPictures(
  paths: readonly string[],
  shape: readonly number[],
  options: { readonly preprocess: boolean },
): Promise<PictureSamples> {
  const names = (await Promise.all(paths.map(filesOf))).flat();
  const preprocessed = options.preprocess && isDigitShape(shape);
  const elements = elementCount(shape);
  const data = new Uint8Array(names.length * elements);
  for (const [k, name] of names.entries()) {
    const image = await decodeImage(await readFile(name), name);
    const sample = preprocessed ? (digitOf(image, name).data as Uint8Array) : asIs(image, shape, name);
    data.set(sample, k * elements);
  }
  return { samples: tensor(data, [names.length, ...shape]), names, preprocessed };
}

/** Axes of extent 1 do not matter; a temporal network reads an image as a sequence of pixels. */
function isDigitShape(shape: readonly number[]): boolean {
  const extents = shape.filter((extent) => extent !== 1).join();
  return extents === '28,28' || extents === '784';
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [path];
  const names = (await readdir(path)).filter(isPicture).sort();
  if (names.length > 0) return names.map((name) => join(path, name));
  throw new FileError({
    action: 'read',
    path,
    problem: 'the folder holds no pictures',
    advice: `Their names end in ${imageEndings.join(', ')}`,
  });
}

function asIs(
  { width, height, channels, data }: Image,
  shape: readonly number[],
  source: string,
): Uint8Array {
  const [rows, columns, depth = 1] = shape;
  if (shape.length <= 3 && rows === height && columns === width && depth === channels) return data;
  throw new ShapeError({ subject: source, expected: shape, received: [height, width, channels] });
}
