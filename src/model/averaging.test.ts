import { describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import * as layers from '../nn/layers/index.ts';
import { adam, type Optimizer, sgd } from '../nn/optimizers/index.ts';
import { tensor } from '../tensor/tensor.ts';
import { type Model, sequential } from './model.ts';

const x = tensor([1, 2, -1, 0.5, 3, 1, 0, -2], [4, 2]);
const y = tensor([0.5, -1, 2, 1], [4, 1]);

function made(optimizer: Optimizer, interpreted: boolean): Model {
  const model = sequential([layers.dense({ units: 3, activation: 'tanh' }), layers.dense({ units: 1 })], {
    inputShape: [2],
    engine: interpreted ? { session: createInterpreterSession } : { threads: 1 },
  });
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}

async function weightsAfter(
  optimizer: Optimizer,
  batchSize: number,
  epochs: number,
  interpreted = true,
): Promise<number[]> {
  const model = made(optimizer, interpreted);
  if (epochs > 0) await model.fit(x, y, { batchSize, epochs, shuffle: false, verbose: 0 });
  const flat = (await model.getWeights()).flatMap(({ data }) => Array.from(data));
  model.dispose();
  return flat;
}

function near(found: readonly number[], wanted: readonly number[]): void {
  found.forEach((value, k) => {
    expect(value).toBeCloseTo(wanted[k]!, 5);
  });
}

describe.each([true, false])('interpreted: %s', (interpreted) => {
  test.each([
    ['sgd', (options: object) => sgd({ learningRate: 0.1, momentum: 0.9, ...options })],
    ['adam', (options: object) => adam({ learningRate: 0.05, clipnorm: 0.5, ...options })],
  ])('%s over gradients of two batches steps as over one of both', async (_, make) => {
    const wanted = await weightsAfter(make({}), 4, 3, interpreted);
    near(await weightsAfter(make({ gradientAccumulationSteps: 2 }), 2, 3, interpreted), wanted);
    near(
      await weightsAfter(make({ gradientAccumulationSteps: 4 }), 4, 3, interpreted),
      await weightsAfter(make({}), 4, 0),
    );
  });

  test('averages become the variables at the end, or every so many steps', async () => {
    const make = (options: object) => sgd({ learningRate: 0.1, ...options });
    const [one, two] = [await weightsAfter(make({}), 4, 1), await weightsAfter(make({}), 4, 2)];
    const mean = one.map((v, k) => 0.75 * v + 0.25 * two[k]!);
    near(await weightsAfter(make({ useEma: true, emaMomentum: 0.75 }), 4, 2, interpreted), mean);
    near(await weightsAfter(make({ useEma: true, emaMomentum: 0.75 }), 4, 1, interpreted), one);
    const overwritten = { useEma: true, emaMomentum: 0.75, emaOverwriteFrequency: 1 };
    near(await weightsAfter(make(overwritten), 4, 2, interpreted), mean);
    // From the second step on the gradient is that of the average.
    const third = await weightsAfter(make(overwritten), 4, 3, interpreted);
    const plain = await weightsAfter(make({ useEma: true, emaMomentum: 0.75 }), 4, 3, interpreted);
    expect(third.some((v, k) => Math.abs(v - plain[k]!) > 1e-4)).toBe(true);
  });
});

test('bad options', () => {
  expect(() => sgd({ gradientAccumulationSteps: 1 })).toThrow('gradientAccumulationSteps in optimizers.sgd');
  expect(() => adam({ emaMomentum: 1.5 })).toThrow('emaMomentum in optimizers.adam');
  expect(() => adam({ emaOverwriteFrequency: 0 })).toThrow('emaOverwriteFrequency');
});
