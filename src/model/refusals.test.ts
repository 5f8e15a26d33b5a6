import { describe, expect, test } from 'vitest';
import { generatorDataset } from '../data/generator-dataset.ts';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import * as layers from '../nn/layers/index.ts';
import { sgd } from '../nn/optimizers/index.ts';
import { tensor } from '../tensor/tensor.ts';
import type { Callback } from '../training/callback.ts';
import { type Model, sequential } from './model.ts';
import { loadModel } from './node-model.ts';

const x = Float32Array.from({ length: 10 }, (_, k) => k / 10);
const y = x.map((value) => 2 * value + 1);
const quiet = { batchSize: 3, verbose: 0 } as const;

function line(): Model {
  const engine = { session: createInterpreterSession };
  const model = sequential([layers.dense({ units: 1 })], { inputShape: [1], engine, seed: 4 });
  model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse' });
  return model;
}

/** A model in the middle of the second epoch of batches of three. */
async function stopped(): Promise<Model> {
  const model = line();
  for await (const event of model.train(x, y, { ...quiet, epochs: 3, seed: 9 }))
    if (event.type === 'batchEnd' && event.step === 5) break;
  return model;
}

describe('a training that is resumed', () => {
  test('keeps seed, epoch and batch size, be they given again or not', async () => {
    const [a, b] = [await stopped(), await stopped()];
    const { step, epoch } = a.trainingState;
    expect([step, epoch, a.trainingState.batchSize]).toEqual([expect.any(Number), 1, 3]);
    await a.fit(x, y, { epochs: 3, verbose: 0, resume: true });
    await b.fit(x, y, { ...quiet, epochs: 3, resume: true, seed: 9, initialEpoch: 1 });
    const [wa, wb] = [await a.getWeights(), await b.getWeights()];
    expect(wa.map(({ data }) => [...data])).toEqual(wb.map(({ data }) => [...data]));
  });

  test('keeps the batch size in a native file', async () => {
    const model = await stopped();
    const again = await loadModel(await model.toBytes('safetensors'));
    const { step, epoch, epochStart, begun, seed, batchSize, shifted } = model.trainingState;
    expect(again.trainingState).toMatchObject({ step, epoch, epochStart, begun, seed, batchSize, shifted });
  });

  test.each([
    [{ seed: 5 }, 'Invalid value for seed in fit. Expected that of the training that is resumed, 9, or none'],
    [{ initialEpoch: 2 }, 'Invalid value for initialEpoch in fit. Expected that at which'],
    [{ batchSize: 4 }, 'Invalid value for batchSize in fit. Expected 3, with which the epoch began'],
  ])('refuses %o', async (options, message) => {
    const model = await stopped();
    await expect(model.fit(x, y, { epochs: 3, verbose: 0, resume: true, ...options })).rejects.toThrow(
      message,
    );
  });

  test('takes another batch size between epochs', async () => {
    const model = line();
    await model.fit(x, y, quiet);
    await model.fit(x, y, { ...quiet, batchSize: 5, epochs: 2, resume: true });
    expect(model.trainingState).toMatchObject({ step: 4 + 2, epoch: 2, batchSize: 5 });
  });
});

/** An interpreter that notes for how many samples programs are asked. */
function noted(): { readonly asked: number[]; session(): ReturnType<typeof createInterpreterSession> } {
  const asked: number[] = [];
  const session = (): ReturnType<typeof createInterpreterSession> => {
    const real = createInterpreterSession();
    return {
      ...real,
      compile: (graph, options) => {
        asked.push(options.maxBatch);
        return real.compile(graph, options);
      },
    };
  };
  return { asked, session };
}

test('a batch much larger than the data set does not take its memory', async () => {
  const { asked, session } = noted();
  const model = sequential([layers.dense({ units: 1 })], { inputShape: [1], engine: { session } });
  model.compile({ loss: 'mse' });
  await model.fit(x, y, { batchSize: 1_000_000, verbose: 0, validationData: [x, y] });
  expect(asked).toEqual([128, 128]);
});

