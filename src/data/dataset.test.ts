import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataError, InvalidArgumentError } from '../errors/index.ts';
import { type Batch, type BatchOptions, type Dataset, isIndexed, makeBatchArrays } from './dataset.ts';
import type { Field } from './field.ts';
import { type GeneratedBatch, type GeneratorDatasetOptions, generatorDataset } from './generator-dataset.ts';
import { sampleOrder } from './order.ts';
import { tensorDataset, validationSplit } from './tensor-dataset.ts';

async function all(dataset: Dataset, options: BatchOptions): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of dataset.batches(options)) batches.push(batch);
  return batches;
}

const images = { shape: [5, 2], data: Uint8Array.of(0, 1, 10, 11, 20, 21, 30, 31, 40, 41) };
const labels = Int32Array.of(0, 1, 2, 3, 4);

describe('order', () => {
  const order = (samples: number, seed: number, epoch: number): number[] => [
    ...sampleOrder(samples, { shuffle: true, seed, epoch }),
  ];

  test('is a permutation, and the same one again', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.maxSafeNat(), fc.nat(1000), (samples, seed, epoch) => {
        const once = order(samples, seed, epoch);
        expect(once.toSorted((a, b) => a - b)).toEqual(Array.from({ length: samples }, (_, i) => i));
        expect(order(samples, seed, epoch)).toEqual(once);
      }),
    );
  });

  test('differs by seed, either half of it, and by epoch', () => {
    const orders = [
      order(50, 1, 0),
      order(50, 2, 0),
      order(50, 1 + 2 ** 40, 0),
      order(50, 2 ** 52, 0),
      order(50, 1, 1),
    ];
    expect(new Set(orders.map(String)).size).toBe(orders.length);
  });

  test('is frozen', () => {
    expect(order(10, 7, 3)).toEqual([5, 3, 8, 2, 1, 0, 4, 7, 9, 6]);
    expect([...sampleOrder(4, { shuffle: false, seed: 7, epoch: 3 })]).toEqual([0, 1, 2, 3]);
  });

  test('every place of every item comes up about as often (chi-square, 49 degrees of freedom at most)', () => {
    const counts = new Float64Array(64);
    const runs = 8000;
    for (let epoch = 0; epoch < runs; epoch++) {
      for (const [k, item] of order(8, 5, epoch).entries()) counts[item * 8 + k]!++;
    }
    const mean = runs / 8;
    const chiSquare = counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
    expect(chiSquare).toBeLessThan(85.4); // the 0.1 % point of 49 degrees of freedom
  });
});

