import { describe, expect, test } from 'vitest';
import { RuntimeError } from '../errors/index.ts';
import { readTensor, SessionMemory, writeTensor } from './session-memory.ts';

describe.each([true, false])('a memory, shared: %s', (shared) => {
  const newMemory = (descriptor: WebAssembly.MemoryDescriptor): WebAssembly.Memory =>
    new WebAssembly.Memory(descriptor);

  /** An engine that sets aside at most so many pages. */
  const upTo = (pages: number) => (descriptor: WebAssembly.MemoryDescriptor) => {
    if (descriptor.maximum! > pages) throw new RangeError('could not allocate memory');
    return newMemory(descriptor);
  };

  test('may grow to 2 GiB, or as far as the engine lets it', () => {
    expect(new SessionMemory(shared).maximumPages).toBe(32767);
    const memory = new SessionMemory(shared, upTo(10000));
    expect(memory.maximumPages).toBe(8192);
    const address = memory.reserve(3 * 65536);
    expect(address % 64).toBe(0);
    expect(memory.memory.buffer.byteLength).toBe(4 * 65536);
    expect(memory.reserve(1)).toBe(address + 3 * 65536);
  });

  test('keeps bytes behind all that is reserved, before and after', () => {
    const memory = new SessionMemory(shared);
    const room = (): number => memory.memory.buffer.byteLength - memory.bytes;
    memory.reserve(65536 - memory.bytes);
    expect(room()).toBe(0);
    memory.keepBehind(1000);
    expect(room()).toBe(65536);
    memory.keepBehind(10);
    memory.reserve(65536 - 999);
    expect(room()).toBeGreaterThanOrEqual(1000);
    expect(() => memory.keepBehind(2 ** 31)).toThrow(RuntimeError);
  });

  test('says so where there is none', () => {
    expect(() => new SessionMemory(shared, upTo(100))).toThrow(RuntimeError);
    const failure = new TypeError('another');
    expect(
      () =>
        new SessionMemory(shared, () => {
          throw failure;
        }),
    ).toThrow(failure);
  });

  test('refuses what it cannot hold and stays as it was', () => {
    const memory = new SessionMemory(shared, upTo(5000));
    const before = memory.bytes;
    expect(() => memory.reserve(4096 * 65536)).toThrow(/needs 257 MB.*smaller batch/);
    expect(memory.bytes).toBe(before);
    expect(memory.reserve(64)).toBe(before);
  });
});

describe.each([1, 31, 32, 100])('rows of %s elements', (length) => {
  test.each([4, 12])('%s bytes apart are copied in and out, and nothing beside them changes', (step) => {
    const rows = 3;
    const stride = length * step + 8;
    const layout = { shape: [rows, length], strides: [stride, step], base: 16, bytes: 16 + rows * stride };
    const memory = new Float32Array(8 + layout.bytes / 4).fill(-1);
    const values = Float32Array.from({ length: rows * length }, (_, k) => k + 0.5);
    const expected = memory.slice();
    for (let k = 0; k < values.length; k++)
      expected[(64 + 16 + Math.floor(k / length) * stride + (k % length) * step) / 4 - 8] = values[k]!;
    for (const given of [values, Array.from(values)]) {
      memory.fill(-1);
      writeTensor(memory, 32, layout, given);
      expect(memory).toEqual(expected);
    }
    const read = new Float32Array(values.length + 2).fill(-2);
    readTensor(memory, 32, layout, read, 1);
    expect([...read]).toEqual([-2, ...values, -2]);
  });
});
