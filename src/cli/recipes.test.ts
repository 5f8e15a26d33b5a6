import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePlace, type Place, run } from './spawn.test-support.ts';

let place: Place;
beforeAll(() => {
  place = makePlace(120, 40);
});
afterAll(() => place.remove());

test('a network with a recipe takes its numbers from it, and flags stand above it', async () => {
  const args = ['train', place.data, '--model', 'tiny', '--epochs', '2', '--json', '--threads', '1'];
  const plain = await run([...args, '--out', place.path('plain')]);
  expect(plain).toMatchObject({ code: 0, stderr: '' });
  const start = JSON.parse(plain.stdout.split('\n')[0]!) as Record<string, unknown>;
  expect(start).toMatchObject({ network: 'tiny', batchSize: 128, epochs: 2 });
  const { history } = JSON.parse(readFileSync(place.path('plain', 'history.json'), 'utf8'));
  expect(history.loss).toHaveLength(2);

  const other = await run([
    ...args,
    '--learning-rate',
    '0.5',
    '--batch-size',
    '20',
    '--out',
    place.path('other'),
  ]);
  expect(other).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(other.stdout.split('\n')[0]!)).toMatchObject({ batchSize: 20 });
  const read = (folder: string): Record<string, unknown> =>
    JSON.parse(readFileSync(place.path(folder, 'history.json'), 'utf8')).history;
  expect(read('other').loss).not.toEqual(read('plain').loss);
});
