import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tensorDataset } from '../data/tensor-dataset.ts';
import { createSession } from '../engine/create-session.ts';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { compileFromConfig } from '../formats/keras-compile-reader.ts';
import { decodeSafetensors } from '../formats/safetensors.ts';
import type { StoredArray } from '../formats/stored-array.ts';
import { innermostLayers } from '../nn/network/weights.ts';
import { Tensor } from '../tensor/tensor.ts';
import { modelFromBytes } from './load-model.ts';
import type { Model } from './model.ts';

const folder = join(import.meta.dirname, '../../fixtures/networks');
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));
const json = (file: string) => JSON.parse(new TextDecoder().decode(read(file)));
const names: string[] = json('index.json').networks;

interface Run {
  readonly name: string;
  readonly optimizer: object;
  readonly losses: readonly number[];
  readonly evaluate: Readonly<Record<string, number>>;
  readonly saved?: string;
  readonly resumedLosses?: readonly number[];
}

const engines = { interpreter: createInterpreterSession, WebAssembly: () => createSession({ threads: 1 }) };

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let k = 0; k < a.length; k++) largest = Math.max(largest, Math.abs(a[k]! - b[k]!));
  return largest;
}

describe.each(names)('%s', (name) => {
  const about = json(`${name}.json`);
  const file = decodeSafetensors(read(`${name}.safetensors`), name);
  const tensorOf = (key: string): Tensor => {
    const { data, shape } = file.tensors.get(key) as StoredArray & { data: Float32Array };
    return new Tensor(data, shape);
  };
  const inputs = about.inputs.map((input: string) => tensorOf(`input/${input}`)) as Tensor[];
  const weights = about.sampleWeighted ? (tensorOf('sampleWeights').data as Float32Array) : undefined;
  const data = tensorDataset(inputs, tensorOf('labels'), { sampleWeight: weights });
  const { batchSize } = about;

  const open = (of: string, engine: keyof typeof engines): Promise<Model> =>
    modelFromBytes(read(of), of, { engine: { session: engines[engine] } });
  const losses = async (model: Model): Promise<number[]> => {
    const found: number[] = [];
    let samples = 0;
    let total = 0;
    const options = { batchSize, shuffle: false, classWeight: about.classWeight ?? undefined };
    for await (const event of model.train(data, options)) {
      if (event.type !== 'batchEnd') continue;
      const sum = event.logs.loss! * event.samples;
      found.push((sum - total) / (event.samples - samples));
      [samples, total] = [event.samples, sum];
    }
    return found;
  };
  const expectLosses = (found: readonly number[], wanted: readonly number[]): void => {
    expect(found).toHaveLength(wanted.length);
    for (const [k, loss] of wanted.entries())
      expect(Math.abs(found[k]! - loss) / Math.abs(loss)).toBeLessThan(1e-4);
  };

  test('variables and parameters', async () => {
    const model = await open(`${name}.keras`, 'interpreter');
    const own = innermostLayers(model.layers).flatMap((layer) =>
      layer.weights.filter((weight) => !weight.internal).map((weight) => `${layer.name}/${weight.name}`),
    );
    expect(own).toEqual(about.variables);
    expect(model.costs()).toMatchObject({
      parameters: about.parameters.total,
      trainable: about.parameters.trainable,
    });
  });

  test.each(Object.keys(engines) as (keyof typeof engines)[])('predictions on %s', async (engine) => {
    const model = await open(`${name}.keras`, engine);
    const prediction = await model.predict(inputs.length === 1 ? inputs[0]! : inputs, { batchSize });
    const wanted = tensorOf('before/prediction');
    expect(prediction.shape).toEqual(wanted.shape);
    const scale = Math.max(1, ...wanted.data.map(Math.abs));
    expect(largestDifference(prediction.data, wanted.data) / scale).toBeLessThan(1e-5);
    model.dispose();
  });

  test.each(
    (about.runs as Run[]).map((run) => [run.name, run] as const),
  )('three steps of %s', async (label, run) => {
    const model = await open(`${name}.keras`, 'WebAssembly');
    const config = { optimizer: run.optimizer, loss: about.loss, metrics: about.metrics };
    const compiled = compileFromConfig(config, model.network, name)!;
    const { optimizer, objectives } = compiled;
    model.compile({ optimizer, loss: objectives[0]!.loss, metrics: objectives[0]!.metrics });
    expectLosses(await losses(model), run.losses);
    const prediction = await model.predict(inputs.length === 1 ? inputs[0]! : inputs, { batchSize });
    expect(largestDifference(prediction.data, tensorOf(`${label}/prediction`).data)).toBeLessThan(1e-3);
    const judged = await model.evaluate(data);
    for (const [key, value] of Object.entries(run.evaluate)) {
      expect(Math.abs(judged[key]! - value)).toBeLessThan(1e-3 * Math.max(1, Math.abs(value)));
    }
    // Moving statistics after every run, and all weights after SGD: Adam makes noise of gradients that are zero.
    for (const weight of innermostLayers(model.layers).flatMap((layer) => layer.weights)) {
      const keys = ['moving', ...(label === 'sgd' ? ['weights'] : [])].map(
        (kind) => `${label}/${kind}/${weight.layer.name}/${weight.name}`,
      );
      for (const key of keys.filter((key) => file.tensors.has(key))) {
        const [values] = await model.trainer.store.read([weight.variable]);
        expect(largestDifference(values!, tensorOf(key).data)).toBeLessThan(1e-4);
      }
    }
    model.dispose();
  });

  const saved = (about.runs as Run[]).filter((run) => run.saved !== undefined);
  test.each(saved.map((run) => [run.saved!, run] as const))('goes on from %s', async (path, run) => {
    expect(existsSync(join(folder, path))).toBe(true);
    const model = await open(path, 'WebAssembly');
    expect(model.trainingState.step).toBe(3);
    expectLosses(await losses(model), run.resumedLosses!);
    const prediction = await model.predict(inputs.length === 1 ? inputs[0]! : inputs, { batchSize });
    expect(largestDifference(prediction.data, tensorOf('adam/resumedPrediction').data)).toBeLessThan(1e-3);
    model.dispose();
  });
});
