import { readFile } from 'node:fs/promises';
import type { Values } from '../engine/session.ts';
import {
  booleanValue,
  finiteNumber,
  InvalidArgumentError,
  integerBetween,
  knownOptions,
  nonNegativeInteger,
  oneOf,
  positiveInteger,
} from '../errors/index.ts';
import {
  type Batch,
  type BatchArrays,
  type BatchOptions,
  batchCount,
  batchOptions,
  type IndexedDataset,
  makeBatchArrays,
} from './dataset.ts';
import type { Field } from './field.ts';
import { decodeImage } from './image-file.ts';
import { imageExtents, type LabelledFile, shuffledFiles, splitFiles } from './image-folder-index.ts';
import { type ColorMode, channelsOf, type Interpolation, inColorMode, resizeInto } from './image-resize.ts';
import { orFileError } from './node-file-error.ts';
import { labelledFiles } from './node-image-files.ts';
import { sampleOrder } from './order.ts';
import { readAhead } from './read-ahead.ts';

export type LabelMode = 'int' | 'categorical' | 'binary' | null;

export interface ImageDirectoryOptions {
  /** `inferred`: a folder a class. null: no labels. Default `inferred`. */
  readonly labels?: 'inferred' | null;
  /** `int`: whole numbers. `categorical`: one-hot. `binary`: 0 or 1 of two classes. null: none. Default `int`. */
  readonly labelMode?: LabelMode;
  /** Names of the folders of classes in the order of their numbers. Default: all, sorted. */
  readonly classNames?: readonly string[];
  /** Default `rgb`. */
  readonly colorMode?: ColorMode;
  /** The only size of batches. Default: whatever `fit` asks for. */
  readonly batchSize?: number;
  /** [height, width] that pictures are made. Default [256, 256]. */
  readonly imageSize?: readonly [height: number, width: number];
  /** Shuffles, also before the split. false: sorted by class and name. Default true. */
  readonly shuffle?: boolean;
  /** Of the split. Default 0. */
  readonly seed?: number;
  /** Share of the pictures to validate with. Needs `subset`. Default: none are kept back. */
  readonly validationSplit?: number;
  readonly subset?: 'training' | 'validation' | 'both';
  /** Default `bilinear`. */
  readonly interpolation?: Interpolation;
  /** Batches that are read before they are asked for, 1 to 64. Default 2. */
  readonly readAhead?: number;
}

const optionNames: { readonly [K in keyof Required<ImageDirectoryOptions>]: true } = {
  labels: true,
  labelMode: true,
  classNames: true,
  colorMode: true,
  batchSize: true,
  imageSize: true,
  shuffle: true,
  seed: true,
  validationSplit: true,
  subset: true,
  interpolation: true,
  readAhead: true,
};

interface ReadOptions {
  readonly labelMode: LabelMode;
  readonly classNames: readonly string[];
  readonly colorMode: ColorMode;
  readonly batchSize: number | undefined;
  readonly imageSize: readonly [height: number, width: number];
  readonly shuffle: boolean;
  readonly interpolation: Interpolation;
  readonly readAhead: number;
}

/** Pictures in a folder a class. They are read and decoded batch by batch, so that they may exceed the memory. */
export class ImageDirectoryDataset implements IndexedDataset {
  readonly inputs: readonly Field[];
  readonly targets: readonly Field[];
  readonly weighted = false;
  readonly size: number;
  readonly batchSize: number | undefined;
  readonly shufflesByDefault: boolean;
  /** Names of the classes, by their numbers. */
  readonly classNames: readonly string[];
  readonly #files: readonly LabelledFile[];
  readonly #options: ReadOptions;

