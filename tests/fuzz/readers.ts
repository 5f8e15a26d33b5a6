import { readFileSync } from 'node:fs';
import { encode as encodePng } from 'fast-png';
import { gzipSync, zipSync } from 'fflate';
import jpeg from 'jpeg-js';
import { gunzip } from '../../src/data/gzip.ts';
import { readIdx } from '../../src/data/idx.ts';
import { decodeImage } from '../../src/data/image-file.ts';
import { readHdf5, writeHdf5 } from '../../src/formats/hdf5.ts';
import type { Hdf5Content } from '../../src/formats/hdf5-content.ts';
import { Hdf5Worker } from '../../src/formats/node-hdf5.ts';
import { decodeNpy, encodeNpy } from '../../src/formats/npy.ts';
import { decodeNpz, encodeNpz } from '../../src/formats/npz.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/formats/safetensors.ts';
import type { StoredArray } from '../../src/formats/stored-array.ts';
import { encodeZip, openZip } from '../../src/formats/zip.ts';
import { modelFromBytes } from '../../src/model/load-model.ts';
import { joined, mutateBytes } from './mutate-bytes.ts';
import {
  gzipMutator,
  hdf5Mutator,
  idxMutator,
  jsonMutator,
  type Mutator,
  npyMutator,
  pngMutator,
  safetensorsMutator,
  zipMutator,
} from './mutate-files.ts';
import { mutateJson } from './mutate-json.ts';
import type { RandomSource } from './random.ts';

/** A reader of foreign bytes, valid files to start from, and the damage that gets past its first checks. */
export interface FuzzedReader {
  files(): Promise<readonly Uint8Array[]>;
  readonly mutate: (
    bytes: Uint8Array,
    other: Uint8Array,
    random: RandomSource,
  ) => Uint8Array | Promise<Uint8Array>;
  read(bytes: Uint8Array): unknown;
}

const source = 'the file';
/** Less patient than by default: damaged files in which the library loops are many here. */
const host = new Hdf5Worker({ timeout: 400 });
const writer = new Hdf5Worker();

/** Ends the workers of the readers. */
export const closeReaders = async (): Promise<void> => {
  await Promise.all([host.dispose(), writer.dispose()]);
};