describe('tensors', () => {
  const dataset = tensorDataset(images, labels, { sampleWeight: [1, 2, 3, 4, 5] });

  test('fields leave the samples out', () => {
    expect(dataset.inputs[0]).toMatchObject({ dtype: 'u8', shape: [2] });
    expect(dataset.targets[0]).toMatchObject({ dtype: 'i32', shape: [] });
    expect(dataset).toMatchObject({ size: 5, weighted: true });
    expect(isIndexed(dataset)).toBe(true);
    expect(dataset.batchesPerEpoch(2)).toBe(3);
  });

  test('batches in order, the last one short', async () => {
    const batches = await all(dataset, { batchSize: 2 });
    expect(batches.map((batch) => batch.size)).toEqual([2, 2, 1]);
    expect(batches[1]!.inputs[0]).toEqual(Uint8Array.of(20, 21, 30, 31));
    expect(batches[2]!.targets[0]).toEqual(Int32Array.of(4));
    expect(batches[2]!.sampleWeights).toEqual(Float32Array.of(5));
  });

  test('shuffled batches follow the order, and an epoch can begin in its middle', async () => {
    const options = { batchSize: 2, shuffle: true, seed: 9, epoch: 4 };
    const batches = await all(dataset, options);
    const order = sampleOrder(5, options);
    const seen = batches.flatMap((batch) => [...batch.targets[0]!]);
    expect(seen).toEqual([...order]);
    expect(await all(dataset, { ...options, start: 1 })).toEqual(batches.slice(1));
    expect(await all(dataset, { ...options, start: 3 })).toEqual([]);
  });

  test('gather copies into arrays that are longer, wider or views, and leaves the rest alone', () => {
    const memory = new Float32Array(10).fill(-1);
    const into = {
      inputs: [memory.subarray(2)],
      targets: [new Float32Array(3)],
      sampleWeights: new Float32Array(3),
    };
    dataset.gather(Int32Array.of(3, 4, 0), into);
    expect([...memory]).toEqual([-1, -1, 30, 31, 40, 41, 0, 1, -1, -1]);
    expect([...into.targets[0]!]).toEqual([3, 4, 0]);
    expect([...into.sampleWeights]).toEqual([4, 5, 1]);
  });

  test('gather refuses indices outside and arrays that do not fit', () => {
    const good = makeBatchArrays(dataset, 1);
    for (const index of [-1, 5])
      expect(() => dataset.gather(Int32Array.of(index), good)).toThrow('samples from 0 to 4');
    const bad = [
      { ...good, inputs: [] },
      { ...good, inputs: [new Uint8Array(1)] },
      { ...good, targets: [new Uint8Array(1)] },
      { ...good, sampleWeights: undefined },
    ];
    for (const into of bad)
      expect(() => dataset.gather(Int32Array.of(0), into)).toThrow(InvalidArgumentError);
  });

  test('several inputs by position and by name', () => {
    const other = { shape: [5, 1], data: new Float32Array(5) };
    expect(tensorDataset([images, other]).inputs.map((field) => field.shape)).toEqual([[2], [1]]);
    const named = tensorDataset({ left: images, right: other }, { a: labels });
    expect(named.inputs.map((field) => field.name)).toEqual(['left', 'right']);
    expect(named.targets[0]!.name).toBe('a');
    expect(tensorDataset(images).targets).toEqual([]);
  });

  test('bad arguments', () => {
    const bad: [unknown, unknown, object | undefined, string][] = [
      [undefined, undefined, undefined, 'value for x'],
      [[], undefined, undefined, 'value for x'],
      ['abc', undefined, undefined, 'value for x'],
      [new Float64Array(3), undefined, undefined, 'float32, int32 or uint8'],
      [
        { shape: [2, 3], data: new Uint8Array(5) },
        undefined,
        undefined,
        'a shape [samples, …] of 5 elements',
      ],
      [{ shape: [], data: new Uint8Array(1) }, undefined, undefined, 'a shape'],
      [{ shape: [-1, -5], data: new Uint8Array(5) }, undefined, undefined, 'a shape'],
      [images, new Uint8Array(4), undefined, '5 samples, as x has'],
      [{ a: images, b: new Uint8Array(4) }, undefined, undefined, 'x.b'],
      [images, labels, { sampleWeight: [1] }, '5 weights'],
      [images, labels, { sampleWeights: [1] }, 'Did you mean "sampleWeight"'],
    ];
    for (const [x, y, options, message] of bad) {
      expect(() => tensorDataset(x as never, y as never, options)).toThrow(InvalidArgumentError);
      expect(() => tensorDataset(x as never, y as never, options)).toThrow(message);
    }
    expect(() => tensorDataset(images, labels, { sampleWeight: [1, 1, -1, 1, 1] })).toThrow(DataError);
  });

  test('bad batch options', async () => {
    for (const options of [
      { batchSize: 0 },
      { batchSize: 1.5 },
      { batchSize: 1, epoch: -1 },
      { batchSize: 1, start: -1 },
      { batchSize: 1, seed: 0.5 },
      { batchSize: 1, seed: -1 },
      { batchSize: 1, shuffle: 1 as never },
    ])
      await expect(all(dataset, options)).rejects.toThrow(InvalidArgumentError);
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(all(dataset, { batchSize: 1, signal })).rejects.toThrow('stopped');
  });

  test('the validation split takes the last samples, as Keras does', () => {
    const { train, validation } = validationSplit(dataset, 0.3);
    expect([train.size, validation.size]).toEqual([3, 2]);
    expect(validation.inputs[0]!.data).toEqual(Uint8Array.of(30, 31, 40, 41));
    expect(validation.sampleWeights).toEqual(Float32Array.of(4, 5));
    for (const fraction of [0, 1, -0.1, 0.9, Number.NaN])
      expect(() => validationSplit(dataset, fraction)).toThrow(InvalidArgumentError);
    expect(() => dataset.slice(2, 6)).toThrow(InvalidArgumentError);
  });
});

