import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeImage } from '../data/image-file.ts';
import type { ColorMode } from '../data/image-resize.ts';
import {
  type ImageDirectoryDataset,
  type ImageDirectoryOptions,
  imageDatasetFromDirectory,
} from '../data/node-image-folder.ts';
import { tensorDataset } from '../data/tensor-dataset.ts';
import { DataError, InvalidArgumentError } from '../errors/index.ts';
import { readFile } from '../formats/node-files.ts';
import type { Model } from '../model/model.ts';
import type { TrainingData } from './training-data.ts';

/** A folder of pictures as data, as `--folder` and its flags ask for it. */
export interface FolderSettings {
  readonly path: string;
  /** [height, width]. Undefined: that of the first picture. */
  readonly imageSize: readonly [height: number, width: number] | undefined;
  /** Undefined: grey where the first picture is. */
  readonly colorMode: ColorMode | undefined;
  /** Share of the pictures to test with, where the folder has no parts for it. */
  readonly validationSplit: number;
}

/** Pictures of this many elements are read at once for the report and the first samples: 64 MiB as float32. */
const mostElements = 2 ** 24;

/** Names of folders with the pictures to test. */
const testFolders = ['test', 'validation', 'val'] as const;

/**
 * Pictures in a folder a class, or in `train` and `test` (or `validation`, `val`) with a folder a class each.
 * @throws {AtrousError}
 */
export async function loadFolder(settings: FolderSettings, seed: number): Promise<TrainingData> {
  const { path, validationSplit } = settings;
  const isFolder = async (name: string): Promise<boolean> =>
    (await stat(join(path, name)).catch(() => undefined))?.isDirectory() ?? false;
  const present: string[] = [];
  for (const name of ['train', ...testFolders]) if (await isFolder(name)) present.push(name);
  const [first, second] = present;
  const split = first !== 'train' || second === undefined;
  const root = split ? path : join(path, 'train');
  const probe = await imageDatasetFromDirectory(root, { shuffle: false });
  const common: Omit<ImageDirectoryOptions, 'subset'> = { ...(await shapeOf(probe, settings)), seed };
  const [train, test] = split
    ? await imageDatasetFromDirectory(path, { ...common, validationSplit, subset: 'both' })
    : [
        await imageDatasetFromDirectory(root, common),
        await imageDatasetFromDirectory(join(path, second), { ...common, shuffle: false }),
      ];
  if (test.classNames.join('/') !== train.classNames.join('/')) {
    const problem = `its classes are ${test.classNames.join(', ')}, those of train ${train.classNames.join(', ')}`;
    throw new DataError({ source: join(path, second!), problem });
  }
  const { shape } = train.inputs[0]!;
  return {
    train,
    test,
    classNames: train.classNames,
    imageShape: shape,
    judged: () => inMemory(test, mostElements),
    sample: async (count) => {
      const { inputs, size } = await inMemory(test, count * elementsOf(shape));
      return { dtype: 'f32', shape: [size, ...shape], data: inputs[0]!.data };
    },
  };
}

/**
 * All pictures in a folder a class, as a model reads them.
 * @throws {InvalidArgumentError} for a model that reads no pictures {FileError} {DataError}
 */
export function loadPictures(
  path: string,
  { inputs, name }: Model,
  call: string,
): Promise<ImageDirectoryDataset> {
  const [height = 0, width = 0, channels = 0] = inputs.length === 1 ? inputs[0]!.shape : [];
  const colorMode = ({ 1: 'grayscale', 3: 'rgb', 4: 'rgba' } as const)[channels];
  if (!colorMode || inputs[0]!.shape.length !== 3) {
    const expected = 'a model that reads pictures of 1, 3 or 4 channels';
    throw new InvalidArgumentError({ call, argument: 'MODEL', expected, received: name });
  }
  return imageDatasetFromDirectory(path, { imageSize: [height, width], colorMode, shuffle: false });
}

const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((product, extent) => product * extent, 1);

async function shapeOf(
  probe: ImageDirectoryDataset,
  { imageSize, colorMode }: FolderSettings,
): Promise<Pick<ImageDirectoryOptions, 'imageSize' | 'colorMode'>> {
  if (imageSize && colorMode) return { imageSize, colorMode };
  const [path = ''] = probe.filePaths;
  const { height, width, channels } = await decodeImage(await readFile(path), path);
  return {
    imageSize: imageSize ?? [height, width],
    colorMode: colorMode ?? (channels <= 2 ? 'grayscale' : 'rgb'),
  };
}

/** As many samples as have so many elements, spread over the whole set: pictures of one class lie side by side. */
async function inMemory(
  dataset: ImageDirectoryDataset,
  most: number,
): Promise<ReturnType<typeof tensorDataset>> {
  const { shape } = dataset.inputs[0]!;
  const count = Math.max(1, Math.min(dataset.size, Math.floor(most / elementsOf(shape))));
  const indices = Int32Array.from({ length: count }, (_, k) => Math.floor((k * dataset.size) / count));
  const data = new Float32Array(count * elementsOf(shape));
  const labels = new Int32Array(count);
  await dataset.gather(indices, { inputs: [data], targets: [labels] });
  return tensorDataset({ data, shape: [count, ...shape] }, labels);
}

/** Reads `--image-size`: `28`, or `height`x`width`. */
export const imageSizeOption =
  (call: string) =>
  (text: string): readonly [height: number, width: number] => {
    const [height, width = height] = (/^(\d+)(?:x(\d+))?$/.exec(text) ?? [])
      .slice(1)
      .filter(Boolean)
      .map(Number);
    if (height && width && Math.max(height, width) <= 4096) return [height, width];
    const expected = 'a size in pixels such as 28, or height and width such as 48x64, of at most 4096';
    throw new InvalidArgumentError({ call, argument: '--image-size', expected, received: text });
  };
