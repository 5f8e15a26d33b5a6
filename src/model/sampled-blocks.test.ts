import { describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { blockSamplers, blockSamples } from '../nn/blocks/samples.test-support.ts';
import { input } from '../nn/layers/input-layer.ts';
import { TestRandom } from '../ops/test-random.test-support.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { loadModel } from './load-model.ts';
import { type Model, model } from './model.ts';

const engines = { compiled: { threads: 1 }, interpreted: { session: createInterpreterSession } } as const;
const batch = 3;

const bitsOf = (given: readonly Tensor[]): number[][] =>
  given.map((values) => Array.from(new Int32Array(Float32Array.from(values.data).buffer)));

/** Seeds that failed once. */
const failed: { readonly [K in keyof typeof blockSamplers]?: readonly number[] } = {
  gatedResidual: [838432177],
};

/** Blocks with random options and shapes: a step of training and predictions before and behind it and from a file. */
describe.each(Object.keys(blockSamplers) as (keyof typeof blockSamplers)[])('%s', (name) => {
  const seeds = [
    ...(failed[name] ?? []),
    ...Array.from({ length: blockSamples }, () => Math.floor(Math.random() * 2 ** 31)),
  ];
  test.each(seeds)('seed %i', async (seed) => {
    const make = (engine: (typeof engines)[keyof typeof engines]): Model => {
      const { shape, apply } = blockSamplers[name](new TestRandom(seed));
      const inputs = input({ shape });
      const outputs = apply(inputs);
      return model({ inputs, outputs: Array.isArray(outputs) ? outputs : [outputs], engine, seed: 3 });
    };
    const { shape } = blockSamplers[name](new TestRandom(seed));
    const random = new TestRandom(seed + 1);
    const x = tensor(random.spread(batch * elementCount(shape), -1, 1), [batch, ...shape]);
    const found = [];
    for (const engine of Object.values(engines)) {
      const own = make(engine);
      const before = await own.predictAll(x);
      const targets = own.outputs.map((output) =>
        tensor(new Float32Array(batch * elementCount(output.shape)).fill(0.25), [batch, ...output.shape]),
      );
      own.compile({ optimizer: 'sgd', loss: targets.map(() => 'meanSquaredError' as const) });
      const logs = await own.trainOnBatch(x, targets.length === 1 ? targets[0]! : targets);
      const after = await own.predictAll(x);
      found.push({ before: bitsOf(before), logs, after: bitsOf(after) });
      if (engine === engines.compiled) {
        const again = await loadModel(await own.toBytes(shape.length === 4 ? 'safetensors' : 'keras'), {
          engine,
        });
        expect(bitsOf(await again.predictAll(x))).toEqual(bitsOf(after));
        again.dispose();
      }
      own.dispose();
    }
    expect(found[0]).toEqual(found[1]);
    // where relu lets nothing through, nothing is learnt
    const isDead = found[0]!.before.every((values) => values.every((bits) => bits === 0));
    if (!isDead) expect(found[0]!.after).not.toEqual(found[0]!.before);
  });
});
