import { describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../../engine/interpreter-session.ts';
import {
  callbacks,
  layers,
  type Model,
  NumericError,
  optimizers,
  schedules,
  sequential,
} from '../../index.ts';

const x = Float32Array.of(0, 1, 2, 3);
const y = x.map((value) => 2 * value + 1);
const quiet = { batchSize: 4, verbose: 0 } as const;

function line(learningRate: number | ReturnType<typeof schedules.exponentialDecay> = 0.01): Model {
  const engine = { session: createInterpreterSession };
  const model = sequential([layers.dense({ units: 1 })], { inputShape: [1], engine, seed: 4 });
  model.compile({ optimizer: optimizers.sgd({ learningRate }), loss: 'mse' });
  return model;
}

/** What a callback of Keras does where a value has these values: run with keras 3.15.1 by calling its hooks. */
async function rates(options: object, values: readonly number[]): Promise<number[]> {
  const model = line(1);
  const callback = callbacks.reduceLROnPlateau({ monitor: 'value', mode: 'min', ...options });
  await callback.onTrainBegin!(model, {} as never);
  const found: number[] = [];
  for (const [epoch, value] of values.entries()) {
    await callback.onEpochEnd!(epoch, { value }, model);
    found.push(Number((model.optimizer.learningRate as number).toPrecision(7)));
  }
  return found;
}

describe('reduceLROnPlateau', () => {
  test('lowers the rate after epochs without a better value, and rests', async () => {
    const values = [5, 4, 4, 4, 3.99995, 3, 3, 3, 3, 3];
    expect(await rates({ patience: 2, factor: 0.5 }, values)).toEqual([
      1.0, 1.0, 1.0, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125,
    ]);
    expect(await rates({ patience: 1, factor: 0.5, cooldown: 2 }, values)).toEqual([
      1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.0625, 0.0625,
    ]);
    expect(await rates({ patience: 1, factor: 0.5, minLr: 0.3 }, values)).toEqual([
      1.0, 1.0, 0.5, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3,
    ]);
  });

  test('needs a rate that can be set', async () => {
    const decay = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.5 });
    const decaying = line(decay);
    const fit = decaying.fit(x, y, {
      ...quiet,
      callbacks: [callbacks.reduceLROnPlateau({ monitor: 'loss' })],
    });
    await expect(fit).rejects.toThrow('an optimizer whose learning rate is a number');
    expect(() => callbacks.reduceLROnPlateau({ factor: 1 })).toThrow('Invalid value for factor');
  });
});

describe('a loss that is not finite', () => {
  test('ends the training in good order with terminateOnNaN, and with an error without', async () => {
    const diverging = { ...quiet, epochs: 500 };
    const steep = line(1e6);
    await expect(steep.fit(x, y, diverging)).rejects.toThrow(NumericError);
    const told: NumericError[] = [];
    const ends: string[] = [];
    const model = line(1e6);
    const { epoch } = await model.fit(x, y, {
      ...diverging,
      callbacks: [
        callbacks.terminateOnNaN((error) => told.push(error)),
        { onTrainEnd: () => void ends.push('end'), onTrainLeave: () => void ends.push('leave') },
      ],
    });
    expect(epoch.length).toBeGreaterThan(0);
    expect(epoch.length).toBeLessThan(500);
    expect(told).toHaveLength(1);
    expect(ends).toEqual(['end', 'leave']);
    for (const { data } of await model.getWeights()) expect(data.every(Number.isFinite)).toBe(true);
  });
});

test('lambdaCallback calls its functions, and refuses others', async () => {
  const seen: number[] = [];
  const callback = callbacks.lambdaCallback({ onEpochEnd: (epoch) => void seen.push(epoch) });
  const model = line();
  await model.fit(x, y, { ...quiet, epochs: 2, callbacks: [callback] });
  expect(seen).toEqual([0, 1]);
  expect(() => callbacks.lambdaCallback({ onEpochEnds: () => {} } as object)).toThrow(
    'Did you mean "onEpochEnd"?',
  );
  expect(() => callbacks.lambdaCallback({ onEpochEnd: 3 } as never)).toThrow('Expected a function');
});
