import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { mutate, mutateInPlace, randomSource } from '../data/mutations.test-support.ts';
import { FormatError, InvalidArgumentError } from '../errors/index.ts';
import { inlineHdf5, readHdf5, writeHdf5 } from './hdf5.ts';
import type { Hdf5Attribute, Hdf5Content } from './hdf5-content.ts';
import { readKerasArchive, writeKerasArchive } from './keras-archive.ts';
import { Hdf5Worker } from './node-hdf5.ts';
import type { StoredArray } from './stored-array.ts';
import { PageHdf5 } from './web-hdf5.ts';
import { encodeZip, openZip } from './zip.ts';

const worker = new Hdf5Worker();
afterAll(() => worker.dispose());

const attributes = (values: Record<string, Record<string, Hdf5Attribute>>): Hdf5Content['attributes'] =>
  new Map(Object.entries(values).map(([path, named]) => [path, new Map(Object.entries(named))]));
const content: Hdf5Content = {
  arrays: new Map<string, StoredArray>([
    ['layers/dense/vars/0', { dtype: 'f32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
    ['layers/dense/vars/1', { dtype: 'f32', shape: [3], data: Float32Array.of(-0, 1e-45, 3e38) }],
    ['optimizer/vars/0', { dtype: 'i64', shape: [], data: BigInt64Array.of(7n) }],
    ['optimizer/vars/1', { dtype: 'f32', shape: [], data: Float32Array.of(0.001) }],
    ['other/empty', { dtype: 'f64', shape: [0, 2], data: new Float64Array(0) }],
    ['other/bytes', { dtype: 'u8', shape: [2], data: Uint8Array.of(0, 255) }],
  ]),
  groups: new Set([
    'layers',
    'layers/dense',
    'layers/dense/vars',
    'layers/dropout',
    'layers/dropout/vars',
    'optimizer',
    'optimizer/vars',
    'other',
  ]),
  attributes: attributes({
    '': { names: ['a', 'bé'] },
    'layers/dense/vars': { name: 'classes', version: 3, sizes: [1, 2], rate: 0.5 },
    'other/bytes': { unit: 'px' },
  }),
};

describe.each([
  ['in a worker', worker],
  ['on this thread', inlineHdf5],
])('HDF5 %s', (_, host) => {
  test('makes the round trip', async () => {
    const bytes = await writeHdf5(content, { host });
    const again = await readHdf5(bytes, 'a.h5', { host });
    expect(again.arrays).toEqual(content.arrays);
    expect(again.groups).toEqual(content.groups);
    expect(again.attributes).toEqual(content.attributes);
  });

  test('equal contents give equal bytes at any time', async () => {
    const first = await writeHdf5(content, { host });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await writeHdf5(content, { host })).toEqual(first);
  });

  test('groups need not be named', async () => {
    const bytes = await writeHdf5({ ...content, groups: new Set(['x/y']), attributes: new Map() }, { host });
    const { groups } = await readHdf5(bytes, 'a.h5', { host });
    expect([...groups].sort()).toEqual(
      [...content.groups, 'x', 'x/y'].filter((group) => !group.includes('dropout')).sort(),
    );
  });

  test('reads what Keras wrote', async () => {
    const path = 'fixtures/networks/seed-trained.keras';
    const { metadata, config, weights } = await readKerasArchive(readFileSync(path), path, { host });
    expect(metadata.keras_version).toMatch(/^3\./);
    expect(config.class_name).toBe('Sequential');
    expect(weights.arrays.get('layers/separable_conv2d_1/vars/0')).toMatchObject({
      dtype: 'f32',
      shape: [3, 3, 32, 1],
    });
    expect(weights.arrays.get('optimizer/vars/0')).toEqual({
      dtype: 'i64',
      shape: [],
      data: BigInt64Array.of(3n),
    });
    expect(weights.attributes.get('layers/dense/vars')).toEqual(new Map([['name', 'classes']]));
    expect(weights.groups.has('layers/dropout/vars')).toBe(true);
  });
});

describe('what cannot be written', () => {
  const only = (path: string, array: StoredArray): Hdf5Content => ({
    arrays: new Map([[path, array]]),
    groups: new Set(),
    attributes: new Map(),
  });
  const number: StoredArray = { dtype: 'f32', shape: [], data: Float32Array.of(1) };

  test.each<[string, Hdf5Content]>([
    ['paths such as', only('/a', number)],
    ['paths such as', only('a//b', number)],
    ['paths such as', only('./b', number)],
    ['no groups', only('', number)],
    ['no groups', { ...only('a', number), groups: new Set(['a']) }],
    [
      'no groups',
      {
        ...only('a', number),
        arrays: new Map([
          ['a', number],
          ['a/b', number],
        ]),
      },
    ],
    ['a shape of 1 elements', only('a', { ...number, shape: [2] })],
    ['element type bf16', only('a', { dtype: 'bf16', shape: [1], data: Uint16Array.of(1) })],
  ])('%s', async (message, wrong) => {
    const failed = writeHdf5(wrong, { host: worker });
    await expect(failed).rejects.toThrow(InvalidArgumentError);
    await expect(failed).rejects.toThrow(message);
  });
});

describe('bad HDF5 files', () => {
  const read = (bytes: Uint8Array, limits = {}): Promise<Hdf5Content> =>
    readHdf5(bytes, 'a.h5', { host: worker, limits });

  test('no HDF5, and truncated ones', async () => {
    await expect(read(new Uint8Array(0))).rejects.toThrow(FormatError);
    await expect(read(new TextEncoder().encode('hello'))).rejects.toThrow(
      'Cannot read a.h5: it is no HDF5 file',
    );
    const whole = await writeHdf5(content, { host: worker });
    for (let n = 0; n < whole.length; n += 97)
      await expect(read(whole.subarray(0, n))).rejects.toThrow(FormatError);
  });

  test('more objects or bytes than the limits', async () => {
    const whole = await writeHdf5(content, { host: worker });
    await expect(read(whole, { maxObjects: 5 })).rejects.toThrow('limit of 5');
    await expect(read(whole, { maxBytes: 30 })).rejects.toThrow('limit of 30 bytes');
  });

  test('a worker that takes too long is ended, and the next request gets another', async () => {
    const impatient = new Hdf5Worker({ timeout: 0 });
    const many = { dtype: 'f32', shape: [8_000_000], data: new Float32Array(8_000_000) } as const;
    const large: Hdf5Content = { arrays: new Map([['a', many]]), groups: new Set(), attributes: new Map() };
    const whole = await writeHdf5(large, { host: worker });
    await expect(readHdf5(whole, 'a.h5', { host: impatient })).rejects.toThrow(
      /Cannot read a\.h5: .*longer than 0 s/,
    );
    await impatient.dispose();
    expect((await read(whole)).arrays.get('a')?.shape).toEqual([8_000_000]);
  });

  test('a file in which the library loops without end costs one worker', async () => {
    const endless = new Uint8Array(readFileSync('fixtures/fuzz/hdf5-1-217.bin'));
    await expect(read(endless)).rejects.toThrow(
      /^Cannot read a\.h5: the HDF5 library took longer than 0\.9 s/,
    );
    expect((await read(await writeHdf5(content, { host: worker }))).groups.has('layers')).toBe(true);
  });

  test('where no worker can be started, the library runs on the calling thread', async () => {
    const none = new PageHdf5(() => {
      throw new Error('the content policy forbids workers');
    });
    const whole = await writeHdf5(content, { host: none });
    expect((await readHdf5(whole, 'a.h5', { host: none })).arrays).toEqual(content.arrays);
  });

  test('requests at the same time wait for each other', async () => {
    const whole = await writeHdf5(content, { host: worker });
    const results = await Promise.allSettled([read(whole), read(whole.subarray(0, 100)), read(whole)]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('a hundred mutations give contents or a FormatError', async () => {
    const fuzzed = new Hdf5Worker({ timeout: 1_000 });
    const random = randomSource(99);
    const small = await writeHdf5(content, { host: worker });
    const fromKeras = openZip(readFileSync('fixtures/networks/binary-map.keras'), 'k').read(
      'model.weights.h5',
    );
    for (let k = 0; k < 100; k++) {
      try {
        const damaged = (k % 4 ? mutateInPlace : mutate)(k % 2 ? small : fromKeras, random);
        await readHdf5(damaged, 'a.h5', { host: fuzzed });
      } catch (error) {
        expect(error, `seed 99, case ${k}`).toBeInstanceOf(FormatError);
      }
    }
    await fuzzed.dispose();
  });
});

describe('.keras', () => {
  const archive = {
    metadata: { keras_version: '3.0.0', date_saved: '2026-01-01@00:00:00' },
    config: { class_name: 'Sequential', config: { name: 'é' } },
    weights: content,
  };

  test('makes the round trip', async () => {
    const bytes = await writeKerasArchive(archive, { host: worker });
    expect(openZip(bytes, 'a').names).toEqual(['metadata.json', 'config.json', 'model.weights.h5']);
    expect(await readKerasArchive(bytes, 'a.keras', { host: worker })).toEqual(archive);
  });

  test('faults name the member', async () => {
    const bytes = await writeKerasArchive(archive, { host: worker });
    const opened = openZip(bytes, 'a');
    const members = new Map(opened.names.map((name) => [name, opened.read(name)]));
    const faults: [string, string, string | undefined][] = [
      ['metadata.json', '{', 'member metadata.json: it is not valid JSON'],
      ['config.json', '[]', 'member config.json: it is no JSON object'],
      ['config.json', '\ud800', 'member config.json: it is not valid JSON'],
      ['config.json', undefined as never, 'no member "config.json"'],
      ['model.weights.h5', 'HDF', 'member model.weights.h5: it is no HDF5 file'],
      [
        'model.weights.h5',
        undefined as never,
        'it has no member model.weights.h5. Expected a .keras file of Keras 3.',
      ],
    ];
    for (const [name, text, message] of faults) {
      const changed = new Map(members);
      if (text === undefined) changed.delete(name);
      else changed.set(name, new TextEncoder().encode(text));
      const failed = readKerasArchive(encodeZip(changed), 'a.keras', { host: worker });
      await expect(failed).rejects.toThrow(FormatError);
      await expect(failed).rejects.toThrow(message!);
    }
  });
});
