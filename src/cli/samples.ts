import { checkFinite } from '../data/check.ts';
import type { ImageSets } from '../data/mnist-files.ts';
import { type TensorDataset, tensorDataset } from '../data/tensor-dataset.ts';
import { ShapeError } from '../errors/index.ts';
import { readFile } from '../formats/node-files.ts';
import { decodeNpy } from '../formats/npy.ts';
import { type StoredArray, toFloat32 } from '../formats/stored-array.ts';
import { elementCount } from '../ir/tensor-type.ts';
import type { Model } from '../model/model.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';

/**
 * Reads samples for a model from a .npy file. Axes of extent 1 may be missing, the axis of samples too where there is
 * one sample. Bytes and 32-bit integers stay what they are, all else becomes float32.
 * @param shape of one sample, as the model wants it
 * @throws {FileError} {FormatError} {ShapeError} {DataError}
 */
export async function readSamples(path: string, shape: readonly number[]): Promise<Tensor> {
  const array = decodeNpy(await readFile(path), path);
  const samples = sampleCount(array.shape, shape);
  if (samples === undefined || samples === 0)
    throw new ShapeError({
      subject: path,
      expected: `[${['samples', ...shape].join(', ')}]`,
      received: array.shape,
    });
  const values = valuesOf(array);
  checkFinite(values, path, elementCount(shape));
  return tensor(values, [samples, ...shape]);
}

function valuesOf(array: StoredArray): Float32Array | Int32Array | Uint8Array {
  const { data } = array;
  if (array.dtype === 'u8' || array.dtype === 'bool') return data as Uint8Array;
  return data instanceof Int32Array ? data : toFloat32(array);
}

/** Samples in an array, or undefined where it does not fit. */
function sampleCount(received: readonly number[], shape: readonly number[]): number | undefined {
  const withoutOnes = (extents: readonly number[]): string => extents.filter((n) => n !== 1).join();
  const [first, ...rest] = received;
  if (first !== undefined && withoutOnes(rest) === withoutOnes(shape)) return first;
  return withoutOnes(received) === withoutOnes(shape) ? 1 : undefined;
}

/**
 * The sets with images in the shape that the model reads, where that has as many elements: a temporal network reads
 * an image as a sequence of pixels.
 */
export function shapedFor(model: Model, { train, test }: ImageSets): ImageSets {
  const shape = model.inputs.length === 1 ? model.inputs[0]!.shape : undefined;
  const reshaped = (set: TensorDataset): TensorDataset => {
    const [images] = set.inputs;
    if (!shape || !images || elementCount(shape) !== elementCount(images.shape)) return set;
    return tensorDataset({ data: images.data, shape: [set.size, ...shape] }, set.targets[0]!.data);
  };
  return { train: reshaped(train), test: reshaped(test) };
}