test('memory is for few samples at once where they are large', async () => {
  const { asked, session } = noted();
  const side = 1024;
  const model = sequential([layers.maxPooling2d({ poolSize: side })], {
    inputShape: [side, side, 2],
    engine: { session },
  });
  model.compile({ loss: 'mse' });
  const image = new Float32Array(2 * side ** 2);
  await model.predict(image);
  await model.evaluate(image, new Float32Array(2));
  expect(asked).toEqual([1, 2]);
});

describe('refused', () => {
  test('a second training while one runs', async () => {
    const model = line();
    const first = model.fit(x, y, quiet);
    await expect(model.fit(x, y, quiet)).rejects.toThrow('is in a training already');
    await first;
    expect(model.trainingState.step).toBe(4);
    await model.fit(x, y, quiet);
    for await (const _ of model.train(x, y, quiet)) break;
    await model.fit(x, y, quiet);
  });

  test('another compilation while a training runs', async () => {
    const model = line();
    const first = model.fit(x, y, quiet);
    await expect((async () => model.compile({ loss: 'mae' }))()).rejects.toThrow('is in a training already');
    await first;
    model.compile({ loss: 'mae' });
  });

  test.each([
    [0, {}, 'Cannot use the data: no batch came in epoch 1.'],
    [2, { stepsPerEpoch: 3 }, 'epoch 1 ended after 2 batches, where stepsPerEpoch asks for 3.'],
  ])('a generator that ends after %d batches, with %o', async (count, options, message) => {
    const data = generatorDataset({
      inputs: [{ dtype: 'f32', shape: [1] }],
      targets: [{ dtype: 'f32', shape: [1] }],
      batchSize: 2,
      generate: () =>
        Array.from({ length: count }, () => ({ inputs: x.slice(0, 2), targets: y.slice(0, 2) })),
    });
    const model = line();
    await expect(model.fit(data, { verbose: 0, ...options })).rejects.toThrow(message);
    if (count === 0) await expect(line().evaluate(data)).rejects.toThrow('no batch came');
  });

  test('no samples at all, to train or to evaluate with', async () => {
    const none = new Float32Array(0);
    const message = 'Expected at least one sample. Received: 0.';
    const model = line();
    await expect(model.fit(none, none, quiet)).rejects.toThrow(message);
    await expect((async () => line().evaluate(none, none))()).rejects.toThrow(message);
  });

  test.each<[unknown, string]>([
    [5, 'Invalid value for callbacks[1] in fit. Expected an object'],
    [{ onEpochEn() {} }, 'Received: "onEpochEn". Did you mean "onEpochEnd"?'],
    [{ onEpochEnd: 'never' }, 'Invalid value for callbacks[1].onEpochEnd in fit. Expected a function'],
  ])('the callback %o', async (callback, message) => {
    const model = line();
    const fit = model.fit(x, y, { ...quiet, callbacks: [{}, callback as Callback] });
    await expect(fit).rejects.toThrow(message);
  });

  test('a metric that is not known, where the model is compiled', () =>
    expect(() => line().compile({ loss: 'mse', metrics: ['acuracy' as never] })).toThrow(
      'Did you mean "accuracy"?',
    ));

  test.each([
    [{ loss: () => 1 }, 'Invalid value for loss. Expected a function that gives a node'],
    [{ loss: () => undefined }, 'Received: undefined.'],
    [{ loss: 'mse', metrics: [() => 'best'] }, 'Invalid value for metrics. Expected a function that gives'],
  ])('functions of your own that give no node: %o', async (options, message) => {
    const model = line();
    model.compile(options as never);
    await expect(model.fit(x, y, quiet)).rejects.toThrow(message);
  });

  test('a signal that is none, and an unknown option for a path', async () => {
    const evaluated = async (): Promise<unknown> => line().evaluate(x, y, { signal: 5 as never });
    await expect(evaluated()).rejects.toThrow('Expected an AbortSignal. Received: 5.');
    await expect(loadModel('some.keras', { signall: 1 } as object)).rejects.toThrow('Did you mean "signal"?');
  });

  test.each([
    Number.NaN,
    -1,
    Number.POSITIVE_INFINITY,
  ])('the learning rate %d, before a step', async (rate) => {
    const model = line();
    model.optimizer.learningRate = rate;
    await expect(model.fit(x, y, quiet)).rejects.toThrow('Invalid value for learningRate in fit.');
    expect(model.trainingState.step).toBe(0);
  });

  test.each<[object, string]>([
    [{ engine: { thread: 2 } }, 'Unknown option "thread" in sequential (engine). Did you mean "threads"?'],
    [
      { engine: { threads: 65 } },
      'Invalid value for engine.threads in sequential. Expected an integer from 1 to 64.',
    ],
  ])('the model options %o', (options, message) =>
    expect(() => sequential([layers.dense({ units: 1 })], { inputShape: [1], ...options })).toThrow(message));

  test('a model that no memory holds, before its values are made', () =>
    expect(() => sequential([layers.dense({ units: 60_000 })], { inputShape: [60_000] })).toThrow(
      'A model with 13.4 GiB of weights is not supported.',
    ));

  test('a choice that is neither true nor false', async () =>
    expect(line().toBytes('keras', { includeOptimizer: 'yes' as never })).rejects.toThrow(
      'includeOptimizer',
    ));

  test('a size for validation batches that the data cannot give', async () => {
    const validationData = generatorDataset({
      inputs: [{ dtype: 'f32', shape: [1] }],
      targets: [{ dtype: 'f32', shape: [1] }],
      batchSize: 2,
      generate: () => [{ inputs: x.slice(0, 2), targets: y.slice(0, 2) }],
    });
    const model = line();
    const fit = model.fit(x, y, { ...quiet, validationData, validationBatchSize: 4 });
    await expect(fit).rejects.toThrow('Expected 2, which the generator was declared with. Received: 4.');
  });
});

