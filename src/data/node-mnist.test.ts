import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'fflate';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DataError, FileError, FormatError, InvalidArgumentError } from '../errors/index.ts';
import { loadFromWeb, type WebMnistOptions } from './mnist.ts';
import { type MnistPart, type MnistSource, mnistFileNames, mnistParts } from './mnist-files.ts';
import { fashionMnist, loadImageSets, type MnistOptions, mnist } from './node-mnist.ts';

function idx(extents: number[], body: number[]): Uint8Array {
  const header = extents.flatMap((extent) => [0, 0, extent >> 8, extent & 255]);
  return Uint8Array.of(0, 0, 8, extents.length, ...header, ...body);
}
const bytesFrom = (count: number): number[] => Array.from({ length: count }, (_, i) => i % 251);
const tiny: Record<MnistPart, Uint8Array> = {
  trainImages: idx([6, 4, 3], bytesFrom(72)),
  trainLabels: idx([6], [0, 1, 2, 3, 9, 5]),
  testImages: idx([2, 4, 3], bytesFrom(24)),
  testLabels: idx([2], [7, 8]),
};
const sum = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const source = (baseUrls: string[]): MnistSource => ({
  name: 'tiny',
  checksums: Object.fromEntries(mnistParts.map((part) => [part, sum(tiny[part])])) as Record<
    MnistPart,
    string
  >,
  baseUrls,
  systemFolders: [],
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-mnist-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function writeParts(change: Partial<Record<MnistPart, Uint8Array | undefined>> = {}, suffix = ''): void {
  for (const part of mnistParts) {
    const bytes = part in change ? change[part] : tiny[part];
    if (bytes) writeFileSync(join(folder, mnistFileNames[part] + suffix), suffix ? gzipSync(bytes) : bytes);
  }
}
const load = (options: MnistOptions): ReturnType<typeof loadImageSets> =>
  loadImageSets(source(['http://x/']), options, 'tiny');

describe('a folder', () => {
  test.each(['', '.gz'])('with files that end with "%s"', async (suffix) => {
    writeParts({}, suffix);
    const { train, test: testSet } = await load({ folder });
    expect(train.size).toBe(6);
    expect(train.inputs[0]).toMatchObject({ dtype: 'u8', shape: [4, 3, 1] });
    expect(train.inputs[0]!.data[71]).toBe(71);
    expect([...train.targets[0]!.data]).toEqual([0, 1, 2, 3, 9, 5]);
    expect(testSet.size).toBe(2);
  });

  test.each<[string, Partial<Record<MnistPart, Uint8Array>>, unknown]>([
    ['no such file', { testLabels: undefined }, FileError],
    ['truncated', { trainImages: tiny.trainImages.subarray(0, 50) }, FormatError],
    ['trailing', { trainImages: Uint8Array.of(...tiny.trainImages, 1) }, FormatError],
    ['not an IDX file', { trainImages: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) }, FormatError],
    ['2 labels for the 6 images', { trainLabels: tiny.testLabels }, DataError],
    ['uint8 [labels] is needed', { trainLabels: tiny.trainImages }, DataError],
    ['uint8 [images, height, width] is needed', { trainImages: tiny.trainLabels }, DataError],
    ['label at index 4 is 10', { trainLabels: idx([6], [0, 1, 2, 3, 10, 5]) }, DataError],
    ['its images are 2 x 2 x 1', { testImages: idx([2, 2, 2], bytesFrom(8)) }, DataError],
    ['[0, 4, 3]', { testImages: idx([0, 4, 3], []), testLabels: idx([0], []) }, DataError],
  ])('with a fault: %s', async (message, change, kind) => {
    writeParts(change);
    await expect(load({ folder })).rejects.toThrow(kind as typeof Error);
    await expect(load({ folder })).rejects.toThrow(message);
  });

  test('that does not exist, or is a file', async () => {
    await expect(load({ folder: join(folder, 'x') })).rejects.toThrow(FileError);
    writeFileSync(join(folder, 'file'), '');
    await expect(load({ folder: join(folder, 'file') })).rejects.toThrow('is a file, not a folder');
  });
});

test('bad options', async () => {
  for (const options of [
    { folder: '' },
    { cacheFolder: 3 },
    { path: 'x' },
    { baseUrls: [] },
    { baseUrls: ['file:///etc/'] },
    { stallTimeout: 0 },
    { timeout: Number.NaN },
  ] as MnistOptions[])
    await expect(load(options)).rejects.toThrow(InvalidArgumentError);
});

describe('downloads', () => {
  let server: Server;
  let base: string;
  let requests: string[];
  let served: Record<string, Uint8Array>;
  beforeAll(async () => {
    server = createServer((request, response) => {
      requests.push(request.url!);
      const bytes = served[request.url!];
      response.writeHead(bytes ? 200 : 404).end(bytes);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());
  beforeEach(() => {
    requests = [];
    const files = mnistParts.map((part) => [`/${mnistFileNames[part]}.gz`, gzipSync(tiny[part])]);
    served = Object.fromEntries(files) as Record<string, Uint8Array>;
  });
  const fetchTiny = (options: MnistOptions = {}): ReturnType<typeof loadImageSets> =>
    loadImageSets(source([`${base}/none/`, base]), { cacheFolder: folder, ...options }, 'tiny');

  test('fill the cache once', async () => {
    const { train } = await fetchTiny();
    expect(train.size).toBe(6);
    expect(requests).toHaveLength(8);
    expect(readdirSync(folder).sort()).toEqual(mnistParts.map((part) => `${mnistFileNames[part]}.gz`).sort());
    expect((await fetchTiny()).test.size).toBe(2);
    expect(requests).toHaveLength(8);
  });

  test('repair a damaged cache', async () => {
    await fetchTiny();
    truncateSync(join(folder, 'train-images-idx3-ubyte.gz'), 30);
    expect((await fetchTiny()).train.size).toBe(6);
    expect(requests).toHaveLength(10);
  });

  test('with another checksum are refused and deleted', async () => {
    served['/train-labels-idx1-ubyte.gz'] = gzipSync(idx([6], [1, 1, 1, 1, 1, 1]));
    await expect(fetchTiny()).rejects.toThrow(/its SHA-256 is [0-9a-f]{64}, where [0-9a-f]{64} is expected/);
    expect(readdirSync(folder)).toEqual(['train-images-idx3-ubyte.gz']);
  });

  test('that are no gzip, or a truncated one, are refused and deleted', async () => {
    served['/train-images-idx3-ubyte.gz'] = Uint8Array.from(Buffer.from('<html>Please log in</html>'));
    await expect(fetchTiny()).rejects.toThrow('SHA-256');
    served['/train-images-idx3-ubyte.gz'] = gzipSync(tiny.trainImages).subarray(0, -9);
    await expect(fetchTiny()).rejects.toThrow('damaged or truncated');
    expect(readdirSync(folder)).toEqual([]);
  });

  describe('without file access', () => {
    const web = (options: WebMnistOptions = {}): ReturnType<typeof loadFromWeb> =>
      loadFromWeb(source([`${base}/none/`, base]), options, 'tiny');

    test('by URL, with progress', async () => {
      const received: number[] = [];
      const { train } = await web({ onProgress: (progress) => received.push(progress.received) });
      expect(train.size).toBe(6);
      expect(received.length).toBeGreaterThanOrEqual(8);
    });

    test('from bytes', async () => {
      expect((await web({ files: tiny })).test.size).toBe(2);
      await expect(web({ files: { ...tiny, testLabels: undefined as never } })).rejects.toThrow(
        'files.testLabels',
      );
    });

    test('faults', async () => {
      served['/train-images-idx3-ubyte.gz'] = gzipSync(tiny.testImages);
      await expect(web()).rejects.toThrow('SHA-256');
      served['/train-images-idx3-ubyte.gz'] = gzipSync(tiny.testImages).subarray(0, 20);
      await expect(web()).rejects.toThrow(FileError);
      delete served['/train-images-idx3-ubyte.gz'];
      await expect(web()).rejects.toThrow('404');
      await expect(web({ cacheFolder: 'x' } as WebMnistOptions)).rejects.toThrow(InvalidArgumentError);
      await expect(web({ signal: AbortSignal.abort(new Error('stopped')) })).rejects.toThrow('stopped');
    });
  });
});

describe('the real sets', () => {
  test('MNIST comes from the installed package, and its checksums are those on record', async () => {
    const { train, test: testSet } = await mnist();
    expect([train.size, testSet.size]).toEqual([60_000, 10_000]);
    expect(train.inputs[0]).toMatchObject({ dtype: 'u8', shape: [28, 28, 1] });
    expect([...train.targets[0]!.data.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    const counts = new Array<number>(10).fill(0);
    for (const label of testSet.targets[0]!.data) counts[label]!++;
    expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  test('Fashion-MNIST has options of its own to refuse', async () => {
    await expect(fashionMnist({ folder })).rejects.toThrow(FileError);
    await expect(fashionMnist({ Folder: folder } as MnistOptions)).rejects.toThrow('Did you mean "folder"');
  });
});
