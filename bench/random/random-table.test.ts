import { expect, test } from 'vitest';
import { geometricMean, tableOfRandom } from './random-table.ts';

test('the geometric mean, and 0 with a failure', () => {
  expect(geometricMean([2, 8])).toBeCloseTo(4);
  expect(geometricMean([2, 0, 8])).toBe(0);
});

test('the lowest first, failures with their reason', () => {
  const one = { about: '8x8x1: 1 conv', own: 2, peer: 6, peerLabel: 'PyTorch', line: '' };
  const rows = tableOfRandom([
    { ...one, number: 1, ratio: 3, failure: undefined },
    { ...one, number: 2, ratio: 0, failure: 'it threw' },
  ]).split('\n');
  expect(rows[2]).toBe('| 2 | 0.00x | failed | it threw | 8x8x1: 1 conv |');
  expect(rows[3]).toBe('| 1 | 3.00x | 2.00 | 6.00 (PyTorch) | 8x8x1: 1 conv |');
});
