import { type TensorDataset, tensorDataset } from '../data/tensor-dataset.ts';
import { type Model, sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';

const side = 8;

/** Images of bright rows, whose class is the half in which the row lies. */
export function rows(samples: number): TensorDataset {
  const pixels = Uint8Array.from({ length: samples * side * side }, (_, k) => {
    const [image, row] = [Math.floor(k / side ** 2), Math.floor((k % side ** 2) / side)];
    return row === (image * 3) % side ? 200 + (k % 50) : (k * 7) % 40;
  });
  const labels = Uint8Array.from({ length: samples }, (_, n) => ((n * 3) % side < side / 2 ? 0 : 1));
  return tensorDataset({ data: pixels, shape: [samples, side, side, 1] }, labels);
}

/** A small separable dilated network over such images. */
export function smallModel(name = 'separable'): Model {
  const model = sequential(
    [
      layers.rescaling({ scale: 1 / 255 }),
      layers.separableConv2d({ name, filters: 4, kernelSize: 3, dilationRate: 2, padding: 'same' }),
      layers.depthwiseConv2d({ name: 'spread', kernelSize: 3, dilationRate: [1, 3], padding: 'same' }),
      layers.dropout({ rate: 0.5 }),
      layers.flatten(),
      layers.dense({ units: 2, activation: 'softmax' }),
    ],
    { inputShape: [side, side, 1], name: 'small' },
  );
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}