  /** @internal */
  constructor(files: readonly LabelledFile[], options: ReadOptions) {
    const { labelMode, classNames, colorMode, imageSize } = options;
    this.#files = files;
    this.#options = options;
    this.size = files.length;
    this.batchSize = options.batchSize;
    this.shufflesByDefault = options.shuffle;
    this.classNames = classNames;
    this.inputs = [{ dtype: 'f32', shape: [...imageSize, channelsOf[colorMode]] }];
    this.targets =
      labelMode === null
        ? []
        : labelMode === 'int'
          ? [{ dtype: 'i32', shape: [] }]
          : [{ dtype: 'f32', shape: [labelMode === 'binary' ? 1 : classNames.length] }];
  }

  /** Paths in the order of the samples. */
  get filePaths(): readonly string[] {
    return this.#files.map(({ path }) => path);
  }

  batchesPerEpoch(batchSize: number): number {
    return batchCount(this.size, this.#onlySize(batchSize));
  }

  async *batches(options: BatchOptions): AsyncGenerator<Batch> {
    const { batchSize, epoch, shuffle, seed, start } = batchOptions(options);
    this.#onlySize(batchSize);
    const { lender, signal } = options;
    const order = sampleOrder(this.size, { shuffle, seed, epoch });
    const firsts: number[] = [];
    for (let first = start * batchSize; first < order.length; first += batchSize) firsts.push(first);
    yield* readAhead(firsts, this.#options.readAhead, async (first) => {
      signal?.throwIfAborted();
      const indices = order.subarray(first, first + batchSize);
      const arrays = lender?.borrow(indices.length) ?? makeBatchArrays(this, indices.length);
      await this.gather(indices, arrays, signal);
      return { size: indices.length, ...arrays };
    });
  }

  async gather(indices: Int32Array, into: BatchArrays, signal?: AbortSignal): Promise<void> {
    const [pictures] = into.inputs;
    if (!(pictures instanceof Float32Array)) {
      const expected = 'an array of float32';
      throw new InvalidArgumentError({ argument: 'into.inputs[0]', expected, received: pictures });
    }
    const elements = this.inputs[0]!.shape.reduce((product, extent) => product * extent, 1);
    const next = indices.entries();
    const worker = async (): Promise<void> => {
      for (const [place, index] of next) {
        signal?.throwIfAborted();
        const file = this.#files[index];
        if (!file) {
          const expected = `samples from 0 to ${this.size - 1}`;
          throw new InvalidArgumentError({ argument: 'indices', expected, received: index });
        }
        await this.#read(file.path, pictures.subarray(place * elements, (place + 1) * elements));
        if (into.targets[0]) this.#label(file.label, into.targets[0], place);
      }
    };
    // The system reads a few files at a time, while one picture is decoded.
    await Promise.all(Array.from({ length: Math.min(filesAtOnce, indices.length) }, worker));
  }

  #onlySize(batchSize: number): number {
    const { batchSize: own } = this.#options;
    if (own === undefined || own === batchSize) return batchSize;
    const expected = `${own}, which the data set was made with`;
    throw new InvalidArgumentError({ argument: 'batchSize', expected, received: batchSize });
  }

  async #read(path: string, into: Float32Array): Promise<void> {
    const bytes = await orFileError('read', path, () => readFile(path));
    const image = await decodeImage(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), path);
    const { colorMode, imageSize, interpolation } = this.#options;
    const { height, width } = image;
    const data = inColorMode(image, colorMode);
    resizeInto(data, [height, width, channelsOf[colorMode]], imageSize, into, interpolation);
  }

  #label(label: number, into: Values, place: number): void {
    const { labelMode, classNames } = this.#options;
    if (labelMode !== 'categorical') {
      into[place] = label;
      return;
    }
    const classes = classNames.length;
    into.fill(0, place * classes, (place + 1) * classes);
    into[place * classes + label] = 1;
  }
}

const filesAtOnce = 4;

/**
 * Pictures in a folder a class as a data set, as Keras's `image_dataset_from_directory` does it: float32 from 0 to 255
 * of shape [height, width, channels], resized where they have another size. Files that do not end as pictures do are
 * passed over.
 * @throws {InvalidArgumentError} {FileError}
 * @throws {DataError} where there are no pictures, or none of a class
 */
