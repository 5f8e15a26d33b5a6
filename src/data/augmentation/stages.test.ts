import { describe, expect, test } from 'vitest';
import type { FillMode } from '../../nn/layers/augmentation.ts';
import * as layers from '../../nn/layers/index.ts';
import type { Layer } from '../../nn/layers/layer.ts';
import { seedOf } from '../../numerics/seed.ts';
import { type Affine, chained, flippedAcross, rotation, translation, zoom } from './affine.ts';
import { Draws } from './draws.ts';
import { orderOf, symmetricBeta } from './mix-up.ts';
import { Resampler } from './resample.ts';
import { type ImageShape, type MutableBatch, stagesOf } from './stages.ts';

/** A place outside as the mode says, in plain words: periodic images are walked pixel by pixel. */
function inside(place: number, extent: number, mode: FillMode): number {
  if (mode === 'nearest') return Math.min(Math.max(place, 0), extent - 1);
  let x = place;
  if (mode === 'reflect') {
    while (x < -0.5 || x > extent - 0.5) x = x < 0 ? -1 - x : 2 * extent - 1 - x;
    return Math.min(Math.max(x, 0), extent - 1);
  }
  return x;
}

/** Bilinear interpolation as a sum over the four pixels around a place, one pixel after another. */
function resampled(
  image: Float32Array,
  [height, width, channels]: ImageShape,
  [a, b, c, d, e, f]: Affine,
  mode: FillMode,
  fill: number,
): number[] {
  const result: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let k = 0; k < channels; k++) {
        const px = inside(a * x + b * y + c, width, mode);
        const py = inside(d * x + e * y + f, height, mode);
        let sum = 0;
        for (const row of [Math.floor(py), Math.floor(py) + 1]) {
          for (const column of [Math.floor(px), Math.floor(px) + 1]) {
            const weight = (1 - Math.abs(py - row)) * (1 - Math.abs(px - column));
            const isIn = row >= 0 && row < height && column >= 0 && column < width;
            sum += weight * (isIn ? image[(row * width + column) * channels + k]! : fill);
          }
        }
        result.push(sum);
      }
    }
  }
  return result;
}

const draws = (count: number, seed = 1): Draws[] =>
  Array.from({ length: count }, (_, k) => new Draws(seedOf(seed), 0, 0, k));

describe('resampling', () => {
  test.each([
    ['constant', [9, 7, 1]],
    ['constant', [6, 11, 3]],
    ['nearest', [9, 7, 1]],
    ['nearest', [6, 11, 3]],
    ['reflect', [9, 7, 1]],
    ['reflect', [6, 11, 2]],
  ] as const)('%s over %s is the sum over four pixels', (fillMode, shape) => {
    const [height, width, channels] = shape;
    const random = draws(1, 20)[0]!;
    const image = Float32Array.from(
      { length: height * width * channels },
      (_, i) => 255 * random.uniform(i, 1)[0],
    );
    const resampler = new Resampler(shape, { fillMode, fillValue: 17, interpolation: 'bilinear' });
    for (let round = 0; round < 30; round++) {
      const [u, v, w, z] = random.uniform(round, 0);
      const turned = rotation(u - 0.5, height, width);
      const moved = translation(width * (2 * v - 1), height * (2 * w - 1));
      const affine = chained(chained(turned, zoom(0.5 + z, 1.5 - z, height, width)), moved);
      const found = image.slice();
      resampler.apply(found, 0, affine);
      const wanted = resampled(image, shape, affine, fillMode, 17);
      const furthest = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0);
      expect(furthest, `round ${round}`).toBeLessThan(1e-3);
    }
  });

  test('moves whole pixels exactly, and flips', () => {
    const image = Float32Array.of(1, 2, 3, 4, 5, 6);
    const shape = [2, 3, 1] as const;
    const resampler = new Resampler(shape, { fillMode: 'constant', fillValue: 9, interpolation: 'bilinear' });
    const moved = image.slice();
    resampler.apply(moved, 0, translation(1, 1));
    expect([...moved]).toEqual([9, 9, 9, 9, 1, 2]);
    const flipped = image.slice();
    resampler.apply(flipped, 0, flippedAcross(3));
    expect([...flipped]).toEqual([3, 2, 1, 6, 5, 4]);
  });

  test('of a chain is the map of one after the other', () => {
    const first = rotation(0.1, 8, 8);
    const second = translation(2, -1);
    const [a, b, c, d, e, f] = chained(first, second);
    const [x, y] = [3 - 2, 5 + 1];
    expect(a * 3 + b * 5 + c).toBeCloseTo(first[0] * x + first[1] * y + first[2], 12);
    expect(d * 3 + e * 5 + f).toBeCloseTo(first[3] * x + first[4] * y + first[5], 12);
  });
});

