import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('without flags the four networks run at two threads', () => {
  const options = readOptions([])!;
  expect(options.cases.map(({ name }) => name)).toEqual(['seed-2', 'seed-1', 'seed-4', 'standard']);
  expect(options).toMatchObject({ batch: 128, threads: 2, epochs: false, json: false });
});

test('help asks for nothing to run', () => {
  expect(readOptions(['--help'])).toBeUndefined();
});

test.each([
  [['--only', 'seed-3'], 'Invalid value for --only'],
  [['--rounds', '0'], 'Invalid value for --rounds. Expected a positive integer. Received: 0.'],
  [['--threads', '1.5'], 'Invalid value for --threads'],
  [['--without', 'keras'], 'Invalid value for --without'],
  [['--bogus'], 'bogus'],
])('%j is refused', (args, sentence) => {
  expect(() => readOptions(args)).toThrow(sentence);
});