const fixture = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/${path}`, import.meta.url)));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const arrays: Record<string, StoredArray> = {
  a: { dtype: 'f32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  'b/c': { dtype: 'i64', shape: [], data: BigInt64Array.of(7n) },
  d: { dtype: 'u8', shape: [0, 4], data: new Uint8Array(0) },
  e: { dtype: 'f16', shape: [4], data: Uint16Array.of(1, 2, 3, 0x7c01) },
};

const idxFiles = [
  joined(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4), new Uint8Array(24).fill(9)),
  joined(Uint8Array.of(0, 0, 0x0d, 1, 0, 0, 0, 5), new Uint8Array(20)),
];
const npyFiles = [...Object.values(arrays).map((array) => encodeNpy(array))];

const npyReader: FuzzedReader = {
  files: async () => npyFiles,
  mutate: npyMutator,
  read: (bytes) => decodeNpy(bytes, source),
};

/** Reads all there is in an archive, in which one name may not lead out. */
function readZip(bytes: Uint8Array): unknown {
  const archive = openZip(bytes, source);
  for (const name of archive.names)
    if (/^\/|\\|^[a-z]:|(^|\/)\.\.(\/|$)/i.test(name)) throw new Error(`the name ${name} was let in`);
  return archive.names.map((name) => archive.read(name));
}

async function openModel(bytes: Uint8Array): Promise<void> {
  const model = await modelFromBytes(bytes, source, { host });
  model.dispose();
}

const kerasMember = (name: string): Mutator => (name.endsWith('.json') ? jsonMutator : hdf5Mutator);
const networks = ['binary-map', 'two-inputs', 'repeated', 'perceptron', 'sequence-mix', 'volume'];
const kerasFiles = (): Uint8Array[] => networks.map((name) => fixture(`networks/${name}.keras`));

/** Native files of the networks of the fixtures, with the state of an optimizer in those that have one. */
async function nativeFiles(): Promise<Uint8Array[]> {
  const paths = [...networks.map((name) => `networks/${name}.keras`), 'networks/temporal-trained.keras'];
  const files: Uint8Array[] = [];
  for (const path of paths) {
    const model = await modelFromBytes(fixture(path), path, { host });
    files.push(await model.toBytes('safetensors'));
    model.dispose();
  }
  return files;
}

async function hdf5Files(): Promise<Uint8Array[]> {
  const weights = kerasFiles()
    .slice(0, 3)
    .map((bytes) => openZip(bytes, source).read('model.weights.h5'));
  const content: Hdf5Content = {
    arrays: new Map(Object.entries(arrays).filter(([, { dtype }]) => dtype !== 'f16')),
    groups: new Set(['g', 'g/h']),
    attributes: new Map([
      ['', new Map<string, string | number | string[]>([['names', ['a', 'b']]])],
      ['g', new Map([['config', 'x'.repeat(300)]])],
    ]),
  };
  return [await writeHdf5(content, { host: writer }), ...weights];
}

const legacyNames = ['keras3-sequential', 'keras3-functional', 'keras2-sequential', 'keras2-functional'];

const legacyContents = new WeakMap<Uint8Array, Hdf5Content>();

/** Damages the file as it is, or the JSON of a config in it, which is then written anew. */
async function mutateLegacy(bytes: Uint8Array, other: Uint8Array, random: RandomSource): Promise<Uint8Array> {
  if (random(3) > 0) return hdf5Mutator(bytes, other, random);
  const content = legacyContents.get(bytes) ?? (await readHdf5(bytes, source, { host: writer }));
  legacyContents.set(bytes, content);
  const root = new Map(content.attributes.get(''));
  const key = random(4) ? 'model_config' : 'training_config';
  const config = root.get(key);
  if (typeof config === 'string') root.set(key, mutateJson(config, random).replaceAll('\0', ''));
  const attributes = new Map([...content.attributes, ['', root]]);
  return writeHdf5({ ...content, attributes }, { host: writer });
}

const picture = (channels: 1 | 3 | 4, interlace: 'null' | 'Adam7'): Uint8Array => {
  const data = Uint8Array.from({ length: 9 * 7 * channels }, (_, k) => (k * 37) % 256);
  return new Uint8Array(encodePng({ width: 9, height: 7, data, channels, depth: 8 }, { interlace }));
};

const jpegFile = (side: number): Uint8Array => {
  const data = Uint8Array.from({ length: side * side * 4 }, (_, k) => (k % 4 === 3 ? 255 : (k * 11) % 256));
  return new Uint8Array(jpeg.encode({ width: side, height: side, data }, 75).data);
};

/** Every reader of foreign bytes, by the name that the command line takes. */
export const readers: Readonly<Record<string, FuzzedReader>> = {
  idx: {
    files: async () => [...idxFiles, ...idxFiles.map((bytes) => gzipSync(bytes, { mtime: 0 }))],
    mutate: (bytes, other, random) => (bytes[0] === 0x1f ? mutateBytes : idxMutator)(bytes, other, random),
    read: (bytes) => readIdx(bytes, source),
  },
  gzip: {
    files: async () => [...idxFiles, text('abc'.repeat(999))].map((bytes) => gzipSync(bytes, { mtime: 0 })),
    mutate: gzipMutator(),
    read: (bytes) => gunzip(bytes, source, 2 ** 30),
  },
  npy: npyReader,
  npz: {
    files: async () => [
      encodeNpz(new Map(Object.entries(arrays))),
      zipSync({ 'x.npy': npyFiles[0]!, 'y.npy': npyFiles[3]! }, { mtime: new Date(1980, 0, 1, 12) }),
    ],
    mutate: zipMutator((name) => (name.endsWith('.npy') ? npyMutator : mutateBytes)),
    read: (bytes) => decodeNpz(bytes, source),
  },
  zip: {
    files: async () => [
      encodeZip(
        new Map([
          ['a.json', text('{}')],
          ['b/c', text('ab'.repeat(500))],
        ]),
      ),
      zipSync({ 'd.txt': text('hello '.repeat(99)), 'b/c': text('') }, { level: 9 }),
    ],
    mutate: zipMutator(() => mutateBytes),
    read: readZip,
  },
  safetensors: {
    files: async () => [
      encodeSafetensors(new Map(Object.entries(arrays)), new Map([['format', 'x']])),
      encodeSafetensors(new Map([['a', arrays.a!]])),
    ],
    mutate: safetensorsMutator(),
    read: (bytes) => decodeSafetensors(bytes, source),
  },
  native: { files: nativeFiles, mutate: safetensorsMutator('atrous'), read: openModel },
  hdf5: { files: hdf5Files, mutate: hdf5Mutator, read: (bytes) => readHdf5(bytes, source, { host }) },
  keras: { files: async () => kerasFiles(), mutate: zipMutator(kerasMember), read: openModel },
  png: {
    files: async () => [picture(1, 'null'), picture(3, 'null'), picture(4, 'Adam7')],
    mutate: pngMutator,
    read: (bytes) => decodeImage(bytes, source),
  },
  jpeg: {
    files: async () => [jpegFile(8), jpegFile(21)],
    mutate: mutateBytes,
    read: (bytes) => decodeImage(bytes, source),
  },
  h5: {
    files: async () => legacyNames.map((name) => fixture(`legacy/${name}.h5`)),
    mutate: mutateLegacy,
    read: openModel,
  },
};
