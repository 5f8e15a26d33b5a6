import { expect, test } from 'vitest';
import { input, layers, loadModel, model, sequential, tensor } from '../index.ts';

const engine = { threads: 1 };
const words = () => {
  const ids = input({ shape: [3], name: 'ids', dtype: 'int32' });
  const found = layers.embedding({ inputDim: 9, outputDim: 2 }).apply(ids);
  return model({ inputs: ids, outputs: layers.globalAveragePooling1d().apply(found), engine });
};

test('an input of whole numbers takes them in any array, and refuses others', async () => {
  const own = words();
  const ids = [1, 2, 3, 8, 0, 4];
  const found = (await own.predict(Int32Array.from(ids))).data;
  for (const values of [Float32Array.from(ids), Uint8Array.from(ids)])
    expect((await own.predict(values)).data).toEqual(found);
  await expect(own.predict(Float32Array.of(1, 2.5, 3))).rejects.toThrow(
    'the value at index 1 is 2.5, where an input of dtype int32 takes integers from -2147483648 to 2147483647',
  );
  const bytes = sequential([
    layers.inputLayer({ shape: [2], dtype: 'uint8' }),
    layers.rescaling({ scale: 1 / 255 }),
  ]);
  await expect(bytes.predict(Int32Array.of(3, 256))).rejects.toThrow('integers from 0 to 255');
  expect((await bytes.predict(tensor([[255, 0]]))).toArray()).toEqual([[1, 0]]);
});

test.each(['keras', 'safetensors'] as const)('%s files and clones keep it', async (format) => {
  const again = await loadModel(await words().toBytes(format), { engine });
  for (const own of [again, again.clone()]) expect(own.inputs[0]!.layer.options.dtype).toBe('int32');
});

test('other types are refused', () => {
  // @ts-expect-error: everything is computed in float32
  expect(() => input({ shape: [3], dtype: 'float64' })).toThrow(
    'Expected one of "float32", "int32", "uint8"',
  );
});
