import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createInterpreterSession } from '../../engine/interpreter-session.ts';
import * as layers from '../../nn/layers/index.ts';
import { sgd } from '../../nn/optimizers/index.ts';
import { learningRateScheduler } from '../../training/callbacks/index.ts';
import { type Model, sequential } from '../model.ts';
import { loadModel } from '../node-model.ts';
import { type ModelCheckpointOptions, modelCheckpoint } from './model-checkpoint.ts';

const x = Float32Array.of(0, 1, 2, 3);
const y = x.map((value) => 2 * value + 1);
// The rate makes the loss fall, rise in the third epoch, and fall to a new best in the fifth.
const rates = [0.05, 0.05, 0.9, 0.01, 0.05, 0.05];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-checkpoints-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function train(options: ModelCheckpointOptions): Promise<{ losses: number[]; weights: number[][] }> {
  const engine = { session: createInterpreterSession };
  const model = sequential([layers.dense({ units: 1 })], { inputShape: [1], engine, seed: 4 });
  model.compile({ optimizer: sgd(), loss: 'mse' });
  const weights: number[][] = [];
  const { history } = await model.fit(x, y, {
    batchSize: 4,
    epochs: rates.length,
    verbose: 0,
    validationData: [x, y],
    callbacks: [
      learningRateScheduler((epoch) => rates[epoch]!),
      modelCheckpoint(options),
      { onEpochEnd: async () => void weights.push(await weightsOf(model)) },
    ],
  });
  return { losses: history.valLoss!, weights };
}

const weightsOf = async (model: Model): Promise<number[]> =>
  (await model.getWeights()).flatMap(({ data }) => [...data]);

test('a checkpoint holds the best epoch, not the last', async () => {
  const path = join(folder, 'best.safetensors');
  const { losses, weights } = await train({ filepath: path, saveBestOnly: true });
  const best = losses.indexOf(Math.min(...losses));
  expect(best).toBeLessThan(losses.length - 1);
  const again = await loadModel(path);
  expect(await weightsOf(again)).toEqual(weights[best]);
  expect(again.trainingState.epoch).toBe(best + 1);
});

test('with saveWeightsOnly a file has the same weights, and no optimizer', async () => {
  const [path, whole] = [join(folder, 'weights.safetensors'), join(folder, 'whole.safetensors')];
  const { weights } = await train({ filepath: path, saveWeightsOnly: true });
  await train({ filepath: whole });
  const [again, other] = [await loadModel(path), await loadModel(whole)];
  expect(await weightsOf(again)).toEqual(weights.at(-1));
  expect(await weightsOf(other)).toEqual(weights.at(-1));
  expect([again.compileOptions, again.trainingState.step]).toEqual([undefined, 0]);
  expect(other.trainingState.step).toBe(rates.length);
});

test('with {epoch} a file is written for each epoch that is better, or for all', async () => {
  const { losses } = await train({
    filepath: join(folder, 'better-{epoch}.keras'),
    saveBestOnly: true,
  });
  const better = losses.flatMap((loss, k) => (losses.slice(0, k).every((l) => loss < l) ? [k + 1] : []));
  expect(better.length).toBeGreaterThan(1);
  expect(readdirSync(folder).sort()).toEqual(better.map((epoch) => `better-${epoch}.keras`));
  await train({ filepath: join(folder, '{epoch}.safetensors') });
  for (const [k] of losses.entries()) expect(existsSync(join(folder, `${k + 1}.safetensors`))).toBe(true);
});

test('the largest value can be the best', async () => {
  const path = join(folder, 'worst.safetensors');
  const { losses, weights } = await train({ filepath: path, saveBestOnly: true, mode: 'max' });
  const worst = losses.indexOf(Math.max(...losses));
  expect(await weightsOf(await loadModel(path))).toEqual(weights[worst]);
});

test('a path without a known ending is refused before anything is trained', () =>
  expect(() => modelCheckpoint({ filepath: 'best.h5' })).toThrow(
    'Invalid value for filepath in callbacks.modelCheckpoint. Expected a path that ends in .keras or .safetensors.',
  ));

test('{step} and {batch} say what a file holds, steps that were in flight among it', async () => {
  const model = sequential([layers.dense({ units: 1 })], { inputShape: [1], seed: 4 });
  model.compile({ optimizer: sgd(), loss: 'mse' });
  await model.fit(new Float32Array(40), new Float32Array(40), {
    batchSize: 4,
    epochs: 2,
    verbose: 0,
    callbacks: [
      modelCheckpoint({ filepath: join(folder, '{epoch}-{batch}-{step}.safetensors'), saveFreq: 3 }),
    ],
  });
  model.dispose();
  const names = readdirSync(folder);
  expect(names).toHaveLength(6);
  for (const name of names) {
    const { step, epoch, epochStart } = (await loadModel(join(folder, name))).trainingState;
    expect(`${epoch + 1}-${step - epochStart}-${step}.safetensors`).toBe(name);
  }
});
