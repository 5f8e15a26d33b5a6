import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Samples } from './samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'atrous-samples-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('goes round, and moves channels to the front', () => {
  const inputs = join(folder, 'inputs');
  const labels = join(folder, 'labels');
  writeFileSync(inputs, new Uint8Array(Float32Array.from({ length: 18 }, (_, k) => k).buffer));
  writeFileSync(labels, Uint8Array.of(7, 8, 9));
  const samples = new Samples({ inputs, labels, shape: [3, 2], dtype: 'f32' });
  expect([...samples.take(2).labels]).toEqual([7, 8]);
  expect([...samples.take(2).labels]).toEqual([7, 8]);
  samples.rewind();
  const { values, shape } = samples.takeChannelsFirst(2);
  expect(shape).toEqual([2, 2, 3]);
  expect([...values]).toEqual([0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11]);
});
