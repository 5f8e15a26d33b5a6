import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { mutate, randomSource } from '../data/mutations.test-support.ts';
import { FormatError, InvalidArgumentError } from '../errors/index.ts';
import { encodeZip, openZip } from './zip.ts';

/** Made with `ZipFile.writestr`, `ZipFile.open(…, force_zip64=True)` and `ZipFile.mkdir`. */
const PYTHON =
  'UEsDBBQAAAAAAAAAIQCn55OwFgAAABYAAAANAAAAbWV0YWRhdGEuanNvbnsia2VyYXNfdmVyc2lvbiI6ICIzIn1QSw' +
  'MELQAAAAAAAAAhAGAMAVD//////////w0AFABhL3dlaWdodHMuYmluAQAQAFAAAAAAAAAAUAAAAAAAAABhYmFiYWJh' +
  'YmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYmFiYWJhYm' +
  'FiYWJhYlBLAwQUAAAICAAAACEAL/r4SAsAAAB4AAAABgAAAMOpLnR4dMtIzcnJV8igOwkAUEsDBBQAAAAAAAAAIQAA' +
  'AAAAAAAAAAAAAAAHAAAAZm9sZGVyL1BLAQIUAxQAAAAAAAAAIQCn55OwFgAAABYAAAANAAAAAAAAAAAAAACAAQAAAA' +
  'BtZXRhZGF0YS5qc29uUEsBAi0DLQAAAAAAAAAhAGAMAVBQAAAAUAAAAA0AAAAAAAAAAAAAAIABQQAAAGEvd2VpZ2h0' +
  'cy5iaW5QSwECFAMUAAAICAAAACEAL/r4SAsAAAB4AAAABgAAAAAAAAAAAAAAgAHQAAAAw6kudHh0UEsBAhQDFAAAAA' +
  'AAAAAhAAAAAAAAAAAAAAAAAAcAAAAAAAAAAAAQAP9B/wAAAGZvbGRlci9QSwUGAAAAAAQABADfAAAAJAEAAAAA';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const members = new Map([
  ['metadata.json', text('{}')],
  ['a/weights.bin', text('ab'.repeat(500))],
  ['é.txt', text('')],
]);
const readAll = (bytes: Uint8Array): Map<string, Uint8Array> => {
  const archive = openZip(bytes, 'a.zip', { maxBytes: 1e6 });
  return new Map(archive.names.map((name) => [name, archive.read(name)]));
};

test('what was packed is unpacked, stored or deflated', () => {
  expect(readAll(encodeZip(members))).toEqual(members);
  expect(readAll(zipSync(Object.fromEntries(members), { level: 9 }))).toEqual(members);
  expect(readAll(encodeZip(new Map())).size).toBe(0);
});

test("an archive of Python's zipfile, with a zip64 field in a local header and a folder", () => {
  const bytes = Buffer.from(PYTHON, 'base64');
  const unpacked = readAll(bytes);
  expect([...unpacked.keys()]).toEqual(['metadata.json', 'a/weights.bin', 'é.txt']);
  expect(unpacked.get('a/weights.bin')).toEqual(text('ab'.repeat(40)));
  expect(unpacked.get('é.txt')).toEqual(text('hello '.repeat(20)));
});

test('equal members give equal bytes at any time', () => {
  expect(encodeZip(members)).toEqual(encodeZip(new Map(members)));
  const date = encodeZip(members).subarray(10, 14);
  expect([...date]).toEqual([0, 0x60, 0x21, 0]); // 12:00:00 on 1 January 1980
});

test('a comment that holds an end record does not mislead', () => {
  const bytes = encodeZip(members);
  const comment = Uint8Array.of(0x50, 0x4b, 5, 6, ...new Uint8Array(18), 1);
  const commented = Uint8Array.of(...bytes, ...comment);
  new DataView(commented.buffer).setUint16(bytes.length - 2, comment.length, true);
  expect(readAll(commented)).toEqual(members);
});

describe('bad archives', () => {
  const refused = (bytes: Uint8Array, message: string, limits = {}): void => {
    const read = (): void => {
      const archive = openZip(bytes, 'a.zip', limits);
      for (const name of archive.names) archive.read(name);
    };
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  };
  /** Changes the archive at a place of its directory's first entry. */
  const changed = (at: number, value: number[]): Uint8Array => {
    const bytes = encodeZip(members);
    const directory = new DataView(bytes.buffer).getUint32(bytes.length - 6, true);
    bytes.set(value, directory + at);
    return bytes;
  };

  test('names that lead out of it', () => {
    for (const name of ['../x', 'a/../../x', '/etc/passwd', 'a\\..\\x', 'C:x', './x', 'a/.'])
      refused(
        zipSync({ [name]: text('x') }),
        name === '/etc/passwd' || /[\\:]/.test(name) ? 'no relative path' : 'leads out',
      );
  });

  test('two members of one name', () => {
    const bytes = zipSync({ aa: text('1'), ab: text('2') });
    refused(
      Uint8Array.from(bytes, (byte) => (byte === 98 ? 97 : byte)),
      'two members',
    );
  });

  test('limits of members, bytes and ratio', () => {
    refused(encodeZip(members), 'limit of 2', { maxMembers: 2 });
    refused(encodeZip(members), 'limit of 100', { maxBytes: 100 });
    refused(changed(24, [255, 255, 255, 127]), 'sizes that cannot be');
  });

  test('encryption, unknown methods, wrong sums and sizes, wrong places', () => {
    refused(changed(8, [1, 0]), 'encrypted');
    refused(changed(10, [12, 0]), 'method 12');
    refused(changed(16, [1]), 'CRC-32');
    refused(changed(20, [1]), 'two sizes');
    refused(changed(42, [9]), 'no header');
    refused(changed(0, [0]), 'entry 0');
    refused(changed(28, [255, 255]), 'entry 0');
  });

  test('no archive at all, a part of one, and zip64', () => {
    refused(new Uint8Array(0), 'no zip archive');
    refused(text('hello'), 'no zip archive');
    const end = encodeZip(members).length - 22;
    const withEnd = (at: number, value: number[]): Uint8Array => {
      const bytes = encodeZip(members);
      bytes.set(value, end + at);
      return bytes;
    };
    refused(withEnd(4, [1]), 'several');
    refused(withEnd(16, [255, 255, 255, 255]), '4 GiB');
    refused(withEnd(16, [1]), 'not where');
    refused(withEnd(8, [2, 0, 2]), 'belong to no member');
  });

  test('a member that is not there', () => {
    expect(() => openZip(encodeZip(members), 'a.zip').read('config.json')).toThrow('no member "config.json"');
  });

  test('every truncation', () => {
    const whole = encodeZip(members);
    for (let n = 0; n < whole.length; n++) refused(whole.subarray(0, n), 'no zip archive');
  });

  test('four thousand mutations give members or a FormatError', () => {
    const random = randomSource(11);
    const whole = [encodeZip(members), zipSync(Object.fromEntries(members)), Buffer.from(PYTHON, 'base64')];
    for (let k = 0; k < 4000; k++) {
      try {
        readAll(mutate(whole[k % 3]!, random));
      } catch (error) {
        expect(error, `seed 11, case ${k}`).toBeInstanceOf(FormatError);
      }
    }
  });

  test('names that it would refuse are not packed', () => {
    for (const name of ['../x', '', '__proto__'])
      expect(() => encodeZip(new Map([[name, text('x')]]))).toThrow(InvalidArgumentError);
  });
});
