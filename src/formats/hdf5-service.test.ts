import { afterEach, expect, test } from 'vitest';
import type { Hdf5Reply, Hdf5Request } from './hdf5-content.ts';
import { type Hdf5Library, unpackedLimit } from './hdf5-program.ts';
import { buffersOf, hdf5Service } from './hdf5-service.ts';

const { grow } = WebAssembly.Memory.prototype;
afterEach(() => {
  WebAssembly.Memory.prototype.grow = grow;
});

const page = 2 ** 16;
const limits = { maxBytes: 2 ** 30, maxObjects: 10 };
const read: Hdf5Request = { kind: 'read', bytes: new Uint8Array(100), limits };
const written: Hdf5Reply = { kind: 'written', bytes: new Uint8Array(3) };

/** A library whose memory grows by so many pages at each request. */
function growing(pages: number): (request: Hdf5Request) => ReturnType<ReturnType<typeof hdf5Service>> {
  // A worker has one service; here each begins from the unlimited function.
  WebAssembly.Memory.prototype.grow = grow;
  const memory = new WebAssembly.Memory({ initial: 16 });
  const library = {
    Module: {
      get HEAPU8() {
        return new Uint8Array(memory.buffer);
      },
    },
  } as unknown as Hdf5Library;
  const run = (): Hdf5Reply => {
    memory.grow(pages);
    return written;
  };
  return hdf5Service(library, run, unpackedLimit);
}

test('a read may take 32 MiB, the file and what it may unpack to', () => {
  const allowed = Math.floor((2 ** 25 + 100 + unpackedLimit(100, limits.maxBytes)) / page);
  expect(growing(allowed)(read).reply).toBe(written);
  expect(() => growing(allowed + 1)(read)).toThrow(RangeError);
});

test('contents of the program itself are written whatever they need', () => {
  const content = { arrays: new Map(), groups: new Set<string>(), attributes: new Map() };
  const answer = growing(1000)({ kind: 'write', content });
  expect(answer.reply).toBe(written);
  expect(buffersOf(answer)).toEqual([written.kind === 'written' ? written.bytes.buffer : undefined]);
});

test('a worker is spent once its memory has grown, after many requests, and when the library broke', () => {
  expect(growing(0)(read).spent).toBe(false);
  const large = growing(500);
  expect([large(read).spent, large(read).spent, large(read).spent]).toEqual([false, false, true]);
  const many = growing(0);
  const spent = Array.from({ length: 500 }, () => many(read).spent);
  expect([spent[0], spent[498], spent[499]]).toEqual([false, false, true]);
  const library = { Module: { HEAPU8: new Uint8Array(0) } } as unknown as Hdf5Library;
  const broken: Hdf5Reply = { kind: 'problem', problem: 'abort', broken: true };
  expect(hdf5Service(library, () => broken, unpackedLimit)(read).spent).toBe(true);
});
