import { layers, type Model, sequential, type Tensor, tensor } from '../../src/index.ts';

/** A compiled model of two inputs a sample and one output. */
export function smallModel(): Model {
  const model = sequential([layers.dense({ units: 1 })], { inputShape: [2], engine: { threads: 1 } });
  model.compile({ loss: 'mse', optimizer: 'sgd' });
  return model;
}

export const twoSamples: Tensor = tensor([
  [1, 2],
  [3, 4],
]);
export const twoTargets: Tensor = tensor([[1], [0]]);
