import { expect, test } from 'vitest';
import { Model } from '../../src/index.ts';
import { modelRows } from './model-rows.ts';
import { complaints } from './row.ts';

/** Methods of the class and of those that it extends. */
function methodsOf(prototype: object): string[] {
  if (prototype === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(prototype))
    .filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor')
    .map(([name]) => name);
  return [...own, ...methodsOf(Object.getPrototypeOf(prototype))];
}

test('there is a row for every method', () => {
  expect(Object.keys(modelRows).sort()).toEqual([...new Set(methodsOf(Model.prototype))].sort());
});

test.each(Object.keys(modelRows) as (keyof typeof modelRows)[])('%s', async (name) => {
  expect(await complaints(modelRows[name])).toEqual([]);
});