export function imageDatasetFromDirectory(
  directory: string,
  options: ImageDirectoryOptions & { readonly subset: 'both' },
): Promise<[training: ImageDirectoryDataset, validation: ImageDirectoryDataset]>;
export function imageDatasetFromDirectory(
  directory: string,
  options?: ImageDirectoryOptions & { readonly subset?: 'training' | 'validation' },
): Promise<ImageDirectoryDataset>;
export async function imageDatasetFromDirectory(
  directory: string,
  options: ImageDirectoryOptions = {},
): Promise<ImageDirectoryDataset | [ImageDirectoryDataset, ImageDirectoryDataset]> {
  const place = { call: 'imageDatasetFromDirectory' };
  knownOptions(options, Object.keys(optionNames), place);
  const refuse = (argument: string, expected: string, received: unknown): never => {
    throw new InvalidArgumentError({ ...place, argument, expected, received });
  };
  if (typeof directory !== 'string' || directory === '')
    refuse('directory', 'the path of a folder', directory);
  const { labels = 'inferred', labelMode: mode = 'int', classNames, subset, validationSplit } = options;
  const { colorMode = 'rgb', batchSize, imageSize = [256, 256], interpolation = 'bilinear' } = options;
  const { shuffle = true, seed = 0, readAhead = 2 } = options;
  if (labels !== 'inferred' && labels !== null) refuse('labels', '"inferred" or null', labels);
  const labelMode = labels === null ? null : mode;
  if (labelMode !== null) oneOf(labelMode, ['int', 'categorical', 'binary'], 'labelMode', place);
  const isNames = Array.isArray(classNames) && classNames.every((name) => typeof name === 'string');
  if (classNames !== undefined && !isNames) refuse('classNames', 'names of folders', classNames);
  if (subset !== undefined) oneOf(subset, ['training', 'validation', 'both'], 'subset', place);
  if (validationSplit !== undefined)
    finiteNumber(validationSplit, 'validationSplit', place, { above: 0, below: 1 });
  if ((validationSplit === undefined) !== (subset === undefined)) {
    const missing = subset === undefined ? 'subset' : 'validationSplit';
    refuse(missing, 'subset and validationSplit together', undefined);
  }
  nonNegativeInteger(seed, 'seed', place);
  booleanValue(shuffle, 'shuffle', place);
  const reading: Omit<ReadOptions, 'classNames'> = {
    labelMode,
    colorMode: oneOf(colorMode, ['grayscale', 'rgb', 'rgba'], 'colorMode', place),
    batchSize: batchSize === undefined ? undefined : positiveInteger(batchSize, 'batchSize', place),
    imageSize: imageExtents(imageSize, place),
    shuffle,
    interpolation: oneOf(interpolation, ['bilinear', 'nearest'], 'interpolation', place),
    readAhead: integerBetween(readAhead, 1, 64, 'readAhead', place),
  };
  const found = await labelledFiles(directory, labels === null, classNames);
  if (labelMode === 'binary' && found.classNames.length !== 2)
    refuse(
      'labelMode',
      `binary only with two classes, where ${directory} has ${found.classNames.length}`,
      labelMode,
    );
  const read: ReadOptions = { ...reading, classNames: found.classNames };
  const files = shuffle ? shuffledFiles(found.files, seed) : found.files;
  if (subset === undefined || validationSplit === undefined) return new ImageDirectoryDataset(files, read);
  const { training, validation } = splitFiles(files, validationSplit, directory);
  if (subset === 'training') return new ImageDirectoryDataset(training, read);
  // Keras keeps the pictures that validate in their order.
  const judging = new ImageDirectoryDataset(validation, { ...read, shuffle: false });
  return subset === 'validation' ? judging : [new ImageDirectoryDataset(training, read), judging];
}
