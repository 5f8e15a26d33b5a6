import { expect, test } from 'vitest';
import { shortened } from './figures.ts';
import { type Column, fitted, wrapped } from './inspect-columns.ts';

const columns: Column[] = [
  { side: 'left', cells: ['Name', 'a_long_name_of_a_layer_17'] },
  { side: 'left', leaves: 2, cells: ['Type', 'Conv2D'] },
  { side: 'right', cells: ['Figure', '1'] },
  { side: 'right', leaves: 1, cells: ['Other', '23'] },
];

test('columns leave in their order, then the name is cut in the middle', () => {
  expect(fitted(columns, 80).lines).toEqual([
    'Name                       Type    Figure  Other',
    'a_long_name_of_a_layer_17  Conv2D       1     23',
  ]);
  expect(fitted(columns, 47).left).toEqual([columns[1]]);
  const { lines, left } = fitted(columns, 24);
  expect(left).toEqual([columns[1], columns[3]]);
  expect(lines).toEqual(['Name              Figure', 'a_long_n…ayer_17       1']);
  expect(lines.every((line) => line.length <= 24)).toBe(true);
});

test('texts are cut and broken at their width', () => {
  expect(shortened('separable_conv2d_12', 12)).toBe('separa…2d_12');
  expect(shortened('short', 12)).toBe('short');
  expect(wrapped('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four']);
  expect(wrapped('one', 2)).toEqual(['one']);
});