describe('stages', () => {
  const shape = [4, 4, 1] as const;
  const constant = 'constant' as const;

  test('neighbours that fill alike are one resampling', () => {
    const rotate = layers.randomRotation({ factor: 0.1, fillMode: constant });
    const move = layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1, fillMode: constant });
    const mirrored = layers.randomZoom({ heightFactor: 0.1 });
    const count = (...list: Layer[]): number => stagesOf(list, shape).length;
    expect(count(rotate, layers.randomFlip(), move)).toBe(1);
    expect(count(rotate, mirrored)).toBe(2);
    expect(count(rotate, layers.randomContrast({ factor: 0.1 }), move)).toBe(3);
  });

  const SAMPLES = 4000;
  const batchOf = (value: (i: number) => number): MutableBatch => ({
    size: SAMPLES,
    images: Float32Array.from({ length: SAMPLES * 16 }, (_, i) => value(i % 16)),
    labels: undefined,
  });
  const shareOf = (batch: MutableBatch, holds: (image: Float32Array) => boolean): number => {
    let count = 0;
    for (let i = 0; i < SAMPLES; i++) if (holds(batch.images.subarray(16 * i, 16 * i + 16))) count++;
    return count / SAMPLES;
  };

  test.each([
    ['horizontal', 3],
    ['vertical', 12],
    ['horizontal_and_vertical', 15],
  ] as const)('%s flips half of the images, whole', (mode, corner) => {
    const batch = batchOf((i) => i);
    stagesOf([layers.randomFlip({ mode })], shape)[0]!(batch, draws(1));
    expect(shareOf(batch, (image) => image[0] === corner)).toBeCloseTo(0.5, 1);
    expect(shareOf(batch, (image) => image[0] === corner || image[0] === 0)).toBe(1);
  });

  test('contrast stays in its range and keeps the mean', () => {
    const batch = batchOf((i) => 100 + i);
    stagesOf([layers.randomContrast({ factor: [0.2, 0.6] })], shape)[0]!(batch, draws(1));
    const spread = (image: Float32Array): number => (image[15]! - image[0]!) / 15;
    expect(shareOf(batch, (image) => spread(image) >= 0.799 && spread(image) <= 1.601)).toBe(1);
    expect(shareOf(batch, (image) => spread(image) < 1)).toBeCloseTo(0.25, 1);
    expect(shareOf(batch, (image) => Math.abs(image.reduce((a, b) => a + b, 0) / 16 - 107.5) < 1e-3)).toBe(1);
  });

  test('erasing takes rectangles of the wanted size from the wanted share of images', () => {
    const batch = batchOf(() => 1);
    const layer = layers.randomErasing({
      factor: [0.7, 0.7],
      scale: [0.25, 0.25],
      fillValue: 50,
      valueRange: [0, 40],
    });
    stagesOf([layer], shape)[0]!(batch, draws(1));
    const erased = (image: Float32Array): number => image.filter((value) => value === 40).length;
    expect(shareOf(batch, (image) => erased(image) > 0)).toBeCloseTo(0.7, 1);
    expect(shareOf(batch, (image) => [0, 4].includes(erased(image)))).toBe(1);
    const noisy = batchOf(() => -1);
    stagesOf([layers.randomErasing({ factor: [1, 1], scale: [1, 1] })], shape)[0]!(noisy, draws(1));
    const all = noisy.images;
    expect(all.every((value) => value >= 0 && value <= 255)).toBe(true);
    // Of a normal number of deviation 255, half is below 0 and 0.1587 above 255.
    expect(all.filter((value) => value === 0).length / all.length).toBeCloseTo(0.5, 1);
    expect(all.filter((value) => value === 255).length / all.length).toBeCloseTo(0.1587, 2);
  });
});

test('weights of mixUp have the mean and variance of their distribution', () => {
  const [own] = draws(1);
  for (const alpha of [0.2, 1]) {
    const values = Array.from({ length: 4000 }, (_, i) => symmetricBeta(alpha, own!, i, 1));
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(variance).toBeCloseTo(1 / (4 * (2 * alpha + 1)), 2);
  }
});

test('an order of samples holds each once', () => {
  const order = orderOf(50, draws(1)[0]!);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(order.some((sample, i) => sample !== i)).toBe(true);
});
