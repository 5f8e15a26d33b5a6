import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inColorMode, resizeInto } from './image-resize.ts';
import { imageDatasetFromDirectory } from './node-image-folder.ts';
import { readAhead } from './read-ahead.ts';

let folder: string;
const perClass = { ant: 7, bee: 5, cat: 8 } as const;

/** A picture whose grey tells class and number. */
const grey = (label: number, k: number): number => 60 * label + 3 * k + 10;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-pictures-'));
  for (const [label, [name, count]] of Object.entries(perClass).entries()) {
    mkdirSync(join(folder, name));
    for (let k = 0; k < count; k++) {
      const data = new Uint8Array(4 * 6 * 3).fill(grey(label, k));
      const png = encode({ width: 6, height: 4, channels: 3, depth: 8, data });
      writeFileSync(join(folder, name, `${k}.png`), png);
    }
  }
  writeFileSync(join(folder, 'bee', 'notes.txt'), 'no picture');
});
afterAll(() => rmSync(folder, { recursive: true }));

const options = { colorMode: 'grayscale', imageSize: [4, 6] } as const;

async function samplesOf(
  dataset: Awaited<ReturnType<typeof imageDatasetFromDirectory>>,
  batch: { shuffle?: boolean; epoch?: number; start?: number } = {},
): Promise<[label: number, grey: number][]> {
  const found: [number, number][] = [];
  for await (const { size, inputs, targets } of dataset.batches({ batchSize: 3, ...batch }))
    for (let n = 0; n < size; n++) found.push([targets[0]![n]!, inputs[0]![n * 24]!]);
  return found;
}

const all = Object.values(perClass).flatMap((count, label) =>
  Array.from({ length: count }, (_, k): [number, number] => [label, grey(label, k)]),
);
const sorted = (samples: [number, number][]) => samples.toSorted((a, b) => a[1] - b[1]);

describe('imageDatasetFromDirectory', () => {
  test('labels pictures by the sorted names of their folders', async () => {
    const dataset = await imageDatasetFromDirectory(folder, { ...options, shuffle: false });
    expect(dataset.classNames).toEqual(['ant', 'bee', 'cat']);
    expect([dataset.size, dataset.batchesPerEpoch(3)]).toEqual([20, 7]);
    expect(dataset.inputs).toEqual([{ dtype: 'f32', shape: [4, 6, 1] }]);
    expect(await samplesOf(dataset)).toEqual(all);
  });

  test('shuffles by seed and epoch, and can begin in the middle', async () => {
    const dataset = await imageDatasetFromDirectory(folder, { ...options, seed: 3 });
    const first = await samplesOf(dataset, { shuffle: true, epoch: 0 });
    expect(first).not.toEqual(await samplesOf(dataset, { shuffle: true, epoch: 1 }));
    expect(sorted(first)).toEqual(all);
    expect(await samplesOf(dataset, { shuffle: true, epoch: 0, start: 4 })).toEqual(first.slice(12));
    const again = await imageDatasetFromDirectory(folder, { ...options, seed: 3 });
    expect(await samplesOf(again, { shuffle: true, epoch: 0 })).toEqual(first);
  });

  test('splits: both parts together are all, whichever is asked for', async () => {
    const split = { ...options, validationSplit: 0.3, seed: 5 };
    const [train, validation] = await imageDatasetFromDirectory(folder, { ...split, subset: 'both' });
    expect([train.size, validation.size]).toEqual([14, 6]);
    expect(sorted([...(await samplesOf(train)), ...(await samplesOf(validation))])).toEqual(all);
    const alone = await imageDatasetFromDirectory(folder, { ...split, subset: 'validation' });
    expect(alone.filePaths).toEqual(validation.filePaths);
    expect(new Set((await samplesOf(validation)).map(([label]) => label)).size).toBeGreaterThan(1);
  });

  test('one-hot labels, named classes, none', async () => {
    const classNames = ['cat', 'ant', 'bee'];
    const named = await imageDatasetFromDirectory(folder, {
      ...options,
      classNames,
      labelMode: 'categorical',
      shuffle: false,
    });
    for await (const { targets } of named.batches({ batchSize: 20 }))
      expect([...targets[0]!.slice(0, 3), ...targets[0]!.slice(57)]).toEqual([1, 0, 0, 0, 0, 1]);
    const bare = await imageDatasetFromDirectory(folder, { ...options, labels: null });
    expect([bare.targets, bare.size]).toEqual([[], 20]);
  });

  test('a damaged file is named, and the batches before it come', async () => {
    const damaged = mkdtempSync(join(tmpdir(), 'atrous-damaged-'));
    mkdirSync(join(damaged, 'a'));
    const png = encode({ width: 2, height: 2, channels: 1, depth: 8, data: new Uint8Array(4) });
    for (let k = 0; k < 4; k++)
      writeFileSync(join(damaged, 'a', `${k}.png`), k === 3 ? png.subarray(0, 40) : png);
    const dataset = await imageDatasetFromDirectory(damaged, { shuffle: false, imageSize: [2, 2] });
    const sizes: number[] = [];
    const read = async (): Promise<void> => {
      for await (const { size } of dataset.batches({ batchSize: 2 })) sizes.push(size);
    };
    await expect(read()).rejects.toThrow(join(damaged, 'a', '3.png'));
    expect(sizes).toEqual([2]);
    rmSync(damaged, { recursive: true });
  });

  test.each([
    [{ labelMode: 'binary' as const }, 'binary only with two classes'],
    [{ subset: 'training' as const }, 'subset and validationSplit together'],
    [{ imageSize: [0, 3] as const }, 'imageSize'],
    [{ classNames: ['ant', 'bee'] }, 'the names of all folders'],
    [{ colourMode: 'rgb' }, 'colorMode'],
    [{ readAhead: 0 }, 'readAhead'],
  ])('refuses %o', async (wrong, sentence) => {
    await expect(imageDatasetFromDirectory(folder, wrong as object)).rejects.toThrow(sentence);
  });

  test('refuses folders without pictures', async () => {
    await expect(imageDatasetFromDirectory(join(folder, 'gone'))).rejects.toThrow('Cannot read');
    await expect(imageDatasetFromDirectory(join(folder, 'ant'))).rejects.toThrow('no folders with pictures');
  });
});

