import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preprocessDigit } from '../data/preprocess-digit.ts';
import { arePictures, readPictures } from './pictures.ts';

let folder: string;
const path = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-pictures-'));
  mkdirSync(path('many'));
  mkdirSync(path('none'));
  const stroke = (at: number) => ({
    width: 40,
    height: 60,
    channels: 1,
    data: Uint8Array.from({ length: 40 * 60 }, (_, k) => (Math.abs((k % 40) - at) < 3 ? 0 : 255)),
  });
  writeFileSync(path('many/b.png'), encode(stroke(20)));
  writeFileSync(path('many/A.PNG'), encode(stroke(9)));
  writeFileSync(path('many/notes.txt'), 'no picture');
  writeFileSync(path('white.png'), encode({ ...stroke(99) }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const shape = [28, 28, 1];

describe('pictures as samples', () => {
  test('are made as those of MNIST, folders in the order of names', async () => {
    const { samples, names, preprocessed } = await readPictures([path('many')], shape, { preprocess: true });
    expect(names).toEqual([path('many/A.PNG'), path('many/b.png')]);
    expect({ preprocessed, shape: samples.shape, dtype: samples.dtype }).toEqual({
      preprocessed: true,
      shape: [2, 28, 28, 1],
      dtype: 'u8',
    });
    const data = Uint8Array.from({ length: 40 * 60 }, (_, k) => (Math.abs((k % 40) - 20) < 3 ? 0 : 255));
    expect(samples.data.slice(784)).toEqual(
      preprocessDigit({ width: 40, height: 60, channels: 1, data }).data,
    );
  });

  test('fit a network that reads an image as a sequence', async () => {
    const { samples } = await readPictures([path('many/b.png')], [784, 1], { preprocess: true });
    expect(samples.shape).toEqual([1, 784, 1]);
  });

  test('stay as they are for other models, and where that is asked for', async () => {
    const { samples, preprocessed } = await readPictures([path('many/b.png')], [60, 40, 1], {
      preprocess: true,
    });
    expect({ preprocessed, shape: samples.shape }).toEqual({ preprocessed: false, shape: [1, 60, 40, 1] });
    await expect(readPictures([path('many/b.png')], shape, { preprocess: false })).rejects.toThrow(
      `Wrong shape for ${path('many/b.png')}. Expected [28, 28, 1]. Received: [60, 40, 1].`,
    );
  });

  test('name the file that cannot be used', async () => {
    const read = (name: string) => readPictures([path(name)], shape, { preprocess: true });
    await expect(read('white.png')).rejects.toThrow(`Cannot use ${path('white.png')}: nothing in it differs`);
    await expect(read('none')).rejects.toThrow('the folder holds no pictures. Their names end in .png');
    await expect(read('gone.png')).rejects.toThrow(`Cannot read ${path('gone.png')}: no such file`);
  });

  test('are told from arrays by their names', async () => {
    expect(await arePictures([path('many'), 'a.png', 'b.JPEG'])).toBe(true);
    expect(await arePictures(['a.png', 'x.npy'])).toBe(false);
    expect(await arePictures(['picture'])).toBe(false);
  });
});
