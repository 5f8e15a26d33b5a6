import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../errors/index.ts';
import { readHdf5, writeHdf5 } from '../formats/hdf5.ts';
import { encodeZip, openZip } from '../formats/zip.ts';
import type { Node } from '../graph/node.ts';
import * as activations from '../nn/activations/index.ts';
import * as constraints from '../nn/constraints/index.ts';
import { type CustomObjects, registerCustomObjects } from '../nn/custom-objects.ts';
import * as initializers from '../nn/initializers/index.ts';
import * as layers from '../nn/layers/index.ts';
import * as losses from '../nn/losses/index.ts';
import * as metrics from '../nn/metrics/index.ts';
import * as optimizers from '../nn/optimizers/index.ts';
import * as regularizers from '../nn/regularizers/index.ts';
import { ops } from '../tensor/ops.ts';
import { tensor } from '../tensor/tensor.ts';
import { sequential } from './model.ts';
import { loadModel } from './node-model.ts';

const engine = { threads: 1 };
const x = tensor([
  [1, 2],
  [3, -4],
]);
const y = tensor([[1], [0]]);

/** A model in which one word of each kind stands once in the file. */
function plainModel() {
  const dense = layers.dense({
    units: 1,
    activation: 'softsign',
    kernelInitializer: 'heUniform',
    kernelRegularizer: 'orthogonal',
    kernelConstraint: 'nonNeg',
  });
  const model = sequential([dense], { inputShape: [2], engine });
  model.compile({ loss: 'logCosh', metrics: [metrics.poisson()], optimizer: 'lion' });
  return model;
}

const kinds: readonly (readonly [kind: keyof CustomObjects, word: string, own: string, example: string])[] = [
  ['activations', '"softsign"', '{"class_name":"function","config":"Mine>ownOne"}', 'activations: { ownOne'],
  ['constraints', '"NonNeg"', '"OwnOne"', 'constraints: { OwnOne'],
  ['initializers', '"HeUniform"', '"OwnOne"', 'initializers: { OwnOne'],
  ['losses', '"LogCosh"', '"OwnOne"', 'losses: { OwnOne'],
  ['metrics', '"Poisson"', '"OwnOne"', 'metrics: { OwnOne'],
  ['optimizers', '"Lion"', '"OwnOne"', 'optimizers: { OwnOne'],
  ['regularizers', '"OrthogonalRegularizer"', '"OwnOne"', 'regularizers: { OwnOne'],
];

/** The file of Keras with another word in its config. */
async function withWord(word: string, own: string): Promise<Uint8Array> {
  const zip = openZip(await plainModel().toBytes('keras'), 'test');
  const members = new Map(zip.names.map((name) => [name, zip.read(name)]));
  const config = new TextDecoder().decode(members.get('config.json'));
  expect(config.replace(/\s/g, '')).toContain(word);
  members.set('config.json', new TextEncoder().encode(config.replace(word, own)));
  return encodeZip(members);
}

describe('a file that names what is not known says how to register it', () => {
  test.each(kinds)('%s of .keras', async (_, word, own, example) => {
    const failed = loadModel(await withWord(word, own));
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow(/[oO]wnOne/);
    await expect(failed).rejects.toThrow(`registerCustomObjects({ ${example}: ... } })`);
  });

  test('a function that is a loss or a metric', async () => {
    const own = '{"class_name":"function","config":"ownOne"}';
    const zip = openZip(await plainModel().toBytes('keras'), 'test');
    const members = new Map(zip.names.map((name) => [name, zip.read(name)]));
    const config = JSON.parse(new TextDecoder().decode(members.get('config.json')));
    for (const key of ['loss', 'metrics']) {
      const compile_config = { ...config.compile_config, [key]: JSON.parse(own) };
      members.set('config.json', new TextEncoder().encode(JSON.stringify({ ...config, compile_config })));
      const kind = key === 'loss' ? 'losses' : 'metrics';
      await expect(loadModel(encodeZip(members)), key).rejects.toThrow(`${kind}: { ownOne: ... }`);
    }
  });

  const legacy = new Uint8Array(
    readFileSync(new URL('../../fixtures/legacy/keras3-functional.h5', import.meta.url)),
  );
  test.each([
    ['model_config', '"GlorotUniform"', 'initializers: { OwnOne'],
    ['model_config', '"Conv2D"', "defineLayer({ className: 'OwnOne'"],
    ['training_config', '"Adam"', 'optimizers: { OwnOne'],
    ['training_config', '"sparse_categorical_crossentropy"', 'losses: { OwnOne'],
    ['training_config', '"accuracy"', 'metrics: { OwnOne'],
  ])('%s of .h5 with another word than %s', async (key, word, example) => {
    const content = await readHdf5(legacy, 'a.h5');
    const root = new Map(content.attributes.get(''));
    expect(String(root.get(key))).toContain(word);
    root.set(key, String(root.get(key)).replace(word, '"OwnOne"') as never);
    const bytes = await writeHdf5({ ...content, attributes: new Map([...content.attributes, ['', root]]) });
    await expect(loadModel(bytes)).rejects.toThrow(example);
  });
});

