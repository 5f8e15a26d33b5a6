import { describe, expect, test } from 'vitest';
import { tensorDataset } from '../data/tensor-dataset.ts';
import { createSession } from '../engine/create-session.ts';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { NumericError } from '../errors/index.ts';
import * as layers from '../nn/layers/index.ts';
import { adam, sgd } from '../nn/optimizers/index.ts';
import { exponentialDecay } from '../nn/schedules/index.ts';
import { tensor } from '../tensor/tensor.ts';
import { earlyStopping, learningRateScheduler } from '../training/callbacks/index.ts';
import type { TrainingEvent } from '../training/events.ts';
import { loadModel } from './load-model.ts';
import { type Model, sequential } from './model.ts';
import type { EngineOptions } from './stores.ts';

const SAMPLES = 37;
const pixels = (shape: number[]): Uint8Array =>
  Uint8Array.from(
    { length: SAMPLES * shape.reduce((p, n) => p * n, 1) },
    (_, k) => (k * 7919 + (k >> 4) * 31) % 253,
  );
const images = tensor(pixels([6, 6, 1]), [SAMPLES, 6, 6, 1]);
const labels = Int32Array.from({ length: SAMPLES }, (_, k) => (k * 5) % 4);

const interpreter: EngineOptions = { session: createInterpreterSession };

/** Dropout, batch normalisation, several shards: everything whose bits could depend on how a training runs. */
function digits(engine: EngineOptions = interpreter, seed = 7): Model {
  const model = sequential(
    [
      layers.rescaling({ scale: 1 / 255 }),
      layers.separableConv2d({ filters: 5, kernelSize: 3, dilationRate: 2, padding: 'same', useBias: false }),
      layers.batchNormalization(),
      layers.relu(),
      layers.maxPooling2d(),
      layers.dropout({ rate: 0.3 }),
      layers.flatten(),
      layers.dense({ units: 4, activation: 'softmax' }),
    ],
    { inputShape: [6, 6, 1], seed, engine },
  );
  model.compile({ optimizer: 'adam', loss: 'sparse_categorical_crossentropy', metrics: ['accuracy'] });
  return model;
}

async function weightsOf(model: Model): Promise<number[]> {
  return (await model.getWeights()).flatMap(({ data }) => [...data]);
}

const quiet = { batchSize: 8, verbose: 0 } as const;

describe('bits', () => {
  test('depend on the seed alone, not on engine, threads or session', async () => {
    const trained = async (engine: EngineOptions, seed: number): Promise<number[]> => {
      const model = digits(engine, seed);
      const { history } = await model.fit(images, labels, { ...quiet, epochs: 2 });
      const found = [...history.loss!, ...(await weightsOf(model))];
      model.dispose();
      return found;
    };
    const wanted = await trained(interpreter, 7);
    expect(await trained({ threads: 1 }, 7)).toEqual(wanted);
    expect(await trained({ threads: 2 }, 7)).toEqual(wanted);
    expect(await trained(interpreter, 8)).not.toEqual(wanted);
  });

  test.each([1, 4, 5, 7])('are the same after a stop at step %i, a save and a resume', async (stop) => {
    const options = { ...quiet, epochs: 3 };
    const whole = digits();
    await whole.fit(images, labels, options);

    const first = digits();
    const controller = new AbortController();
    const reason = new Error('enough');
    let steps = 0;
    const callback = { onBatchEnd: () => void (++steps === stop && controller.abort(reason)) };
    const { signal } = controller;
    await expect(first.fit(images, labels, { ...options, signal, callbacks: [callback] })).rejects.toBe(
      reason,
    );
    const state = first.trainingState;
    expect(state.step).toBeGreaterThanOrEqual(stop);
    expect(state.step - state.epochStart).toBeLessThanOrEqual(5);

    const again = await loadModel(await first.toBytes(), { engine: { threads: 2 } });
    await again.fit(images, labels, { ...options, resume: true });
    expect(await weightsOf(again)).toEqual(await weightsOf(whole));
    again.dispose();
  });

  test('are the same when a batch callback saves', async () => {
    const whole = digits();
    await whole.fit(images, labels, quiet);
    const saving = digits();
    let bytes: Uint8Array | undefined;
    const onBatchEnd = async ({ batch }: { batch: number }): Promise<void> => {
      if (batch === 1) bytes = await saving.toBytes();
    };
    await saving.fit(images, labels, { ...quiet, callbacks: [{ onBatchEnd }] });
    expect(await weightsOf(saving)).toEqual(await weightsOf(whole));
    const again = await loadModel(bytes!, { engine: interpreter });
    await again.fit(images, labels, { ...quiet, resume: true });
    expect(await weightsOf(again)).toEqual(await weightsOf(whole));
  });
});

