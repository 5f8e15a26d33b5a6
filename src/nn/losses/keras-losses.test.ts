import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSession } from '../../engine/create-session.ts';
import type { Outputs } from '../../engine/session.ts';
import { compileConfig } from '../../formats/keras-compile-config.ts';
import { compileFromConfig } from '../../formats/keras-compile-reader.ts';
import { decodeSafetensors } from '../../formats/safetensors.ts';
import { gradients } from '../../graph/differentiate.ts';
import { type Graph, input, type Node } from '../../graph/node.ts';
import { layers, sequential } from '../../model/public.ts';
import * as ops from '../../ops/index.ts';
import { getLoss, lossNamed } from './get-loss.ts';
import * as losses from './index.ts';
import type { Loss } from './loss.ts';
import { lossOfSamples } from './reduction.ts';

const folder = join(import.meta.dirname, '../../../fixtures');
interface Case {
  readonly name: string;
  readonly loss: { readonly class_name: string; readonly config: object };
}
const { cases, reduced } = JSON.parse(readFileSync(join(folder, 'losses.json'), 'utf8')) as {
  cases: Case[];
  reduced: (Case & { readonly weighted: boolean; readonly masked: boolean })[];
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

const tensorOf = (own: Case, key: string) => file.tensors.get(`${own.name}/${key}`)!;
const valuesOf = (own: Case, key: string): Float32Array => tensorOf(own, key).data as Float32Array;
function nodeOf(own: Case, key: string): Node {
  const { shape, dtype } = tensorOf(own, key);
  return input(key, { dtype: dtype as 'f32', shape: shape.slice(1), batched: true });
}

async function run(own: Case, loss: Node, gradient: Node, inputs: readonly string[]): Promise<Outputs> {
  const graph: Graph = { outputs: { loss, gradient }, assignments: [] };
  const session = await createSession({ threads: 1 });
  const batchSize = tensorOf(own, 'target').shape[0]!;
  const program = await session.compile(graph, { maxBatch: batchSize });
  const outputs = await program.run({
    batchSize,
    inputs: {
      ...Object.fromEntries(inputs.map((key) => [key, valuesOf(own, key)])),
      inverseBatch: Float32Array.of(1 / batchSize),
    },
  });
  session.dispose();
  return outputs;
}

describe.each(cases)('$name', (own) => {
  test('values and gradients are those of Keras', async () => {
    const [target, prediction] = [nodeOf(own, 'target'), nodeOf(own, 'prediction')];
    const loss = read(own.loss).perSample(target, prediction);
    const gradient = gradients(ops.sumOverBatch(loss), [prediction]).get(prediction)!;
    const outputs = await run(own, loss, gradient, ['target', 'prediction']);
    near(outputs.loss!, valuesOf(own, 'loss'));
    near(outputs.gradient!, valuesOf(own, 'gradient'));
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

describe.each(reduced)('$name', (own) => {
  const config = own.loss.config as { reduction: string };

  test(`the loss of the batch and its gradient by ${config.reduction} are those of Keras`, async () => {
    const [target, prediction] = [nodeOf(own, 'target'), nodeOf(own, 'prediction')];
    const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
    const mask = own.masked ? nodeOf(own, 'mask') : undefined;
    const weight = own.weighted ? nodeOf(own, 'weights') : undefined;
    const each = lossOfSamples(read(own.loss), target, prediction, { inverseBatch, mask, weight });
    const loss = ops.sumOverBatch(ops.multiply(each, inverseBatch));
    const gradient = gradients(loss, [prediction]).get(prediction)!;
    const given = [...(mask ? ['mask'] : []), ...(weight ? ['weights'] : [])];
    const outputs = await run(own, loss, gradient, ['target', 'prediction', ...given]);
    near(outputs.loss!, valuesOf(own, 'loss'));
    near(outputs.gradient!, valuesOf(own, 'gradient'));
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
  expect(() => read({ class_name: 'Huber', config: { reduction: 'max' } })).toThrow('reduction');
  expect(() => read({ class_name: 'SparseCategoricalCrossentropy', config: { axis: 1 } })).toThrow('axis 1');
  expect(() => read({ class_name: 'Hinge', config: { delta: 3 } })).toThrow('delta');
});

test('arguments', () => {
  expect(() => losses.huber({ delta: 0 })).toThrow('Invalid value for delta in losses.huber.');
  expect(() => losses.binaryFocalCrossentropy({ gamma: -1 })).toThrow('gamma');
  expect(() => losses.categoricalFocalCrossentropy({ labelSmoothing: 2 })).toThrow('labelSmoothing');
  expect(() => losses.cosineSimilarity({ axis: 0.5 })).toThrow('axis');
  const x = input('x', { dtype: 'f32', shape: [4], batched: true });
  expect(() => losses.cosineSimilarity({ axis: 0 })).toThrow('axis other than 0, which is the batch');
  expect(() => losses.cosineSimilarity({ axis: 2 }).perSample(x, x)).toThrow(
    'a dimension 2 beside the batch',
  );
});
