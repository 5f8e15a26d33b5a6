import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSession } from '../../engine/create-session.ts';
import { compileConfig, compileFromConfig } from '../../formats/keras-model-compile.ts';
import { decodeSafetensors } from '../../formats/safetensors.ts';
import { gradients } from '../../graph/differentiate.ts';
import { type Graph, input } from '../../graph/node.ts';
import { layers, sequential } from '../../model/public.ts';
import * as ops from '../../ops/index.ts';
import { getLoss, lossNamed } from './get-loss.ts';
import * as losses from './index.ts';
import type { Loss } from './loss.ts';

const folder = join(import.meta.dirname, '../../../fixtures');
const { cases } = JSON.parse(readFileSync(join(folder, 'losses.json'), 'utf8')) as {
  cases: { name: string; loss: { class_name: string; config: object } }[];
};
const file = decodeSafetensors(
  new Uint8Array(readFileSync(join(folder, 'losses.safetensors'))),
  'losses.safetensors',
);

const { network } = sequential([layers.dense({ units: 2 })], { inputShape: [3] });

/** The loss of a Keras config, read as from a file. */
function read(config: unknown): Loss {
  const compile = { optimizer: { class_name: 'SGD', config: {} }, loss: config };
  return compileFromConfig(compile, network, 'config.json')!.objectives[0]!.loss;
}

function near(found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found.length).toBe(wanted.length);
  for (let k = 0; k < wanted.length; k++) {
    const error = Math.abs(found[k]! - wanted[k]!);
    expect(error, `element ${k}: ${found[k]} for ${wanted[k]}`).toBeLessThan(
      3e-6 * Math.max(1, Math.abs(wanted[k]!)),
    );
  }
}

describe.each(cases)('$name', (own) => {
  const tensor = (key: string) => file.tensors.get(`${own.name}/${key}`)!;
  const valuesOf = (key: string): Float32Array => tensor(key).data as Float32Array;
  const node = (key: string) => {
    const { shape, dtype } = tensor(key);
    return input(key, { dtype: dtype as 'f32', shape: shape.slice(1), batched: true });
  };

  test('values and gradients are those of Keras', async () => {
    const [target, prediction] = [node('target'), node('prediction')];
    const loss = read(own.loss).perSample(target, prediction);
    const total = ops.sumOverBatch(loss);
    const gradient = gradients(total, [prediction]).get(prediction)!;
    const graph: Graph = { outputs: { loss, gradient }, assignments: [] };
    const session = createSession({ threads: 1 });
    const batchSize = tensor('target').shape[0]!;
    const program = await (await session).compile(graph, { maxBatch: batchSize });
    const inputs = { target: valuesOf('target'), prediction: valuesOf('prediction') };
    const { outputs } = { outputs: await program.run({ batchSize, inputs }) };
    near(outputs.loss!, valuesOf('loss'));
    near(outputs.gradient!, valuesOf('gradient'));
    (await session).dispose();
  });

  test('its config makes the way back', () => {
    const loss = read(own.loss);
    const objective = { name: 'dense', loss, weight: 1, metrics: [] };
    const written = compileConfig(
      network,
      [objective],
      compileFromConfig({ optimizer: { class_name: 'SGD' }, loss: 'mse' }, network, '')!.optimizer,
    ).loss as { class_name: string; config: object };
    expect(written.class_name).toBe(own.loss.class_name);
    expect(read(written).getConfig()).toEqual(loss.getConfig());
  });
});

describe('names', () => {
  test.each([
    ['mean_absolute_percentage_error', 'MeanAbsolutePercentageError'],
    ['MAPE', 'MeanAbsolutePercentageError'],
    ['msle', 'MeanSquaredLogarithmicError'],
    ['log_cosh', 'LogCosh'],
    ['kl_divergence', 'KLDivergence'],
    ['KLDivergence', 'KLDivergence'],
    ['kLDivergence', 'KLDivergence'],
    ['bce', 'BinaryCrossentropy'],
    ['categoricalFocalCrossentropy', 'CategoricalFocalCrossentropy'],
    ['squared_hinge', 'SquaredHinge'],
    ['huber', 'Huber'],
  ])('%s', (name, className) => {
    expect(getLoss(name).className).toBe(className);
  });

  test('every loss is found by its own name', () => {
    for (const [name, make] of Object.entries(losses)) {
      if (name === 'getLoss') continue;
      const loss = (make as () => Loss)();
      expect(loss.name).toBe(name);
      expect(lossNamed(loss.name)!.className).toBe(loss.className);
      expect(cases.some(({ loss: { class_name: known } }) => known === loss.className)).toBe(true);
    }
    expect(() => getLoss('hubber')).toThrow('Did you mean "huber"?');
  });
});

test('what a file says and nothing here can do is refused', () => {
  const config = { name: 'huber', reduction: 'sum' };
  expect(() => read({ class_name: 'Huber', config })).toThrow('reduction "sum", which is not supported');
  expect(() => read({ class_name: 'BinaryCrossentropy', config: { axis: 1 } })).toThrow('axis 1');
  expect(() => read({ class_name: 'SparseCategoricalCrossentropy', config: { ignore_class: 3 } })).toThrow(
    'ignore_class',
  );
  expect(() => read({ class_name: 'Hinge', config: { delta: 3 } })).toThrow('delta');
});

test('arguments', () => {
  expect(() => losses.huber({ delta: 0 })).toThrow('Invalid value for delta in losses.huber.');
  expect(() => losses.binaryFocalCrossentropy({ gamma: -1 })).toThrow('gamma');
  expect(() => losses.categoricalFocalCrossentropy({ labelSmoothing: 2 })).toThrow('labelSmoothing');
  expect(() => losses.cosineSimilarity({ axis: 0.5 })).toThrow('axis');
  const x = input('x', { dtype: 'f32', shape: [4], batched: true });
  expect(() => losses.cosineSimilarity({ axis: 0 }).perSample(x, x)).toThrow(
    'a dimension 0 beside the batch',
  );
  expect(() => losses.cosineSimilarity({ axis: 2 }).perSample(x, x)).toThrow(
    'a dimension 2 beside the batch',
  );
});
