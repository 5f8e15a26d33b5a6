import { describe, expect, test } from 'vitest';
import { loadModel } from '../../model/load-model.ts';
import { type Model, sequential } from '../../model/model.ts';
import * as layers from '../../nn/layers/index.ts';
import type { Layer } from '../../nn/layers/layer.ts';
import { adam } from '../../nn/optimizers/index.ts';
import { type TensorDataset, tensorDataset } from '../tensor-dataset.ts';
import { augmentedFor } from './of-network.ts';

const SAMPLES = 64;
const BATCH = 8;
const inputShape = [8, 8, 1];

function data(): TensorDataset {
  let state = 3;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
  const images = Uint8Array.from({ length: SAMPLES * 64 }, next);
  return tensorDataset(
    { data: images, shape: [SAMPLES, ...inputShape] },
    Uint8Array.from({ length: SAMPLES }, (_, i) => i % 3),
  );
}

const augmentation = (): Layer[] => [
  layers.randomRotation({ factor: 0.1, fillMode: 'constant' }),
  layers.randomTranslation({ heightFactor: 0.2, widthFactor: 0.2, fillMode: 'constant' }),
  layers.randomContrast({ factor: 0.2 }),
];

function make(first: readonly Layer[], threads = 1): Model {
  const body = [
    layers.rescaling({ scale: 1 / 255 }),
    layers.conv2d({ filters: 4, kernelSize: 3 }),
    layers.flatten(),
  ];
  const model = sequential([...first, ...body, layers.dense({ units: 3, activation: 'softmax' })], {
    inputShape,
    engine: { threads },
    seed: 5,
  });
  compile(model);
  return model;
}

const compile = (model: Model): void =>
  model.compile({
    optimizer: adam({ learningRate: 0.01 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });

async function weights(model: Model): Promise<number[]> {
  const list = (await model.getWeights()).flatMap((weight) => [...weight.data]);
  model.dispose();
  return list;
}

async function trained(model: Model): Promise<number[]> {
  await model.fit(data(), { epochs: 3, batchSize: BATCH, verbose: 0 });
  return weights(model);
}

describe('augmentation layers at the beginning of a network', () => {
  test('change what it is trained on, to the same bits on any number of threads', async () => {
    const one = await trained(make(augmentation(), 1));
    expect(await trained(make(augmentation(), 2))).toEqual(one);
    expect(await trained(make([], 1))).not.toEqual(one);
  });

  test('train to the same bits after a stop in the middle of an epoch', async () => {
    const whole = await trained(make(augmentation()));
    const stopped = make(augmentation());
    for await (const event of stopped.train(data(), { epochs: 3, batchSize: BATCH }))
      if (event.type === 'batchEnd' && event.step === 12) break;
    const bytes = await stopped.toBytes('safetensors');
    stopped.dispose();
    const again = await loadModel(bytes, { engine: { threads: 1 } });
    expect(again.trainingState.step % (SAMPLES / BATCH)).not.toBe(0);
    await again.fit(data(), { epochs: 3, resume: true, verbose: 0 });
    expect(await weights(again)).toEqual(whole);
  });

  test('let images through in evaluation and prediction', async () => {
    const [plain, augmented] = [make([]), make(augmentation())];
    augmented.setWeights(await plain.getWeights());
    expect(await augmented.evaluate(data(), { batchSize: BATCH })).toEqual(
      await plain.evaluate(data(), { batchSize: BATCH }),
    );
    const x = data().inputs[0]!.data;
    expect((await augmented.predict(x)).data).toEqual((await plain.predict(x)).data);
    plain.dispose();
    augmented.dispose();
  });

  test('are kept in files of Keras', async () => {
    const all = [
      ...augmentation(),
      layers.randomFlip({ mode: 'vertical' }),
      layers.randomZoom({ heightFactor: [-0.1, 0.3], fillMode: 'wrap', interpolation: 'nearest' }),
      layers.randomErasing({ scale: [0.1, 0.2], fillValue: 3 }),
      layers.mixUp({ alpha: 0.3 }),
    ];
    const model = make(all);
    const again = await loadModel(await model.toBytes('keras'));
    const configs = (of: Model): unknown => of.layers.map((layer) => [layer.className, layer.getConfig()]);
    expect(configs(again)).toEqual(configs(model));
    model.dispose();
    again.dispose();
  });

  test('are refused behind others when the network is trained, not before', async () => {
    const model = sequential(
      [
        layers.rescaling({ scale: 1 / 255 }),
        layers.randomFlip(),
        layers.flatten(),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
      { inputShape },
    );
    compile(model);
    await model.evaluate(data(), { batchSize: BATCH });
    await expect(model.fit(data(), { verbose: 0 })).rejects.toThrow(
      'The augmentation layer "random_flip" behind layers of other kinds is not supported in fit. Put it first, on an input that nothing else reads.',
    );
    model.dispose();
  });

  test('leave data as it is where there are none', () => {
    const model = make([]);
    const dataset = data();
    expect(augmentedFor(model.network, dataset)).toBe(dataset);
    model.dispose();
  });
});
