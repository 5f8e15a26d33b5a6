import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import * as datasets from '../../src/datasets.ts';
import * as k from './kinds.ts';
import { byPosition, positional, type Row } from './row.ts';

/** A folder of data for these rows; who uses them removes it. */
export const dataFolder: string = mkdtempSync(join(tmpdir(), 'atrous-arguments-'));

const png = (value: number): Uint8Array =>
  new Uint8Array(encode({ width: 4, height: 4, data: new Uint8Array(16).fill(value), channels: 1 }));
const pictures = join(dataFolder, 'pictures');
for (const name of ['a', 'b']) {
  mkdirSync(join(pictures, name), { recursive: true });
  for (const value of [1, 2, 3]) writeFileSync(join(pictures, name, `${value}.png`), png(60 * value));
}
const digits = join(dataFolder, 'digits');
mkdirSync(digits);
for (const set of ['train', 't10k']) {
  const [images, labels] = [new Uint8Array(16 + 784), new Uint8Array(9)];
  images.set([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 28]);
  labels.set([0, 0, 8, 1, 0, 0, 0, 1, 7]);
  writeFileSync(join(digits, `${set}-images-idx3-ubyte`), images);
  writeFileSync(join(digits, `${set}-labels-idx1-ubyte`), labels);
}

/** From the folder, so that nothing is downloaded. */
const fromFolder =
  (load: (options: never) => unknown): ((options: object | undefined) => unknown) =>
  (options) =>
    load(
      (isPlain(options) && (options as { folder?: unknown }).folder === undefined
        ? { ...options, folder: digits }
        : options) as never,
    );

const isPlain = (value: unknown): value is object =>
  Object.prototype.toString.call(value) === '[object Object]';

const idx = (call: string, load: (options: never) => unknown): Row =>
  positional(call, fromFolder(load), [], {
    given: {},
    kinds: {
      folder: k.text,
      installed: k.boolean,
      cacheFolder: k.text,
      baseUrls: k.nothing,
      stallTimeout: (value) => k.above(0)(value) && Number(value) < 2 ** 31,
      timeout: (value) => k.above(0)(value) && Number(value) < 2 ** 31,
      signal: k.nothing,
      onProgress: k.functionOf,
    },
  });

/** What the root of the package has too. */
type Shared = 'generatorDataset' | 'TensorDataset' | 'tensorDataset' | 'validationSplit';

/** Every function of `atrous/datasets`; the class of `imageDatasetFromDirectory` is not made by hand. */
export const datasetRows: {
  readonly [K in Exclude<keyof typeof datasets, Shared | 'ImageDirectoryDataset'>]: Row;
} = {
  decodeImage: positional('decodeImage', datasets.decodeImage, ['bytes', 'source'], {
    given: { bytes: png(3), source: 'x.png' },
    kinds: { bytes: k.nothing, source: k.text, maxPixels: k.positive },
  }),
  fashionMnist: idx('fashionMnist', datasets.fashionMnist),
  imageDatasetFromDirectory: positional(
    'imageDatasetFromDirectory',
    datasets.imageDatasetFromDirectory,
    ['directory'],
    {
      given: { directory: pictures, validationSplit: 0.5, subset: 'both' },
      kinds: {
        directory: k.text,
        labels: (value) => value === null || value === 'inferred',
        labelMode: k.orNull(k.oneOf('int', 'categorical', 'binary')),
        classNames: k.nothing,
        colorMode: k.oneOf('grayscale', 'rgb', 'rgba'),
        batchSize: k.positive,
        imageSize: k.list(k.positive, 2, 2),
        shuffle: k.boolean,
        seed: k.count,
        interpolation: k.oneOf('bilinear', 'nearest'),
        readAhead: (value) => k.positive(value) && Number(value) <= 64,
        validationSplit: (value) => k.above(0)(value) && Number(value) < 1,
        subset: k.oneOf('training', 'validation', 'both'),
      },
    },
  ),
  mnist: idx('mnist', datasets.mnist),
  preprocessDigit: byPosition(
    'preprocessDigit',
    (width: never, height: never, data: never, channels: never) =>
      datasets.preprocessDigit({ width, height, data, channels }),
    {
      'picture.width': k.positive,
      'picture.height': k.positive,
      'picture.data': k.nothing,
      'picture.channels': k.positive,
    },
    {
      'picture.width': 4,
      'picture.height': 4,
      'picture.data': Uint8Array.from({ length: 64 }, (_, at) => (at >> 2 === 5 || at % 4 === 3 ? 255 : 0)),
      'picture.channels': 4,
    },
  ),
};
