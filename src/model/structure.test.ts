import { afterAll, describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../engine/interpreter-session.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import { type Tensor, tensor } from '../tensor/tensor.ts';
import { modelFromBytes } from './load-model.ts';
import { type Model, model, sequential } from './model.ts';

const open: Model[] = [];
const engine = { session: createInterpreterSession };
const kept = <M extends Model>(own: M): M => {
  open.push(own);
  return own;
};
afterAll(() => {
  for (const own of open) own.dispose();
});

const x = tensor(
  Array.from({ length: 4 * 6 }, (_, k) => Math.sin(3 * k + 1)),
  [4, 3, 2],
);
const y = tensor([0.5, -1, 2, 0], [4, 1]);
const values = (weights: readonly Tensor[]): number[][] => weights.map((w) => Array.from(w.data));

const backbone = (name?: string): Model =>
  kept(
    sequential(
      [
        layers.conv1d({ filters: 3, kernelSize: 2, name: 'stem' }),
        layers.batchNormalization({ name: 'norm' }),
        layers.dropout({ rate: 0.5 }),
        layers.globalAveragePooling1d(),
      ],
      { inputShape: [3, 2], name, engine },
    ),
  );

function compiled(own: Model): Model {
  own.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return own;
}
function taught(own: Model): Promise<unknown> {
  const model = compiled(own);
  return model.fit(x, y, { epochs: 2, batchSize: 2, shuffle: false, verbose: 0 });
}

describe('frozen layers', () => {
  test('keep weights and statistics, and count as not trainable', async () => {
    const own = kept(
      sequential([backbone('base'), layers.dense({ units: 1, name: 'head' })], {
        inputShape: [3, 2],
        engine,
      }),
    );
    own.getLayer('base').trainable = false;
    const before = values(await own.getWeights());
    await taught(own);
    const after = values(await own.getWeights());
    const changed = own.network.layers
      .flatMap((layer) => layer.weights.filter((w) => !w.internal).map((w) => `${w.layer.name}/${w.name}`))
      .filter((_, k) => String(before[k]) !== String(after[k]));
    expect(changed).toEqual(['head/kernel', 'head/bias']);
    expect(own.costs()).toMatchObject({ parameters: 31, trainable: 4 });
    own.getLayer('base').trainable = true;
    expect(own.costs().trainable).toBe(25);
    await taught(own);
    expect(values(await own.getWeights())[0]).not.toEqual(before[0]);
    expect(() => {
      own.getLayer('head').trainable = 1 as never;
    }).toThrow('Invalid value for trainable in layer "head"');
  });

  test('the same bits as without the rest of the network', async () => {
    const free = kept(
      sequential(
        [layers.dense({ units: 2, name: 'a', trainable: false }), layers.dense({ units: 1, name: 'b' })],
        { inputShape: [2], engine },
      ),
    );
    const data = tensor([1, 2, 3, 4], [2, 2]);
    const first = values(await free.getWeights());
    compiled(free);
    await free.fit(data, tensor([1, 2], [2, 1]), { epochs: 1, verbose: 0 });
    const second = values(await free.getWeights());
    expect([second[0], second[1]]).toEqual([first[0], first[1]]);
    expect(second[2]).not.toEqual(first[2]);
  });
});

describe('a model as a layer', () => {
  test('computes and trains as the same layers in a row do', async () => {
    const nested = kept(
      sequential([backbone('base'), layers.dense({ units: 1, name: 'head' })], {
        inputShape: [3, 2],
        engine,
      }),
    );
    const flat = kept(
      sequential(
        [...backbone().layers.slice(1), layers.dense({ units: 1, name: 'head' })].map((l) => l.clone()),
        { inputShape: [3, 2], engine },
      ),
    );
    await flat.setWeights(await nested.getWeights());
    expect(Array.from((await nested.predict(x)).data)).toEqual(Array.from((await flat.predict(x)).data));
    expect(nested.costs()).toEqual(flat.costs());
    expect(nested.summary()).toContain('base (Sequential)');
    expect(nested.summary()).toMatch(/base \(Sequential\) +\[null, 3\] +27 +24/);
  });

  test('is shared where it is applied twice, and reads and writes the weights of the model', async () => {
    const base = backbone('twin');
    const [a, b] = [input({ shape: [3, 2] }), input({ shape: [3, 2] })];
    const joined = layers.subtract().apply([base.apply(a), base.apply(b)]);
    const own = kept(model({ inputs: [a, b], outputs: joined, engine }));
    expect(Array.from((await own.predict([x, x] as never)).data).every((v) => v === 0)).toBe(true);
    expect(values(await own.getWeights())).toEqual(values(await base.getWeights()));
  });

  test.each(['keras', 'safetensors'] as const)('goes through a %s file', async (format) => {
    const a = input({ shape: [3, 2], name: 'a' });
    const inner = backbone();
    const head = kept(
      model({ inputs: a, outputs: layers.dense({ units: 2 }).apply(inner.apply(a)), name: 'middle', engine }),
    );
    const second = backbone('second');
    const b = input({ shape: [3, 2], name: 'b' });
    const sum = layers.concatenate().apply([head.apply(b), second.apply(b), head.apply(b)]);
    const own = kept(
      model({ inputs: b, outputs: layers.dense({ units: 1, name: 'out' }).apply(sum), engine }),
    );
    own.getLayer('second').trainable = false;
    await taught(own);
    const again = kept(await modelFromBytes(await own.toBytes(format), 'test', { engine }));
    expect(again.layers.map((l) => [l.name, l.className])).toEqual(
      own.layers.map((l) => [l.name, l.className]),
    );
    expect(Array.from((await again.predict(x)).data)).toEqual(Array.from((await own.predict(x)).data));
    expect(again.costs()).toEqual(own.costs());
    await own.fit(x, y, { epochs: 1, batchSize: 2, shuffle: false, verbose: 0, seed: 3 });
    await again.fit(x, y, { epochs: 1, batchSize: 2, shuffle: false, verbose: 0, seed: 3 });
    expect(values(await again.getWeights())[0]![0]).toBeCloseTo(values(await own.getWeights())[0]![0]!, 5);
  });

  test('says the shape of the input, where it is the first of a chain', () => {
    const inner = sequential([layers.dense({ units: 3 })], { inputShape: [5], engine });
    expect(kept(sequential([inner, layers.dense({ units: 2 })], { engine })).inputs[0]!.shape).toEqual([5]);
  });

  test('refuses other shapes', () => {
    expect(() => backbone('base').apply(input({ shape: [4, 2] }))).toThrow(
      'Wrong shape for input 0 in layer "base". Expected [null, 3, 2]. Received: [null, 4, 2].',
    );
  });
});

describe('clones and transfer', () => {
  test('a clone has the structure and its own weights', async () => {
    const own = kept(
      sequential([backbone('base'), layers.dense({ units: 1, name: 'head' })], {
        inputShape: [3, 2],
        engine,
      }),
    );
    const copy = kept(own.clone({ seed: 7 }));
    expect(copy.summary()).toBe(own.summary());
    expect(values(await copy.getWeights())).not.toEqual(values(await own.getWeights()));
    await copy.setWeights(await own.getWeights());
    expect(Array.from((await copy.predict(x)).data)).toEqual(Array.from((await own.predict(x)).data));
    const before = values(await own.getWeights());
    await taught(copy);
    expect(values(await own.getWeights())).toEqual(before);
  });

  test('weights go by the names of layers', async () => {
    const from = backbone('base');
    const to = kept(
      sequential(
        [
          layers.conv1d({ filters: 3, kernelSize: 2, name: 'stem' }),
          layers.batchNormalization({ name: 'other' }),
        ],
        { inputShape: [5, 2], seed: 5, engine },
      ),
    );
    expect(await to.transferWeights(from)).toEqual(['stem']);
    expect(values(await to.getWeights()).slice(0, 2)).toEqual(values(await from.getWeights()).slice(0, 2));
    const wide = kept(
      sequential([layers.conv1d({ filters: 4, kernelSize: 2, name: 'stem' })], {
        inputShape: [5, 2],
        engine,
      }),
    );
    await expect(wide.transferWeights(from)).rejects.toThrow(
      'Wrong shape for kernel of layer "stem" in the other model. Expected [2, 2, 4]. Received: [2, 2, 3].',
    );
    expect(await wide.transferWeights(from, { skipMismatch: true })).toEqual([]);
    await expect(to.transferWeights(from, { layers: ['stm'] })).rejects.toThrow('Did you mean "stem"?');
    await expect(to.transferWeights(from, { skip: true } as never)).rejects.toThrow('Unknown option "skip"');
  });
});
