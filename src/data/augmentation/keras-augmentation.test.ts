import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors } from '../../formats/safetensors.ts';
import * as layers from '../../nn/layers/index.ts';
import type { Layer } from '../../nn/layers/layer.ts';
import { tensorDataset } from '../tensor-dataset.ts';
import { augment } from './augment.ts';
import { changeContrast, fillRectangle } from './colors.ts';
import { mix } from './mix-up.ts';

interface Case {
  readonly layer: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly images: number;
}

const folder = join(import.meta.dirname, '../../../fixtures');
const { cases } = JSON.parse(readFileSync(join(folder, 'augmentation.json'), 'utf8')) as { cases: Case[] };
const bytes = new Uint8Array(readFileSync(join(folder, 'augmentation.safetensors')));
const { tensors } = decodeSafetensors(bytes, 'augmentation.safetensors');

const makers: Readonly<Record<string, (options: never) => Layer>> = {
  RandomRotation: layers.randomRotation,
  RandomTranslation: layers.randomTranslation,
  RandomZoom: layers.randomZoom,
};

type ImageShape = readonly [height: number, width: number, channels: number];

/** The functions behind layers that draw even where the range is one value. */
function changed(
  layer: string,
  options: Case['options'],
  images: Float32Array,
  shape: ImageShape,
): Float32Array {
  const result = images.slice();
  const [height, width, channels] = shape;
  const elements = height * width * channels;
  if (layer === 'contrast') {
    const range = options.valueRange as [number, number];
    for (let i = 0; i < 2; i++)
      changeContrast(result, i * elements, { elements, channels }, options.factor as number, range);
  } else if (layer === 'mix') {
    const order = Int32Array.from(options.order as number[]);
    mix(images, result, elements, order, Float64Array.from(options.weights as number[]));
  } else {
    const [left, right, top, bottom] = options.corners as [number, number, number, number];
    fillRectangle(result, 0, shape, { left, right, top, bottom }, () => options.value as number);
  }
  return result;
}

describe('images are what Keras makes of them', () => {
  test.each(
    cases.map((each, k) => ({ ...each, k, shown: JSON.stringify(each.options) })),
  )('$layer $shown on images $images', async ({ layer, options, images: number, k }) => {
    const images = tensors.get(`images/${number}`)!;
    const wanted = tensors.get(`outputs/${k}`)!.data as Float32Array;
    const data = images.data as Float32Array;
    const [, ...shape] = images.shape;
    let found: Float32Array | undefined;
    const make = makers[layer];
    if (make) {
      const dataset = augment(tensorDataset({ data, shape: images.shape }), [make(options as never)]);
      for await (const batch of dataset.batches({ batchSize: 2 })) found = batch.inputs[0] as Float32Array;
    } else {
      found = changed(layer, options, data, shape as unknown as ImageShape);
    }
    expect(found).toHaveLength(wanted.length);
    // Keras computes places in float32: a pixel may move by 1e-6 of the width, its value by 255 times that.
    const furthest = wanted.reduce((most, value, i) => Math.max(most, Math.abs(value - found![i]!)), 0);
    expect(furthest).toBeLessThan(2e-3);
  });
});
