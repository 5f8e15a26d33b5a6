import { expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import * as layers from '../nn/layers/index.ts';
import type { OptimizerLike } from '../nn/optimizers/index.ts';
import { learningRateFinder } from './learning-rate-finder.ts';
import { type Model, sequential } from './model.ts';

const engine = { session: createInterpreterSession };
const samples = 64;
const x = Float32Array.from({ length: samples * 4 }, (_, k) => Math.sin(k * 2.3));
const y = Float32Array.from({ length: samples }, (_, n) => x[4 * n]! - 2 * x[4 * n + 1]!);

function network(optimizer: OptimizerLike = 'sgd'): Model {
  const model = sequential([layers.dense({ units: 1 })], { inputShape: [4], engine, seed: 2 });
  model.compile({ optimizer, loss: 'mse' });
  return model;
}

const options = { min: 1e-4, max: 100, steps: 60, batchSize: 16, smoothing: 0.8 };

test('the sweep is exponential, falls, diverges, and suggests a rate at which the loss falls', async () => {
  const model = network();
  const { rates, losses, smoothed, suggestion, diverged } = await learningRateFinder(model, x, y, options);
  expect(rates[0]).toBeCloseTo(1e-4, 9);
  const ratio = 1e6 ** (1 / 59);
  for (const [k, rate] of rates.slice(1).entries()) expect(rate / rates[k]!).toBeCloseTo(ratio, 4);
  expect(diverged).toBe(true);
  expect(losses.length).toBe(rates.length);
  expect(losses.length).toBeLessThan(60);
  const least = rates[smoothed.indexOf(Math.min(...smoothed))]!;
  expect(suggestion.minimumTenth).toBeCloseTo(least / 10);
  expect(suggestion.steepest).toBeGreaterThan(1e-3);
  expect(suggestion.steepest).toBeLessThan(least);
  // smoothed as an exponential mean without the bias of its beginning
  expect(smoothed[0]).toBeCloseTo(losses[0]!);
  expect(smoothed[1]).toBeCloseTo((0.8 * losses[0]! + losses[1]!) / 1.8);
});

test.each<OptimizerLike>([
  'sgd',
  'adam',
])('weights and the state of %s are afterwards what they were', async (optimizer) => {
  const [searched, plain] = [network(optimizer), network(optimizer)];
  for (const model of [searched, plain]) await model.fit(x, y, { batchSize: 16, verbose: 0 });
  const rate = searched.optimizer.learningRate;
  await learningRateFinder(searched, x, y, options);
  expect(searched.optimizer.learningRate).toBe(rate);
  for (const model of [searched, plain])
    await model.fit(x, y, { batchSize: 16, verbose: 0, epochs: 3, resume: true });
  const [a, b] = await Promise.all([searched, plain].map((model) => model.getWeights()));
  expect(a!.map(({ data }) => [...data])).toEqual(b!.map(({ data }) => [...data]));
});

test('the same seed gives the same losses', async () => {
  const run = async (seed: number) =>
    (await learningRateFinder(network(), x, y, { ...options, seed })).losses;
  expect(await run(3)).toEqual(await run(3));
  expect(await run(3)).not.toEqual(await run(4));
});

test.each([
  [{ min: 0 }, 'Invalid value for min in learningRateFinder. Expected a number above 0'],
  [{ min: 1, max: 0.5 }, 'Invalid value for max'],
  [{ steps: 3 }, 'Invalid value for steps'],
  [{ stpes: 30 }, 'Did you mean "steps"?'],
])('refuses %o', async (given, sentence) => {
  await expect(learningRateFinder(network(), x, y, given as object)).rejects.toThrow(sentence);
});
