import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSession } from '../engine/create-session.ts';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import { compileFromConfig } from '../formats/keras-compile-reader.ts';
import { decodeSafetensors } from '../formats/safetensors.ts';
import { Tensor } from '../tensor/tensor.ts';
import { modelFromBytes } from './load-model.ts';
import type { Model } from './model.ts';

const folder = join(import.meta.dirname, '../../fixtures');
const read = (file: string): Uint8Array => new Uint8Array(readFileSync(join(folder, file)));
const { batchSize, cases } = JSON.parse(new TextDecoder().decode(read('optimizers.json'))) as {
  readonly batchSize: number;
  readonly cases: readonly Case[];
};
const { tensors } = decodeSafetensors(read('optimizers.safetensors'), 'optimizers.safetensors');

interface Case {
  readonly name: string;
  readonly optimizer: { readonly config: object };
  readonly excludeFromWeightDecay?: readonly string[];
  readonly losses: readonly number[];
  readonly resumedLosses?: readonly number[];
  readonly stateCount: number;
}

const valuesOf = (key: string): Float32Array => tensors.get(key)!.data as Float32Array;
const tensorOf = (key: string): Tensor => new Tensor(valuesOf(key), tensors.get(key)!.shape);
const [x, y] = [tensorOf('x'), tensorOf('y')];

const engines = {
  interpreter: createInterpreterSession,
  'one thread': () => createSession({ threads: 1 }),
  'three threads': () => createSession({ threads: 3 }),
};
type Engine = keyof typeof engines;

const open = (bytes: Uint8Array, engine: Engine = 'interpreter'): Promise<Model> =>
  modelFromBytes(bytes, 'model.keras', { engine: { session: engines[engine] } });

/** The config of Keras, and what it leaves out. */
const completed = ({ optimizer, excludeFromWeightDecay: excluded }: Case): object => ({
  ...optimizer,
  config: { ...optimizer.config, ...(excluded && { exclude_from_weight_decay: excluded }) },
});

async function compiled(own: Case, engine: Engine): Promise<Model> {
  const model = await open(read('optimizers/initial.keras'), engine);
  const { optimizer } = compileFromConfig(
    { optimizer: completed(own), loss: 'mean_squared_error' },
    model.network,
    own.name,
  )!;
  model.compile({ optimizer, loss: 'mse' });
  return model;
}

async function train(model: Model): Promise<number[]> {
  const found: number[] = [];
  let total = 0;
  for await (const event of model.train(x, y, { batchSize, shuffle: false })) {
    if (event.type !== 'batchEnd') continue;
    const sum = event.logs.loss! * event.samples;
    found.push((sum - total) / batchSize);
    total = sum;
  }
  return found;
}

/** Values of the slots in the order of a file, then what follows from the steps. */
async function stateOf(model: Model): Promise<ArrayLike<number>[]> {
  const own = model.trainer.compilation!.optimizer;
  const order = own.optimizer.slotGroups!.flatMap((group) =>
    own.weights.flatMap((weight) => group.map((slot) => own.slotsOf(weight)[slot]!)),
  );
  const slots = order.length === 0 ? [] : await model.trainer.store.read(order);
  return [...slots, ...own.optimizer.storedScalarsAt!(3).map((value) => [value])];
}

function near(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  for (let k = 0; k < wanted.length; k++) {
    const error = Math.abs(found[k]! - wanted[k]!);
    expect(error).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(wanted[k]!)));
  }
}

describe.each(cases)('$name', (own) => {
  test('three steps end where those of Keras end', async () => {
    const model = await compiled(own, 'one thread');
    near(await train(model), own.losses, 1e-5);
    const weights = await model.getWeights();
    for (const [k, { data }] of weights.entries()) near(data, valuesOf(`${own.name}/weights/${k}`), 1e-5);
    const state = await stateOf(model);
    expect(state).toHaveLength(own.stateCount);
    for (const [k, values] of state.entries()) near(values, valuesOf(`${own.name}/state/${k}`), 1e-5);
    model.dispose();
  });

  test('threads and the interpreter give the same bits', async () => {
    const files: Uint8Array[] = [];
    for (const engine of Object.keys(engines) as Engine[]) {
      const model = await compiled(own, engine);
      await train(model);
      files.push(await model.toBytes('safetensors'));
      model.dispose();
    }
    expect(files[1]).toEqual(files[0]);
    expect(files[2]).toEqual(files[0]);
  });

  test.each([
    'keras',
    'safetensors',
  ] as const)('goes on from a .%s file with the same bits', async (format) => {
    const model = await compiled(own, 'interpreter');
    await train(model);
    if (format === 'keras' && own.excludeFromWeightDecay) {
      await expect(model.toBytes(format)).rejects.toThrow('Saving excludeFromWeightDecay');
      return;
    }
    const again = await open(await model.toBytes(format));
    expect(again.trainingState.step).toBe(3);
    const options = { batchSize, shuffle: false, epochs: 2, initialEpoch: 1, verbose: 0 } as const;
    await model.fit(x, y, options);
    await again.fit(x, y, options);
    expect(await again.getWeights()).toEqual(await model.getWeights());
    expect(await stateOf(again)).toEqual(await stateOf(model));
  });

  test.runIf(own.resumedLosses)("goes on from Keras's file", async () => {
    const model = await open(read(`optimizers/${own.name}.keras`), 'one thread');
    expect(model.trainingState.step).toBe(3);
    near(await train(model), own.resumedLosses!, 1e-5);
    model.dispose();
  });
});
