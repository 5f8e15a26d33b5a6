import { describe, expect, test } from 'vitest';
import * as layers from '../../nn/layers/index.ts';
import type { Layer } from '../../nn/layers/layer.ts';
import { BatchPool } from '../batch-pool.ts';
import type { Batch, BatchOptions, Dataset } from '../dataset.ts';
import { generatorDataset } from '../generator-dataset.ts';
import { type TensorDataset, tensorDataset } from '../tensor-dataset.ts';
import { augment } from './augment.ts';

const SAMPLES = 23;
const shape = [8, 9, 1] as const;
const elements = 72;

/** A source of numbers in [0, 1) for the data of tests. */
function source(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function bytes(seed = 7): TensorDataset {
  const next = source(seed);
  const data = Uint8Array.from({ length: SAMPLES * elements }, () => Math.floor(256 * next()));
  const labels = Uint8Array.from({ length: SAMPLES }, (_, i) => i % 10);
  return tensorDataset({ data, shape: [SAMPLES, ...shape] }, labels);
}

function floats(classes = 3): TensorDataset {
  const next = source(11);
  const data = Float32Array.from({ length: SAMPLES * elements }, next);
  const y = Float32Array.from({ length: SAMPLES * classes }, (_, i) =>
    i % classes === Math.floor(i / classes) % classes ? 1 : 0,
  );
  return tensorDataset({ data, shape: [SAMPLES, ...shape] }, { data: y, shape: [SAMPLES, classes] });
}

const fillMode = 'constant';
const everything = (): Layer[] => [
  layers.randomRotation({ factor: 0.1, fillMode }),
  layers.randomZoom({ heightFactor: 0.2, widthFactor: 0.1, fillMode }),
  layers.randomTranslation({ heightFactor: 0.2, widthFactor: [0, 0.3], fillMode }),
  layers.randomFlip({ mode: 'horizontal' }),
  layers.randomContrast({ factor: 0.3 }),
  layers.randomErasing(),
];

async function collected(dataset: Dataset, options: BatchOptions): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of dataset.batches(options)) batches.push(batch);
  return batches;
}

const images = (batches: readonly Batch[]): number[] => batches.flatMap(({ inputs }) => [...inputs[0]!]);

describe('an image becomes the same', () => {
  test.each([
    ['bytes', bytes],
    ['floats', floats],
  ])('in the middle of an epoch as from its beginning: %s', async (_, make) => {
    const dataset = augment(make(), everything(), { seed: 3 });
    const options = { batchSize: 4, shuffle: true, seed: 5, epoch: 2 };
    const whole = await collected(dataset, options);
    const rest = await collected(dataset, { ...options, start: 3 });
    expect(images(rest)).toEqual(images(whole.slice(3)));
  });

  test('in batches of any size, and in borrowed arrays', async () => {
    const dataset = augment(bytes(), everything(), { seed: 3 });
    const one = images(await collected(dataset, { batchSize: 1, epoch: 1 }));
    expect(images(await collected(dataset, { batchSize: 7, epoch: 1 }))).toEqual(one);
    const pool = new BatchPool(dataset, 5);
    const borrowed: number[] = [];
    for await (const batch of dataset.batches({ batchSize: 5, epoch: 1, lender: pool })) {
      borrowed.push(...batch.inputs[0]!);
      pool.giveBack(batch);
    }
    expect(borrowed).toEqual(one);
  });

  test('for the seed with which batches are asked for, where none was given', async () => {
    const given = augment(bytes(), everything(), { seed: 9 });
    const asked = augment(bytes(), everything());
    const order = { batchSize: 8, shuffle: false } as const;
    const wanted = images(await collected(given, order));
    expect(images(await collected(asked, { ...order, seed: 9 }))).toEqual(wanted);
    expect(images(await collected(asked, { ...order, seed: 10 }))).not.toEqual(wanted);
  });

  test('and another one in the next epoch and at another place', async () => {
    const same = tensorDataset({
      data: new Uint8Array(2 * elements).fill(1).map((_, i) => i % elements),
      shape: [2, ...shape],
    });
    const dataset = augment(same, [layers.randomRotation({ factor: 0.2 })]);
    const [first] = await collected(dataset, { batchSize: 2, epoch: 0 });
    const [second] = await collected(dataset, { batchSize: 2, epoch: 1 });
    const [values, later] = [[...first!.inputs[0]!], [...second!.inputs[0]!]];
    expect(values.slice(0, elements)).not.toEqual(values.slice(elements));
    expect(values).not.toEqual(later);
  });

  test('pinned, so that no change of an engine or of this code goes unseen', async () => {
    const dataset = augment(bytes(), everything(), { seed: 3 });
    let sum = 0;
    for (const value of images(await collected(dataset, { batchSize: 8, epoch: 4 })))
      sum = (Math.imul(sum, 31) + value) | 0;
    expect(sum).toMatchInlineSnapshot(`-1213281402`);
  });
});

