import { expect, test } from 'vitest';
import wabtStart from 'wabt';
import { UnsupportedError } from '../errors/index.ts';
import { detectFeatures, requireSimd } from './features.ts';

async function bytesOf(text: string): Promise<number[]> {
  const module = (await wabtStart()).parseWat('test.wat', text, { threads: true });
  return Array.from(module.toBinary({}).buffer);
}

test('this engine has both', () => {
  expect(detectFeatures()).toEqual({ simd: true, threads: true });
});

test('the modules that are validated are what they are meant to be', async () => {
  const seen: number[][] = [];
  detectFeatures((bytes) => seen.push(Array.from(bytes)) > 0);
  expect(seen).toEqual([
    await bytesOf('(module (func (result v128) (i8x16.splat (i32.const 0))))'),
    await bytesOf('(module (memory 1 1 shared) (func (result i32) (i32.atomic.load (i32.const 0))))'),
  ]);
});

test('what is missing is told apart, and no SIMD is refused', () => {
  const usesVectors = (bytes: Uint8Array): boolean => bytes.includes(123);
  expect(detectFeatures(usesVectors)).toEqual({ simd: true, threads: false });
  const without = detectFeatures((bytes) => !usesVectors(bytes));
  expect(without).toEqual({ simd: false, threads: true });
  expect(() => requireSimd(without)).toThrow(UnsupportedError);
  expect(() => requireSimd(without)).toThrow(/WebAssembly SIMD is not supported. Use Node/);
  expect(() => requireSimd(detectFeatures())).not.toThrow();
});
