import { expect, test } from 'vitest';
import { get } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { CodeCache } from './code-cache.ts';
import { WasmFunction } from './module.ts';

const constant = (value: number): WasmFunction =>
  new WasmFunction('constant', [], 'i32').setBody(i32.const(value));

test('a known text gives the function that was made for it', () => {
  const cache = new CodeCache(1000);
  const one = cache.get('one', () => constant(1));
  const refuse = (): never => {
    throw new Error('made twice');
  };
  expect(cache.get('one', refuse)).toBe(one);
  expect(cache.get('two', () => constant(2))).not.toBe(one);
});

test('what was used longest ago makes room', () => {
  const text = (k: number): string => `${k}`.padStart(100, ' ');
  const cache = new CodeCache(520);
  const made: number[] = [];
  const use = (k: number): void => {
    cache.get(text(k), () => {
      made.push(k);
      return constant(k);
    });
  };
  for (const k of [0, 1, 2, 3, 4, 0, 5, 0, 1]) use(k);
  expect(made).toEqual([0, 1, 2, 3, 4, 5, 1]);
  for (let k = 0; k < 1000; k++) use(k);
  expect(cache.bytes).toBeLessThanOrEqual(520);
  expect(cache.bytes).toBeGreaterThan(300);
});

test('a function larger than all room is made, and not kept', () => {
  const cache = new CodeCache(100);
  const large = new WasmFunction('large', ['i32']);
  large.setBody(Array.from({ length: 200 }, () => get(large.param(0))));
  expect(cache.get('large', () => large)).toBe(large);
  expect(cache.bytes).toBe(0);
});
