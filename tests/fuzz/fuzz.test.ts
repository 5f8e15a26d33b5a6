import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCase, tryFile } from './cases.ts';
import { closeReaders, readers } from './readers.ts';

/** `npm run fuzz` takes at least 100,000 cases of each reader. */
const seed = Number(process.env.ATROUS_FUZZ_SEED ?? 20261124);
const plain = 250;
/** Those that ask the worker of HDF5 take longer. */
const slow: Readonly<Record<string, number>> = { hdf5: 150, keras: 150, h5: 100 };

afterAll(closeReaders);

describe.each(Object.entries(readers))('%s', (name, reader) => {
  const count = slow[name] ?? plain;
  let files: readonly Uint8Array[];
  beforeAll(async () => {
    files = await reader.files();
  });

  test('reads the files that are damaged afterwards', async () => {
    for (const bytes of files) expect(await tryFile(reader, bytes)).toEqual({ accepted: true });
  });

  test(
    `${count} damaged files give contents or the library's errors (seed ${seed})`,
    { timeout: 240_000 },
    async () => {
      let refused = 0;
      for (let index = 0; index < count; index++) {
        const { accepted, fault } = await tryFile(reader, await makeCase(reader, files, seed, index));
        expect(fault, `npm run fuzz -- --reader ${name} --seed ${seed}, case ${index}`).toBeUndefined();
        refused += Number(!accepted);
      }
      // Damage that no reader notices would test nothing.
      expect(refused).toBeGreaterThan(count / 5);
    },
  );

  test('a case is made again from seed and index', async () => {
    const [first, second] = [await makeCase(reader, files, seed, 7), await makeCase(reader, files, seed, 7)];
    expect(second).toEqual(first);
  });
});

test('files that once broke a reader', async () => {
  const folder = new URL('../../fixtures/fuzz/', import.meta.url);
  const names = readdirSync(folder).filter((name) => name.endsWith('.bin'));
  expect(names.length).toBeGreaterThan(0);
  for (const file of names) {
    const reader = readers[file.split('-')[0]!]!;
    const { fault } = await tryFile(reader, new Uint8Array(readFileSync(new URL(file, folder))));
    expect(fault, file).toBeUndefined();
  }
});
