import { describe, expect, test } from 'vitest';
import { dropoutScale, dropoutThreshold, philoxWords, uniform16 } from './dropout.ts';
import { philox } from './philox.ts';
import { scalar } from './scalar.ts';

/** Random123, tests/kat_vectors, "philox4x32 10": counter, key, result. */
const published = [
  ['00000000 00000000 00000000 00000000', '00000000 00000000', '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
  ['ffffffff ffffffff ffffffff ffffffff', 'ffffffff ffffffff', '408f276d 41c83b0e a20bc7c6 6d5451fd'],
  ['243f6a88 85a308d3 13198a2e 03707344', 'a4093822 299f31d0', 'd16cfe09 94fdcceb 5001e420 24126ea1'],
];

describe('philox', () => {
  test.each(published)('gives the published words of counter %s', (counter, key, result) => {
    const parse = (text: string): number[] => text.split(' ').map((word) => Number.parseInt(word, 16) | 0);
    const [c0, c1, c2, c3] = parse(counter);
    const [low, high] = parse(key);
    expect(philox(scalar, [c0, c1, c2, c3], low, high)).toEqual(parse(result));
  });

  test('the high word of products', () => {
    const values = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0xd2511f53, 0x9e3779b9];
    for (const a of values)
      for (const b of values) {
        const exact = Number((BigInt(a) * BigInt(b)) >> 32n) | 0;
        expect(scalar.mulHighU(a | 0, b | 0)).toBe(exact);
      }
  });
});

describe('numbers of dropout', () => {
  test('element e takes half (e >>> 2) & 1 of word (e >>> 3) & 3 of counter ((e >>> 5) << 2) | (e & 3)', () => {
    const [sample, step, stream, low, high] = [3, 1000, 7, 0xdeadbeef | 0, 42];
    for (const element of [0, 1, 4, 5, 31, 32, 33, 1000, 65_535, 0x7fffffff, 0xfffffffe]) {
      const block = Math.floor(element / 32);
      const counter0 = (block * 4 + (element % 4)) | 0;
      const words = philoxWords(scalar, counter0, sample, step, stream, low, high);
      const k = Math.floor(element / 4) % 8;
      const word = words[Math.floor(k / 2)] >>> 0;
      const expected = k % 2 === 0 ? word % 65_536 : Math.floor(word / 65_536);
      expect(uniform16(scalar, element | 0, sample, step, stream, low, high)).toBe(expected);
    }
  });

  test('are uniform and change with every part of the address', () => {
    const count = 65_536;
    const bins = new Uint32Array(16);
    for (let element = 0; element < count; element++)
      bins[uniform16(scalar, element, 0, 0, 0, 1, 0) >>> 12]++;
    const mean = count / bins.length;
    const chiSquare = bins.reduce((sum, observed) => sum + (observed - mean) ** 2 / mean, 0);
    // 15 degrees of freedom: 99.9 % lie below 37.7; the numbers are fixed, so this never varies.
    expect(chiSquare).toBeLessThan(37.7);
    const base = [10, 1, 2, 3, 4, 5] as const;
    const draw = (address: readonly number[]): string => {
      const [element, ...rest] = address as [number, number, number, number, number, number];
      return Array.from({ length: 8 }, (_, k) => uniform16(scalar, element + k, ...rest)).join();
    };
    for (let part = 0; part < base.length; part++)
      expect(draw(base.map((value, index) => (index === part ? value + 64 : value)))).not.toBe(draw(base));
  });

  test('threshold and scale', () => {
    expect([0, 0.25, 0.5, 0.1].map(dropoutThreshold)).toEqual([0, 16_384, 32_768, 6553]);
    expect([0, 0.5, 0.1].map(dropoutScale)).toEqual([1, 2, Math.fround(1 / 0.9)]);
  });
});