describe('generators', () => {
  const inputs: Field[] = [{ name: 'x', dtype: 'f32', shape: [2] }];
  const targets: Field[] = [{ name: 'y', dtype: 'i32', shape: [] }];
  const batch = (k: number): GeneratedBatch => ({ inputs: Float32Array.of(k, k), targets: Int32Array.of(k) });
  const dataset = (generate: GeneratorDatasetOptions['generate'], options = {}): Dataset =>
    generatorDataset({ inputs, targets, batchSize: 2, generate, ...options });

  function* counting(epoch: number): Generator<GeneratedBatch> {
    for (let k = 0; k < 3; k++) yield batch(10 * epoch + k);
  }

  test('gives an epoch, also from its middle', async () => {
    const ys = async (options: Partial<BatchOptions>): Promise<number[]> =>
      (await all(dataset(counting), { batchSize: 2, ...options })).map(({ targets: [y] }) => y![0]!);
    expect(await ys({})).toEqual([0, 1, 2]);
    expect(await ys({ epoch: 2, start: 1 })).toEqual([21, 22]);
    expect(await ys({ start: 5 })).toEqual([]);
    expect(isIndexed(dataset(counting))).toBe(false);
  });

  test('an endless generator is stopped and finished after batchesPerEpoch', async () => {
    let finished = 0;
    async function* endless(): AsyncGenerator<GeneratedBatch> {
      try {
        for (let k = 0; ; k++) yield batch(k);
      } finally {
        finished++;
      }
    }
    const endlessData = dataset(endless, { batchesPerEpoch: 4 });
    expect(endlessData.batchesPerEpoch(2)).toBe(4);
    expect(await all(endlessData, { batchSize: 2 })).toHaveLength(4);
    expect(finished).toBe(1);
    await expect(all(dataset(counting, { batchesPerEpoch: 4 }), { batchSize: 2 })).rejects.toThrow(
      'after 3 batches',
    );
  });

  test('values by name, and sample weights', async () => {
    const generate = (): GeneratedBatch[] => [
      {
        inputs: { x: new Float32Array(4) },
        targets: { y: new Int32Array(2) },
        sampleWeights: new Float32Array(2),
      },
    ];
    const [only] = await all(dataset(generate, { weighted: true }), { batchSize: 2 });
    expect(only).toMatchObject({ size: 2, sampleWeights: new Float32Array(2) });
  });

  test.each<[string, unknown]>([
    ['inputs are missing', {}],
    ['no object', null],
    ['inputs[0] is not f32', { inputs: new Uint8Array(2), targets: new Int32Array(1) }],
    ['not 1 to 2 samples', { inputs: new Float32Array(6), targets: new Int32Array(3) }],
    ['not 1 to 2 samples', { inputs: new Float32Array(3), targets: new Int32Array(1) }],
    ['not 1 to 2 samples', { inputs: new Float32Array(0), targets: new Int32Array(0) }],
    ['targets[0] has 2 elements', { inputs: new Float32Array(2), targets: new Int32Array(2) }],
    ['it has 0 targets', { inputs: new Float32Array(2) }],
    ['inputs.x is missing', { inputs: { z: new Float32Array(2) }, targets: new Int32Array(1) }],
    [
      'it has 2 inputs',
      { inputs: { x: new Float32Array(2), z: new Float32Array(2) }, targets: new Int32Array(1) },
    ],
    ['no typed array', { inputs: [[1, 2]], targets: new Int32Array(1) }],
    ['not declared', { ...batch(0), sampleWeights: new Float32Array(1) }],
  ])('a bad batch: %s', async (message, bad) => {
    const run = all(
      dataset(() => [batch(0), bad as GeneratedBatch]),
      { batchSize: 2 },
    );
    await expect(run).rejects.toThrow(DataError);
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toThrow('batch 1 of epoch 0');
  });

  test('what it cannot follow is refused', async () => {
    await expect(all(dataset(counting), { batchSize: 3 })).rejects.toThrow('batchSize');
    await expect(all(dataset(counting), { batchSize: 2, shuffle: true })).rejects.toThrow('shuffle');
    expect(() => dataset(counting, { batchSize: 0 })).toThrow(InvalidArgumentError);
    expect(() => dataset(counting, { inputs: [] })).toThrow(InvalidArgumentError);
    expect(() => dataset(undefined as never)).toThrow(InvalidArgumentError);
    expect(() => dataset(counting, { shuffle: true })).toThrow('Unknown option "shuffle"');
  });
});