test('a stop in the validation of an epoch leaves it unfinished, and resume validates it', async () => {
  const controller = new AbortController();
  let stops = true;
  const validationData = generatorDataset({
    inputs: [{ dtype: 'f32', shape: [1] }],
    targets: [{ dtype: 'f32', shape: [1] }],
    batchSize: 2,
    *generate() {
      yield { inputs: x.slice(0, 2), targets: y.slice(0, 2) };
      if (stops) controller.abort(new Error('enough'));
      yield { inputs: x.slice(2, 4), targets: y.slice(2, 4) };
    },
  });
  const model = line();
  const options = { ...quiet, epochs: 2, validationData };
  await expect(model.fit(x, y, { ...options, signal: controller.signal })).rejects.toThrow('enough');
  expect(model.trainingState).toMatchObject({ step: 4, epoch: 0, epochStart: 0 });
  stops = false;
  const whole = line();
  const { history } = await whole.fit(x, y, options);
  const resumed = await model.fit(x, y, { ...options, resume: true });
  expect(resumed.history).toEqual(history);
  expect((await model.getWeights())[0]!.data).toEqual((await whole.getWeights())[0]!.data);
});

test('batch normalization of another axis than the last does not train behind a mask', async () => {
  const model = sequential(
    [
      layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true }),
      layers.batchNormalization({ axis: 1 }),
      layers.flatten(),
      layers.dense({ units: 1 }),
    ],
    { inputShape: [4], engine: { session: createInterpreterSession } },
  );
  model.compile({ loss: 'mse', optimizer: 'sgd' });
  const rows = tensor(Int32Array.of(1, 2, 3, 0, 4, 0, 0, 1), [2, 4]);
  await expect(model.fit(rows, new Float32Array(2), { verbose: 0 })).rejects.toThrow(
    'Training behind a mask along another axis than the last',
  );
  expect((await model.predict(rows)).shape).toEqual([2, 1]);
});