describe('what augmentation leaves alone', () => {
  test('the data, the labels and the order', async () => {
    const dataset = bytes();
    const before = dataset.inputs[0]!.data.slice();
    const options = { batchSize: 4, shuffle: true, seed: 5, epoch: 2 };
    const augmented = await collected(augment(dataset, everything()), options);
    expect(dataset.inputs[0]!.data).toEqual(before);
    const plain = await collected(dataset, options);
    expect(augmented.map(({ targets }) => [...targets[0]!])).toEqual(
      plain.map(({ targets }) => [...targets[0]!]),
    );
  });

  test('batches of a generator, which may be its own', async () => {
    const own = Uint8Array.from({ length: 2 * elements }, (_, i) => i);
    const dataset = generatorDataset({
      inputs: [{ dtype: 'u8', shape }],
      batchSize: 2,
      generate: () => [{ inputs: own }],
    });
    const [batch] = await collected(augment(dataset, [layers.randomContrast({ factor: 0.5 })]), {
      batchSize: 2,
    });
    expect(batch!.inputs[0]).not.toEqual(own);
    expect([...own]).toEqual(Array.from({ length: 2 * elements }, (_, i) => i));
  });

  test('with no layers everything', async () => {
    const dataset = floats();
    const options = { batchSize: 6 };
    expect(images(await collected(augment(dataset, []), options))).toEqual(
      images(await collected(dataset, options)),
    );
  });

  test('fields, sizes, and that data which can be shuffled is shuffled', () => {
    const dataset = bytes();
    const augmented = augment(dataset, everything());
    const { inputs, targets, size, weighted, batchSize } = augmented;
    expect({ inputs, targets, size, weighted, batchSize }).toEqual({
      inputs: dataset.inputs,
      targets: dataset.targets,
      size: SAMPLES,
      weighted: false,
      batchSize: undefined,
    });
    expect(augmented.batchesPerEpoch(8)).toBe(3);
    expect(augmented.shufflesByDefault).toBe(true);
    const ordered = Object.assign(bytes(), { shufflesByDefault: false });
    expect(augment(ordered, everything()).shufflesByDefault).toBe(false);
  });
});

describe('mixUp', () => {
  test('mixes images and labels with the same weights', async () => {
    const dataset = floats();
    const [batch] = await collected(augment(dataset, [layers.mixUp({ alpha: 1 })]), { batchSize: SAMPLES });
    const [x, y] = [batch!.inputs[0]!, batch!.targets[0]!];
    const plain = dataset.inputs[0]!.data;
    let mixed = 0;
    for (let i = 0; i < SAMPLES; i++) {
      const labels = [...y.subarray(3 * i, 3 * i + 3)];
      expect(labels[0]! + labels[1]! + labels[2]!).toBeCloseTo(1, 6);
      const own = labels[i % 3]!;
      if (own > 0.999 || own < 0.001) continue;
      // The partner is the sample that explains the first pixel; it explains all others too.
      const partner = Array.from({ length: SAMPLES }, (_, j) => j).find((j) => {
        const expected = own * plain[i * elements]! + (1 - own) * plain[j * elements]!;
        return Math.abs(expected - x[i * elements]!) < 1e-5;
      })!;
      expect(partner).toBeDefined();
      for (let k = 0; k < elements; k++) {
        const expected = own * plain[i * elements + k]! + (1 - own) * plain[partner * elements + k]!;
        expect(x[i * elements + k]).toBeCloseTo(expected, 4);
      }
      mixed++;
    }
    expect(mixed).toBeGreaterThan(SAMPLES / 4);
  });

  test('needs one-hot labels', () => {
    expect(() => augment(bytes(), [layers.mixUp()])).toThrow(
      'Expected one-hot labels (float32 [classes]) with mixUp. Received: ["u8 []"]',
    );
  });
});

describe('what cannot work is refused', () => {
  test('layers of other kinds, unknown options, data without images', () => {
    expect(() => augment(bytes(), [layers.flatten()])).toThrow('Expected an array of augmentation layers');
    expect(() => augment(bytes(), everything(), { sed: 3 } as object)).toThrow('Did you mean "seed"?');
    expect(() => augment(bytes(), everything(), { input: 1 })).toThrow('input in augment');
    const sounds = tensorDataset({ data: new Float32Array(12), shape: [3, 4] });
    expect(() => augment(sounds, everything())).toThrow('images of shape [height, width, channels]');
  });

  test.each([
    [() => layers.randomRotation({ factor: 2 }), 'factor in layer "random_rotation"'],
    [() => layers.randomTranslation({ heightFactor: [0, 3], widthFactor: 0 }), 'heightFactor'],
    [() => layers.randomZoom({ heightFactor: -1 }), 'Expected a number above -1 and up to 1, or two of them'],
    [() => layers.randomRotation({ factor: 0.1, fillMode: 'zeros' as 'wrap' }), 'fillMode'],
    [() => layers.randomContrast({ factor: -0.1 }), 'Expected a number from 0 to 1'],
    [() => layers.randomErasing({ valueRange: [1, 0] }), 'the lowest and the highest value'],
    [() => layers.mixUp({ alpha: 0 }), 'alpha'],
    [() => layers.randomFlip({ mod: 'vertical' } as object), 'Did you mean "mode"?'],
  ])('%s', (make, sentence) => {
    expect(make).toThrow(sentence);
  });
});