describe('a loss that is not finite', () => {
  test.each([
    'interpreter',
    'WebAssembly',
  ])('stops with step and layer, and leaves the weights (%s)', async (name) => {
    const session = name === 'interpreter' ? createInterpreterSession : () => createSession({ threads: 1 });
    const model = sequential(
      [
        layers.dense({ units: 3, name: 'fine' }),
        layers.activation({ activation: 'exponential', name: 'bursts' }),
        layers.dense({ units: 1, name: 'after' }),
      ],
      { inputShape: [2], engine: { session } },
    );
    model.compile({ optimizer: sgd({ learningRate: 1e-6 }), loss: 'mse' });
    const x = new Float32Array(24).fill(0.5);
    x.fill(1e5, 12, 16);
    const before = await weightsOf(model);
    const failure = await model
      .fit(tensor(x, [12, 2]), new Float32Array(12), { ...quiet, batchSize: 2, shuffle: false })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NumericError);
    expect(failure).toMatchObject({ code: 'numeric', step: 3, layer: 'bursts' });
    expect(String(failure)).toContain(
      'at step 4, in epoch 1. The first layer whose values are not finite is "bursts"',
    );
    const after = await weightsOf(model);
    expect(after.every(Number.isFinite)).toBe(true);
    expect(after).not.toEqual(before);
    model.dispose();
  });
});

