import { describe, expect, test } from 'vitest';
import { InvalidArgumentError } from '../errors/index.ts';
import { normal, truncatedNormal } from './normal.ts';
import { boundedInteger, randomWords, wordSource } from './random-words.ts';
import { seedOf } from './seed.ts';
import { permutation } from './shuffle.ts';
import { uniform } from './uniform.ts';

const seed = seedOf(20_240_607);

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** FNV-1a of the bits: pins the values across versions and engines. */
function hash(values: Float32Array | Uint32Array): string {
  let state = 0x811c9dc5;
  for (const byte of new Uint8Array(values.buffer)) state = Math.imul(state ^ byte, 0x01000193);
  return (state >>> 0).toString(16);
}

describe('seeds', () => {
  test('take whole numbers up to 2^53 - 1', () => {
    expect(seedOf(0)).toEqual([0, 0]);
    expect(seedOf(2 ** 32 + 5)).toEqual([5, 1]);
    expect(seedOf(Number.MAX_SAFE_INTEGER)).toEqual([0xffffffff, 0x1fffff]);
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => seedOf(bad)).toThrow(InvalidArgumentError);
  });
});

describe('uniform values', () => {
  test('lie in [0, 1), fill it and are multiples of 2^-24', () => {
    const values = uniform(seed, 0, 50_000);
    expect(Math.min(...values.subarray(0, 10_000))).toBeGreaterThanOrEqual(0);
    expect(values.every((value) => value < 1 && Number.isInteger(value * 2 ** 24))).toBe(true);
    const { mean, deviation } = moments(values);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(deviation).toBeCloseTo(Math.sqrt(1 / 12), 2);
  });

  test('an element depends on its number alone, not on the length', () => {
    expect(uniform(seed, 3, 7)).toEqual(uniform(seed, 3, 100).slice(0, 7));
    expect(uniform(seed, 3, 7)).not.toEqual(uniform(seed, 4, 7));
    expect(uniform(seed, 3, 7)).not.toEqual(uniform(seedOf(1), 3, 7));
  });

  test('take limits', () => {
    const values = uniform(seed, 0, 1000, -2, 6);
    expect(values.every((value) => value >= -2 && value < 6)).toBe(true);
    expect(values[5]).toBe(Math.fround(-2 + 8 * uniform(seed, 0, 6)[5]));
  });
});

describe('normal values', () => {
  test('have the moments and tails of the distribution', () => {
    const values = normal(seed, 1, 100_000, 3, 2);
    const { mean, deviation } = moments(values);
    expect(Math.abs(mean - 3)).toBeLessThan(0.03);
    expect(Math.abs(deviation - 2)).toBeLessThan(0.02);
    const beyond = values.filter((value) => Math.abs(value - 3) > 4).length / values.length;
    expect(Math.abs(beyond - 0.0455)).toBeLessThan(0.003);
  });

  test('truncated: within two deviations, of deviation 0.8796, not depending on the length', () => {
    const values = truncatedNormal(seed, 2, 50_000);
    expect(values.every((value) => Math.abs(value) <= 2)).toBe(true);
    const { mean, deviation } = moments(values);
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(deviation - 0.87962566)).toBeLessThan(0.01);
    expect(truncatedNormal(seed, 2, 33)).toEqual(values.slice(0, 33));
    const plain = normal(seed, 2, 33);
    plain.forEach((value, index) => {
      if (Math.abs(value) <= 2) expect(values[index]).toBe(value);
    });
  });
});

describe('orders', () => {
  test('hold every number once and differ by epoch, stream and seed', () => {
    const order = permutation(seed, 0, 0, 1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, k) => k));
    const others = [
      permutation(seed, 0, 1, 1000),
      permutation(seed, 1, 0, 1000),
      permutation(seedOf(1), 0, 0, 1000),
    ];
    for (const other of others) expect(other).not.toEqual(order);
    expect(permutation(seed, 0, 0, 1000)).toEqual(order);
    expect(permutation(seed, 0, 0, 0)).toHaveLength(0);
    expect([...permutation(seed, 0, 0, 1)]).toEqual([0]);
  });

  test('are uniform over the six orders of three', () => {
    const counts = new Map<string, number>();
    for (let epoch = 0; epoch < 6000; epoch++) {
      const key = permutation(seed, 0, epoch, 3).join('');
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 5 degrees of freedom: 99.9 % lie below 20.5.
    expect(counts.size).toBe(6);
    expect(chiSquare).toBeLessThan(20.5);
  });

  test('words of the incomplete last multiple are drawn again', () => {
    const words = [0xffffffff, 0xfffffffe, 7];
    expect(boundedInteger(() => words.shift() as number, 3)).toBe(2);
    expect(words).toEqual([7]);
    expect(boundedInteger(() => words.shift() as number, 2 ** 32)).toBe(7);
  });

  test('a source gives the words of its counters in turn', () => {
    const next = wordSource(seed, 'augment', 4, 9);
    const drawn = Array.from({ length: 10 }, next);
    const expected = [0, 1, 2].flatMap((index) => [...randomWords(seed, 'augment', 4, 9, index)]);
    expect(drawn).toEqual(expected.slice(0, 10).map((word) => word >>> 0));
  });
});

test('the bits of this version', () => {
  expect([
    hash(uniform(seed, 0, 1000, -0.05, 0.05)),
    hash(normal(seed, 0, 1000)),
    hash(truncatedNormal(seed, 0, 1000)),
    hash(permutation(seed, 0, 3, 1000)),
  ]).toMatchInlineSnapshot(`
    [
      "f1b88787",
      "99883692",
      "f0037f09",
      "e82f9069",
    ]
  `);
});