test('pictures become grey as those of Pillow, and lose or get alpha', () => {
  const image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 10, 200, 90) } as const;
  // PIL.Image.fromarray(...).convert('L')
  expect([...inColorMode(image, 'grayscale')]).toEqual([76, 131]);
  expect([...inColorMode(image, 'rgba')]).toEqual([255, 0, 0, 255, 10, 200, 90, 255]);
  const faint = { width: 1, height: 1, channels: 2, data: Uint8Array.of(7, 99) } as const;
  expect([...inColorMode(faint, 'rgb')]).toEqual([7, 7, 7]);
  expect([...inColorMode(faint, 'rgba')]).toEqual([7, 7, 7, 99]);
});

describe('resizing', () => {
  const resized = (size: [number, number], interpolation?: 'nearest'): number[] => {
    const into = new Float32Array(size[0] * size[1]);
    resizeInto(
      Uint8Array.from({ length: 15 }, (_, k) => (k * k * 7) % 256),
      [3, 5, 1],
      size,
      into,
      interpolation,
    );
    return [...into];
  };
  // tf.image.resize(tf.reshape([(k*k*7) % 256 for k in range(15)], [3, 5, 1]), size)
  test('2 x 3, bilinear, has the bits of TensorFlow', () =>
    expect(resized([2, 3])).toEqual([
      51.91666793823242, 42.75, 96.91666412353516, 163.9166717529297, 201.75, 110.91667938232422,
    ]));
  test('5 x 7, bilinear, has the bits of TensorFlow', () =>
    expect(resized([5, 7])).toEqual([
      0.0, 3.999999761581421, 13.000001907348633, 28.0, 53.000003814697266, 84.0, 112.0, 70.00000762939453,
      90.00000762939453, 89.74285125732422, 51.60000228881836, 96.60001373291016, 103.71428680419922,
      89.19999694824219, 175.0, 219.0, 204.85711669921875, 87.0, 162.00001525878906, 133.28570556640625, 55.0,
      182.8000030517578, 163.028564453125, 156.94284057617188, 178.80001831054688, 174.08572387695312,
      131.48570251464844, 77.20000457763672, 188.0, 125.71429443359375, 125.00001525878906, 240.0,
      182.14285278320312, 130.28570556640625, 92.0,
    ]));
  test('4 x 2, nearest, has the bits of TensorFlow', () =>
    expect(resized([4, 2], 'nearest')).toEqual([7.0, 63.0, 252.0, 192.0, 252.0, 192.0, 79.0, 159.0]));
  test('leaves what has the size', () => expect(resized([3, 5])[14]).toBe((14 * 14 * 7) % 256));
});

test('readAhead works on a few items before they are asked for, in order, and no more', async () => {
  const begun: number[] = [];
  const results = readAhead([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    return item * 10;
  });
  expect(await results.next()).toEqual({ done: false, value: 0 });
  expect(begun).toEqual([0, 1]);
  expect(await results.next()).toEqual({ done: false, value: 10 });
  expect(begun).toEqual([0, 1, 2]);
  await results.return(undefined);
  expect(begun).toEqual([0, 1, 2]);
});