describe('data', () => {
  const twoClasses = (): Model => {
    const model = sequential([layers.flatten(), layers.dense({ units: 4, activation: 'softmax' })], {
      inputShape: [6, 6, 1],
      engine: interpreter,
    });
    model.compile({ optimizer: sgd(), loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    return model;
  };
  const scaled = tensor(
    Float32Array.from(images.data, (v) => v / 255),
    images.shape,
  );

  test('class weights are sample weights', async () => {
    const classWeight = { 0: 2, 3: 0.25 };
    const sampleWeight = Array.from(labels, (label) => (label === 0 ? 2 : label === 3 ? 0.25 : 1));
    const [a, b, c] = [twoClasses(), twoClasses(), twoClasses()];
    await a.fit(scaled, labels, { ...quiet, classWeight });
    await b.fit(scaled, labels, { ...quiet, sampleWeight });
    await c.fit(scaled, labels, quiet);
    expect(await weightsOf(a)).toEqual(await weightsOf(b));
    expect(await weightsOf(a)).not.toEqual(await weightsOf(c));
  });

  test('validation data, a split, and evaluate agree', async () => {
    const part = (from: number, to: number) => ({
      x: tensor(scaled.data.slice(from * 36, to * 36), [to - from, 6, 6, 1]),
      y: labels.slice(from, to),
    });
    const [train, rest] = [part(0, 27), part(27, SAMPLES)];
    const split = twoClasses();
    const a = await split.fit(scaled, labels, { ...quiet, epochs: 2, validationSplit: 0.25 });
    const given = twoClasses();
    const b = await given.fit(train.x, train.y, { ...quiet, epochs: 2, validationData: [rest.x, rest.y] });
    expect(a.history).toEqual(b.history);
    expect(Object.keys(a.history)).toEqual(['loss', 'accuracy', 'valLoss', 'valAccuracy']);
    const judged = await given.evaluate(rest.x, rest.y, { batchSize: 3 });
    expect(judged).toEqual({ loss: b.history.valLoss![1], accuracy: b.history.valAccuracy![1] });
    const sparing = twoClasses();
    const rare = await sparing.fit(train.x, train.y, {
      ...quiet,
      epochs: 4,
      validationData: tensorDataset(rest.x, rest.y),
      validationFreq: 2,
    });
    expect(rare.history.valLoss).toHaveLength(2);
  });

  test('the loss of an epoch is the mean over samples before each update', async () => {
    const model = twoClasses();
    const { loss } = await model.evaluate(scaled, labels);
    const history = await model.fit(scaled, labels, { ...quiet, batchSize: SAMPLES, epochs: 2 });
    expect(history.history.loss![0]).toBe(loss);
    expect(history.epoch).toEqual([0, 1]);
  });

  test('predictions do not depend on the batch, nor on the form of the input', async () => {
    const model = twoClasses();
    const all = await model.predict(scaled);
    expect(all.shape).toEqual([SAMPLES, 4]);
    expect((await model.predict(scaled, { batchSize: 5 })).data).toEqual(all.data);
    expect((await model.predict(scaled.data)).data).toEqual(all.data);
    const flat = tensor(scaled.data, [SAMPLES, 6, 6]);
    expect((await model.predict(tensorDataset(flat))).data).toEqual(all.data);
    const one = await model.predict(scaled.data.slice(0, 36));
    expect(one.data).toEqual(all.data.slice(0, 4));
  });

  test('bytes and their numbers train alike', async () => {
    const [a, b] = [digits(), digits()];
    await a.fit(images, labels, quiet);
    await b.fit(tensor(Float32Array.from(images.data), images.shape), labels, quiet);
    expect(await weightsOf(a)).toEqual(await weightsOf(b));
  });

  test('steps an epoch go on in the data', async () => {
    const [a, b] = [twoClasses(), twoClasses()];
    await a.fit(scaled, labels, { ...quiet, shuffle: false, epochs: 2 });
    await b.fit(scaled, labels, { ...quiet, shuffle: false, epochs: 5, stepsPerEpoch: 2 });
    expect(await weightsOf(a)).toEqual(await weightsOf(b));
  });

  const wrong: [string, (model: Model) => Promise<unknown>, string][] = [
    [
      'a label out of range',
      (m) =>
        m.fit(
          scaled,
          Int32Array.from(labels, (l, k) => (k === 9 ? 4 : l)),
          { ...quiet, shuffle: false },
        ),
      'is 4, where an integer from 0 to 3 is needed',
    ],
    [
      'a pixel that is NaN',
      (m) =>
        m.fit(
          tensor(
            scaled.data.map((v, k) => (k === 40 ? Number.NaN : v)),
            images.shape,
          ),
          labels,
          { ...quiet, shuffle: false },
        ),
      'the value at index 40 (sample 1) is NaN',
    ],
    [
      'batch size 0',
      (m) => m.fit(scaled, labels, { ...quiet, batchSize: 0 }),
      'Invalid value for batchSize in fit. Expected a positive integer. Received: 0.',
    ],
    [
      'a misspelt option',
      (m) => m.fit(scaled, labels, { ...quiet, batch_size: 3 } as object),
      'Unknown option "batch_size" in fit. Did you mean "batchSize"?',
    ],
    ['no targets', (m) => m.fit(scaled, undefined as never, quiet), 'Invalid value for y in fit.'],
    ['counts that differ', (m) => m.fit(scaled, labels.slice(1), quiet), '37 samples'],
    [
      'another shape',
      (m) => m.predict(tensor(new Float32Array(50), [2, 5, 5])),
      'Expected samples of shape [6, 6, 1]. Received: [5, 5].',
    ],
    [
      'one-hot targets of a sparse loss',
      (m) => m.fit(scaled, tensor(new Float32Array(SAMPLES * 4), [SAMPLES, 4]), quiet),
      'one-hot targets are for categoricalCrossentropy). Received: [4].',
    ],
    [
      'classes for a loss of one-hot targets',
      (m) => {
        m.compile({ loss: 'categoricalCrossentropy' });
        return m.fit(scaled, tensor(labels), quiet);
      },
      'whole numbers of classes are for sparseCategoricalCrossentropy). Received: [].',
    ],
    [
      'the weight of a class that is not there',
      (m) => m.fit(scaled, labels, { ...quiet, classWeight: { 1: 2, 4: 3 } }),
      'Expected weights of the classes 0 to 3. Received: 4.',
    ],
    [
      'targets beside a data set',
      (m) => m.fit(tensorDataset(scaled, labels), labels as never),
      'Invalid value for y in fit. Expected none beside a data set',
    ],
    ['a class weight', (m) => m.fit(scaled, labels, { ...quiet, classWeight: { 1: -1 } }), 'classWeight'],
    ['a split of 1', (m) => m.fit(scaled, labels, { ...quiet, validationSplit: 1 }), 'validationSplit'],
    [
      'weights for a data set',
      (m) => m.fit(tensorDataset(scaled, labels), { sampleWeight: [1] }),
      'weights in the data set',
    ],
    [
      'metrics of other targets',
      (m) => {
        m.compile({ loss: 'mse', metrics: ['sparseCategoricalAccuracy'] });
        return m.evaluate(scaled, new Float32Array(SAMPLES * 4));
      },
      'metrics of values in the shape of the prediction',
    ],
    [
      'a model that is not compiled',
      () => {
        const raw = sequential([layers.flatten()], { inputShape: [2, 2] });
        return raw.fit(scaled, labels);
      },
      'call compile first',
    ],
  ];
  test.each(wrong)('%s is refused', async (_, run, message) => {
    await expect((async () => run(twoClasses()))()).rejects.toThrow(message);
  });

  test.each([
    [{ loss: 'sparse_categorical_crosentropy' }, 'Did you mean "sparseCategoricalCrossentropy"?'],
    [{ loss: 'mse', optimizer: 'adm' }, 'Did you mean "adam"?'],
    [{ loss: 'mse', metric: [] }, 'Did you mean "metrics"?'],
  ])('compile refuses %o', (options, message) => {
    expect(() => twoClasses().compile(options as never)).toThrow(message);
  });
});

describe('callbacks and events', () => {
  const line = (): Model => {
    const model = sequential([layers.dense({ units: 1 })], { inputShape: [1], engine: interpreter });
    model.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'meanSquaredError' });
    return model;
  };
  const x = Float32Array.of(0, 1, 2, 3);
  const y = x.map((value) => 2 * value + 1);

  test('events of two epochs', async () => {
    const events: TrainingEvent[] = [];
    for await (const event of line().train(x, y, { batchSize: 3, epochs: 2 })) events.push(event);
    expect(events.map((event) => event.type)).toEqual([
      ...['epochBegin', 'batchEnd', 'batchEnd', 'epochEnd'],
      ...['epochBegin', 'batchEnd', 'batchEnd', 'epochEnd'],
    ]);
    expect(events[6]).toMatchObject({ epoch: 1, batch: 1, step: 3, batches: 2, size: 1, samples: 4 });
  });

  test('leaving the loop stops the training between steps, and resume goes on', async () => {
    const options = { batchSize: 1, epochs: 2 };
    const [left, whole] = [line(), line()];
    for await (const event of left.train(x, y, options)) if (event.type === 'batchEnd') break;
    expect(left.trainingState).toMatchObject({ epoch: 0 });
    await left.fit(x, y, { ...options, resume: true, verbose: 0 });
    await whole.fit(x, y, { ...options, verbose: 0 });
    expect(await weightsOf(left)).toEqual(await weightsOf(whole));
  });

  test('early stopping keeps the best weights', async () => {
    const model = line();
    const seen: number[][] = [];
    const rates = [0.1, 0.1, 0.1, 2, 2, 2, 2];
    const history = await model.fit(x, y, {
      batchSize: 4,
      epochs: 20,
      verbose: 0,
      validationData: [x, y],
      callbacks: [
        learningRateScheduler((epoch) => rates[epoch] ?? 2),
        { onEpochEnd: async () => void seen.push(await weightsOf(model)) },
        earlyStopping({ patience: 2, restoreBestWeights: true }),
      ],
    });
    const losses = history.history.valLoss!;
    const best = losses.indexOf(Math.min(...losses));
    expect(losses).toHaveLength(best + 3);
    expect(await weightsOf(model)).toEqual(seen[best]);
  });

  test('a monitor that is not there names what is', async () => {
    const model = line();
    const options = { verbose: 0, callbacks: [earlyStopping()] } as const;
    await expect(model.fit(x, y, options)).rejects.toThrow(
      'Invalid value for monitor in callbacks.earlyStopping. Expected one of loss. Received: "valLoss".',
    );
  });

  test('a schedule of the optimiser changes each step', async () => {
    const [a, b] = [line(), line()];
    const schedule = exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.5 });
    a.compile({ optimizer: sgd({ learningRate: schedule }), loss: 'mse' });
    await a.fit(x, y, { batchSize: 4, epochs: 3, verbose: 0 });
    const callbacks = [learningRateScheduler((epoch) => 0.1 * 0.5 ** epoch)];
    await b.fit(x, y, { batchSize: 4, epochs: 3, verbose: 0, callbacks });
    expect(await weightsOf(a)).toEqual(await weightsOf(b));
  });

  test('a schedule, the rate and the slots are kept in files', async () => {
    const model = line();
    const schedule = exponentialDecay({ initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.5 });
    model.compile({
      optimizer: adam({ learningRate: schedule }),
      loss: 'mse',
      metrics: ['meanAbsoluteError'],
    });
    await model.fit(x, y, { batchSize: 2, verbose: 0 });
    for (const format of ['safetensors', 'keras'] as const) {
      const again = await loadModel(await model.toBytes(format), { engine: interpreter });
      expect(again.trainingState.step).toBe(2);
      const whole = await loadModel(await model.toBytes('safetensors'), { engine: interpreter });
      await whole.fit(x, y, { batchSize: 2, verbose: 0, initialEpoch: 1, epochs: 2 });
      await again.fit(x, y, { batchSize: 2, verbose: 0, initialEpoch: 1, epochs: 2 });
      expect(await weightsOf(again)).toEqual(await weightsOf(whole));
    }
  });

  test('a frozen layer stays, and its moving statistics too', async () => {
    const model = sequential(
      [
        layers.dense({ units: 3, trainable: false }),
        layers.batchNormalization({ trainable: false }),
        layers.dense({ units: 1 }),
      ],
      { inputShape: [1], engine: interpreter },
    );
    model.compile({ loss: 'mse', optimizer: 'sgd' });
    const before = await model.getWeights();
    await model.fit(x, y, { verbose: 0 });
    const after = await model.getWeights();
    const changed = after.map(({ data }, k) => data.some((value, i) => value !== before[k]!.data[i]));
    expect(changed).toEqual([false, false, false, false, false, false, true, true]);
    expect(model.costs()).toEqual({ parameters: 22, trainable: 4, multiplyAdds: 6 });
  });
});
