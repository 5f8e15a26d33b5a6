import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mnist } from '../data/node-mnist.ts';
import type { TensorDataset } from '../data/tensor-dataset.ts';
import { loadModel } from '../model/load-model.ts';
import type { Model } from '../model/model.ts';
import { multiplyAdds } from '../nn/network/multiply-adds.ts';
import { sgd } from '../nn/optimizers/index.ts';
import { isSchedule } from '../nn/schedules/get-schedule.ts';
import { tensor } from '../tensor/tensor.ts';
import { digits, recipes, residualSmall, seed, seedTwoStep, standard, tcn, tiny } from './index.ts';

interface Costs {
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly convolutionParameters: number;
  readonly convolutionMultiplyAdds: number;
}

const costs = JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/costs.json'), 'utf8')) as {
  networks: Record<string, Costs>;
};

describe('costs are those that are counted from Keras', () => {
  test.each([
    ['seed', seed],
    ['seed-two-step', seedTwoStep],
    ['standard', standard],
  ] as const)('%s', (name, make) => {
    const model = make();
    const wanted = costs.networks[name]!;
    expect(model.name).toBe(name);
    expect(model.costs()).toEqual({
      parameters: wanted.parameters,
      trainable: wanted.parameters,
      multiplyAdds: wanted.multiplyAdds,
    });
    const convolutions = model.layers.filter((layer) => /Conv/.test(layer.className));
    const parameters = convolutions.reduce((sum, layer) => sum + layer.parameterCount, 0);
    const adds = multiplyAdds(model.network);
    const products = convolutions.reduce((sum, layer) => sum + adds.get(layer.name)!, 0);
    expect([parameters, products]).toEqual([wanted.convolutionParameters, wanted.convolutionMultiplyAdds]);
  });

  test('as the readme states them', () => {
    expect(seed().costs().parameters).toBe(127_923);
    expect(standard().costs().parameters).toBe(144_266);
    expect(digits().costs()).toMatchObject({ parameters: 17_274, multiplyAdds: 2_129_984 });
    expect(tiny().costs()).toMatchObject({ parameters: 2_430, multiplyAdds: 419_132 });
  });
});

test('options reach the network; wrong ones are refused', () => {
  const rate = (model: Model): unknown => model.getLayer('separable_conv2d').options.dilationRate;
  expect(rate(seed({ dilationRate: 4 }))).toEqual([4, 4]);
  expect(seed({ inputShape: [12, 10, 3], classes: 3 }).outputs[0]!.shape).toEqual([3]);
  expect(() => seed({ dilation: 3 } as object)).toThrow(
    'Unknown option "dilation" in zoo.seed. Did you mean "dilationRate"?',
  );
  expect(() => tcn({ blocks: 0 })).toThrow('Invalid value for blocks in zoo.tcn');
  expect(() => residualSmall({ filters: 1.5 })).toThrow('Invalid value for filters in zoo.residualSmall');
});

describe('recipes', () => {
  test('are one cycle of Adam over the whole training, which files of Keras can hold', async () => {
    const model = digits();
    model.compile(recipes.digits.compileOptions({ samples: 1000, epochs: 10, batchSize: 100 }));
    const { learningRate } = model.optimizer;
    if (!isSchedule(learningRate)) throw new Error('The rate does not change.');
    const rates = Array.from({ length: 101 }, (_, step) => learningRate.at(step));
    const top = recipes.digits.maxLearningRate;
    expect(rates[0]).toBeCloseTo(top / 5, 6);
    expect(rates[20]).toBeCloseTo(top, 6);
    expect(Math.max(...rates)).toBe(rates[20]);
    expect(rates[100]).toBe(0);
    const again = await loadModel(await model.toBytes('keras'));
    expect(isSchedule(again.optimizer.learningRate)).toBe(true);
    model.dispose();
    again.dispose();
  });

  test('take their own numbers where none are given, and refuse lengths that are none', () => {
    const { epochs, batchSize, maxLearningRate } = recipes.tiny;
    const given = { samples: 60_000, epochs, batchSize, maxLearningRate };
    const rateOf = (length: Parameters<typeof recipes.tiny.compileOptions>[0]): unknown => {
      const model = tiny();
      model.compile(recipes.tiny.compileOptions(length));
      const { learningRate } = model.optimizer;
      return isSchedule(learningRate) && learningRate.getConfig();
    };
    expect(rateOf({ samples: 60_000, epochs: undefined })).toEqual(rateOf(given));
    expect(rateOf({ samples: 60_000, maxLearningRate: 0.5 })).not.toEqual(rateOf(given));
    expect(() => recipes.tiny.compileOptions({ samples: 0 })).toThrow('samples in compileOptions');
    expect(() => recipes.tiny.compileOptions({ samples: 9, epochs: 1.5 })).toThrow(
      'epochs in compileOptions',
    );
  });

  test('belong to networks that begin with their augmentation, unless told otherwise', () => {
    const first = (model: Model): string[] => model.layers.slice(1, 4).map((layer) => layer.className);
    expect(first(digits())).toEqual(['RandomRotation', 'RandomZoom', 'RandomTranslation']);
    expect(first(tiny({ augmentation: false }))[0]).toBe('Rescaling');
    expect(digits({ classes: 4, inputShape: [20, 16, 3] }).outputs[0]!.shape).toEqual([4]);
    expect(() => digits({ augmentation: 'no' } as object)).toThrow('augmentation in zoo.digits');
    expect(() => tiny({ filters: 3 } as object)).toThrow('Unknown option "filters" in zoo.tiny');
  });
});

describe('trains on real digits, to the same bits at one and two threads', () => {
  const STEPS = 100;
  const BATCH = 16;

  async function subset(): Promise<TensorDataset> {
    const { train } = await mnist();
    return train.slice(0, STEPS * BATCH);
  }

  async function trained(
    model: Model,
    x: ReturnType<typeof tensor>,
    y: TensorDataset,
  ): Promise<{ losses: number[]; hash: string }> {
    model.compile({
      optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
      loss: 'sparseCategoricalCrossentropy',
    });
    const losses: number[] = [];
    let total = 0;
    for await (const event of model.train(x, y.targets[0]!.data, { batchSize: BATCH })) {
      if (event.type !== 'batchEnd') continue;
      const sum = event.logs.loss! * event.samples;
      losses.push((sum - total) / event.size);
      total = sum;
    }
    const hash = createHash('sha256');
    for (const { data } of await model.getWeights())
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    model.dispose();
    return { losses, hash: hash.digest('hex') };
  }

  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;

  test.each([
    ['a strided residual network with batch normalisation and ReLU6', residualSmall, [28, 28, 1], 0.8],
    ['digits, with augmentation, batch normalisation and shortcuts', digits, [28, 28, 1], 0.8],
    ['a causal dilated network over sequences of 784', tcn, [784, 1], 0.8],
  ] as const)('%s', { timeout: 240_000 }, async (_, make, shape, most) => {
    const data = await subset();
    const x = tensor(data.inputs[0]!.data, [data.size, ...shape]);
    const one = await trained(make({ engine: { threads: 1 } }), x, data);
    expect(one.losses).toHaveLength(STEPS);
    expect(mean(one.losses.slice(-10))).toBeLessThan(most * mean(one.losses.slice(0, 10)));
    const two = await trained(make({ engine: { threads: 2 } }), x, data);
    expect(two.hash).toBe(one.hash);
  });
});
