import { expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { tensor } from '../tensor/tensor.ts';

test('the variance of the first step is right where the mean is large', async () => {
  const samples = 64;
  const x = Float32Array.from({ length: samples }, (_, k) => 10_000 + ((k * 37) % 64) / 64);
  const model = sequential([layers.batchNormalization({ momentum: 0 }), layers.dense({ units: 1 })], {
    inputShape: [1],
    engine: { session: createInterpreterSession },
  });
  model.compile({ loss: 'mse', optimizer: 'sgd' });
  await model.fit(tensor(x, [samples, 1]), new Float32Array(samples), { batchSize: samples, verbose: 0 });
  const mean = x.reduce((sum, v) => sum + v, 0) / samples;
  const variance = x.reduce((sum, v) => sum + (v - mean) ** 2, 0) / samples;
  const [, , movingMean, movingVariance] = await model.getWeights();
  expect(movingMean!.data[0]).toBeCloseTo(mean, 2);
  expect(movingVariance!.data[0]! / variance).toBeCloseTo(1, 4);
});
