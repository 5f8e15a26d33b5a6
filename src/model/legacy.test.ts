import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../errors/index.ts';
import { readHdf5, writeHdf5 } from '../formats/hdf5.ts';
import { decodeSafetensors } from '../formats/safetensors.ts';
import { Tensor } from '../tensor/tensor.ts';
import { loadModel } from './node-model.ts';

const folder = new URL('../../fixtures/legacy/', import.meta.url);
const read = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, folder)));
const batchSize = 8;

describe.each(['keras2', 'keras3'])('whole models of %s as HDF5', (kind) => {
  const { tensors } = decodeSafetensors(read(`${kind}.safetensors`), kind);
  const at = (key: string): Tensor => {
    const { data, shape } = tensors.get(key)!;
    return new Tensor(data as Float32Array, shape);
  };
  const near = (found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number): void => {
    expect(found.length).toBe(wanted.length);
    for (let k = 0; k < wanted.length; k++)
      expect(Math.abs(found[k]! - wanted[k]!)).toBeLessThan(tolerance * Math.max(1, Math.abs(wanted[k]!)));
  };

  test.each(['sequential', 'functional', 'momentum'])('%s predicts what Keras predicts', async (name) => {
    const model = await loadModel(read(`${kind}-${name}.h5`));
    const prediction = await model.predict(at(`${name}/input`));
    near(prediction.data, at(`${name}/prediction`).data, 1e-5);
    model.dispose();
  });

  test.each(['functional', 'momentum'])('%s goes on training as in Keras', async (name) => {
    const model = await loadModel(read(`${kind}-${name}.h5`));
    expect(model.trainingState.step).toBe(3);
    const wanted = at(`${name}/losses`).data;
    const losses: number[] = [];
    let total = 0;
    const data = [at(`${name}/input`), at(`${name}/labels`)] as const;
    for await (const event of model.train(...data, { batchSize, shuffle: false })) {
      if (event.type !== 'batchEnd') continue;
      const sum = event.logs.loss! * event.samples;
      losses.push((sum - total) / batchSize);
      total = sum;
    }
    near(losses, wanted, 1e-4);
    // Adam divides small gradients by their own size, so that roundings grow.
    near((await model.predict(at(`${name}/input`))).data, at(`${name}/trained`).data, 5e-4);
    model.dispose();
  });

  test('a model that was not compiled is not', async () => {
    const model = await loadModel(read(`${kind}-sequential.h5`));
    expect(model.compileOptions).toBeUndefined();
    model.dispose();
  });
});

describe('legacy files that are refused', () => {
  /** The file with other attributes of its root, or other arrays. */
  const changed = async (
    edit: (root: Map<string, unknown>, arrays: Map<string, unknown>) => void,
  ): Promise<Uint8Array> => {
    const content = await readHdf5(read('keras3-functional.h5'), 'a.h5');
    const root = new Map(content.attributes.get(''));
    const arrays = new Map(content.arrays);
    edit(root, arrays);
    return writeHdf5({ ...content, arrays, attributes: new Map([...content.attributes, ['', root]]) });
  };

  test.each<[string, Parameters<typeof changed>[0]]>([
    ['no attribute model_config. Expected a whole model', (root) => root.delete('model_config')],
    ['attribute model_config: it is not valid JSON', (root) => root.set('model_config', '{')],
    [
      'class "Lambda"',
      (root) => root.set('model_config', String(root.get('model_config')).replace('"Conv2D"', '"Lambda"')),
    ],
    ['no kernel of layer "first"', (_, arrays) => arrays.delete('model_weights/first/first/kernel')],
    [
      'number of steps',
      (_, arrays) =>
        arrays.set('optimizer_weights/adam/iteration', {
          dtype: 'i64',
          shape: [],
          data: BigInt64Array.of(-1n),
        }),
    ],
  ])('%s', async (message, edit) => {
    const failed = loadModel(await changed(edit));
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow(message);
  });
});
