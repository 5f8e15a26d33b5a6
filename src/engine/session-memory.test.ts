import { describe, expect, test } from 'vitest';
import { RuntimeError } from '../errors/index.ts';
import { SessionMemory } from './session-memory.ts';

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