describe('what is registered', () => {
  const ownActivation = (value: Node): Node => ops.multiply(ops.tanh(value), 2);
  const ownLoss = (target: Node, prediction: Node): Node => ops.abs(ops.subtract(target, prediction));
  registerCustomObjects({
    activations: { ownActivation },
    constraints: { OwnConstraint: (o) => ({ ...constraints.maxNorm(o), className: 'OwnConstraint' }) },
    initializers: { OwnInitializer: (o) => ({ ...initializers.constant(o), className: 'OwnInitializer' }) },
    losses: { ownLoss, OwnHuber: { fromOptions: (o) => ({ ...losses.huber(o), className: 'OwnHuber' }) } },
    metrics: { OwnAuc: { fromOptions: (o) => ({ ...metrics.auc(o), className: 'OwnAuc' }) } },
    optimizers: { OwnSgd: (o) => ({ ...optimizers.sgd(o), className: 'OwnSgd' }) },
    regularizers: { OwnPenalty: (o) => ({ ...regularizers.l2(o), className: 'OwnPenalty' }) },
  });

  const ownModel = (loss: 'ownLoss' | 'OwnHuber') => {
    const dense = layers.dense({
      units: 1,
      activation: ownActivation,
      kernelInitializer: { ...initializers.constant({ value: 0.25 }), className: 'OwnInitializer' },
      kernelRegularizer: { ...regularizers.l2({ l2: 0.5 }), className: 'OwnPenalty' },
      kernelConstraint: { ...constraints.maxNorm({ maxValue: 0.75 }), className: 'OwnConstraint' },
    });
    const model = sequential([dense], { inputShape: [2], engine });
    model.compile({
      loss: loss as never,
      metrics: [{ ...metrics.auc({ numThresholds: 5, name: 'area' }), className: 'OwnAuc' }, ownLoss],
      optimizer: { ...optimizers.sgd({ learningRate: 0.125 }), className: 'OwnSgd' },
    });
    return model;
  };

  test.each(['keras', 'safetensors'] as const)('is kept in files: %s', async (format) => {
    for (const loss of ['ownLoss', 'OwnHuber'] as const) {
      const model = ownModel(loss);
      const copy = await loadModel(await model.toBytes(format), { engine });
      expect(await copy.evaluate(x, y)).toEqual(await model.evaluate(x, y));
      const fits = { verbose: 0, shuffle: false, seed: 1 } as const;
      expect((await copy.fit(x, y, fits)).history).toEqual((await model.fit(x, y, fits)).history);
      expect(copy.layers.at(-1)!.getConfig()).toEqual(model.layers.at(-1)!.getConfig());
      // names that were read are written as they were
      const second = await loadModel(await copy.toBytes(format), { engine });
      expect(await second.evaluate(x, y)).toEqual(await copy.evaluate(x, y));
    }
  });

  test('has names that options take', () => {
    expect(activations.getActivation('ownActivation', 'activation').name).toBe('ownActivation');
    expect(losses.getLoss('ownLoss').name).toBe('ownLoss');
    expect(metrics.getMetric('ownLoss', [1], [1]).name).toBe('ownLoss');
    expect(optimizers.getOptimizer('OwnSgd').className).toBe('OwnSgd');
    const layer = layers.dense({ units: 1, kernelRegularizer: 'OwnPenalty' as never });
    expect((layer.options.kernelRegularizer as { className: string }).className).toBe('OwnPenalty');
  });

  test('is refused where it makes something else', () => {
    registerCustomObjects({
      initializers: { Broken: () => 3 as never },
      losses: { Broken: { fromOptions: () => undefined as never } },
    });
    expect(() => layers.dense({ units: 1, kernelInitializer: 'Broken' as never })).toThrow(
      'Expected an initializer from "Broken". Received: 3.',
    );
    expect(() => losses.getLoss('Broken')).toThrow('Expected a loss from "Broken"');
  });

  test('a function that is not registered says how', async () => {
    const model = sequential([layers.dense({ units: 1 })], { inputShape: [2], engine });
    model.compile({ loss: (t: Node, p: Node) => ops.subtract(t, p), optimizer: 'sgd' });
    await expect(model.toBytes()).rejects.toThrow('registerCustomObjects({ losses: { loss: ... } })');
  });
});
