import { expect, test } from 'vitest';
import * as zoo from '../../src/zoo.ts';
import { complaints } from './row.ts';
import { recipeRows, zooRows } from './zoo-rows.ts';

test('there is a row for every network', () => {
  expect(Object.keys(zooRows).sort()).toEqual(
    Object.keys(zoo)
      .filter((name) => name !== 'recipes')
      .sort(),
  );
});

test.each(
  Object.entries({ ...zooRows, recipeOfDigits: recipeRows.digits!, recipeOfTiny: recipeRows.tiny! }),
)('%s', async (_, row) => {
  expect(await complaints(row)).toEqual([]);
});
