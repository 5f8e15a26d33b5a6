import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Dataset } from '../data/dataset.ts';
import type { TensorDataset } from '../data/tensor-dataset.ts';
import type { StoredArray } from '../formats/stored-array.ts';
import type { Model } from '../model/model.ts';
import { type FolderSettings, loadFolder } from './folder-data.ts';
import { loadImages } from './image-data.ts';
import { shapedFor } from './samples.ts';
import type { Terminal } from './terminal.ts';

/** What a network is trained and tested with. */
export interface TrainingData {
  readonly train: SizedDataset;
  readonly test: SizedDataset;
  /** Names of the classes, where the data have some. */
  readonly classNames: readonly string[] | undefined;
  /** [height, width, channels] of an image as it was read. */
  readonly imageShape: readonly number[];
  /** Images to test in memory: all, or as many as fit. */
  judged(): Promise<TensorDataset>;
  /** So many images to test, as they are. */
  sample(count: number): Promise<StoredArray>;
}

export type SizedDataset = Dataset & { readonly size: number };

export interface DataRequest {
  /** Name of a set or path of a folder with IDX files. */
  readonly data: string;
  readonly folder: FolderSettings | undefined;
  readonly seed: number;
}

/**
 * Loads what the command line names; a download shows how far it is.
 * @throws {AtrousError}
 */
export async function loadData(
  { data, folder, seed }: DataRequest,
  call: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<TrainingData> {
  if (folder) return loadFolder(folder, seed);
  const { train, test } = await loadImages(data, call, terminal, signal);
  const { data: images, shape } = test.inputs[0]!;
  return {
    train,
    test,
    classNames: undefined,
    imageShape: shape,
    judged: () => Promise.resolve(test),
    sample: async (most) => {
      const count = Math.min(most, test.size);
      return {
        dtype: 'u8',
        shape: [count, ...shape],
        data: images.slice(0, (count * images.length) / test.size),
      };
    },
  };
}

/** The same with images in the shape that the model reads (`shapedFor`), where they are in memory. */
export function dataFor(model: Model, data: TrainingData): TrainingData {
  const { train, test } = data;
  if (!isInMemory(train) || !isInMemory(test)) return data;
  const shaped = shapedFor(model, { train, test });
  return { ...data, ...shaped, judged: () => Promise.resolve(shaped.test) };
}

const isInMemory = (dataset: SizedDataset): dataset is TensorDataset => 'slice' in dataset;

/** A path that means the same from another folder; names of sets stay. */
export const rememberedPath = async (data: string): Promise<string> =>
  (await stat(data).catch(() => undefined)) ? resolve(data) : data;
