import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { mnist } from '../data/node-mnist.ts';
import type { TensorDataset } from '../data/tensor-dataset.ts';
import type { Model } from '../model/model.ts';
import { multiplyAdds } from '../nn/network/multiply-adds.ts';
import { sgd } from '../nn/optimizers/index.ts';
import { tensor } from '../tensor/tensor.ts';
import { residualSmall, seed, seedTwoStep, standard, tcn } from './index.ts';

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
