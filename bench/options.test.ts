import { expect, test } from 'vitest';
import { cases } from './cases.ts';
import { readOptions } from './options.ts';

test('defaults: every network with its own batch', () => {
  const options = readOptions([])!;
  expect(options.cases).toEqual(Object.values(cases));
  expect(options).toMatchObject({ rounds: 15, steps: 10, batch: undefined, threads: 2, check: false });
  expect(options.admits('Keras, oneDNN, XLA, fit')).toBe(true);
});

test('networks, peers and ways by name', () => {
  const options = readOptions(['--only', 'tcn,seed-2', '--without', 'jax,xla', '--batch-size', '7'])!;
  expect(options.cases.map(({ name }) => name)).toEqual(['tcn', 'seed-2']);
  expect([...options.without]).toEqual(['jax', 'xla']);
  expect(options.batch).toBe(7);
  expect(options.admits('Keras, oneDNN, XLA, fit')).toBe(false);
  expect(options.admits('Keras, oneDNN, fit')).toBe(true);
});

test('--help, and what does not fit', () => {
  expect(readOptions(['--help'])).toBeUndefined();
  expect(() => readOptions(['--only', 'seed'])).toThrow('Received: seed.');
  expect(() => readOptions(['--without', 'keras'])).toThrow('--without');
  expect(() => readOptions(['--rounds', '0'])).toThrow('--rounds');
  expect(() => readOptions(['--frobnicate'])).toThrow('--frobnicate');
});
