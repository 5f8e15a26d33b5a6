import { expect, test } from 'vitest';
import { layers, type Model, optimizers, sequential } from '../index.ts';

const samples = 6;
const x = Float32Array.from({ length: samples * 4 }, (_, k) => Math.fround(Math.sin(k)));
const y = Float32Array.from({ length: samples }, (_, k) => k % 3);

function classifier(optimizer: optimizers.OptimizerLike = 'adam', dropout = 0.5): Model {
  const model = sequential(
    [
      layers.dense({ units: 5, activation: 'tanh', name: 'hidden' }),
      layers.dropout({ rate: dropout }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { inputShape: [4], seed: 3, engine: { threads: 1 } },
  );
  model.compile({ optimizer, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

const bits = async (model: Model): Promise<Float32Array[]> =>
  (await model.getWeights()).map(({ data }) => data as Float32Array);

test('batch after batch is an epoch of fit without shuffling, to the bit, dropout included', async () => {
  const [whole, single] = [classifier(), classifier()];
  const { history } = await whole.fit(x, y, { batchSize: 2, epochs: 2, shuffle: false, verbose: 0 });
  const losses: number[] = [];
  for (let k = 0; k < 6; k++) {
    const at = k % 3;
    const logs = await single.trainOnBatch(x.slice(8 * at, 8 * at + 8), y.slice(2 * at, 2 * at + 2));
    expect(Object.keys(logs)).toEqual(['loss', 'accuracy']);
    losses.push(logs.loss!);
  }
  expect(await bits(single)).toEqual(await bits(whole));
  const mean = (losses[3]! + losses[4]! + losses[5]!) / 3;
  expect(mean).toBeCloseTo(history.loss![1]!, 6);
  expect(single.trainingState.step).toBe(6);
});

test('weights of samples and classes count', async () => {
  const [a, b, c] = [classifier(), classifier(), classifier()];
  const plain = await a.trainOnBatch(x, y);
  const none = await b.trainOnBatch(x, y, { sampleWeight: new Float32Array(samples) });
  expect([plain.loss! > 0, none.loss]).toEqual([true, 0]);
  await c.trainOnBatch(x, y, { classWeight: [0, 0, 0] });
  expect(await bits(c)).toEqual(await bits(b));
  expect(await bits(c)).not.toEqual(await bits(a));
});

test('averages of weights take their place at the end of fit alone', async () => {
  const make = (useEma: boolean): Model => classifier(optimizers.sgd({ learningRate: 0.1, useEma }), 0);
  const [kept, plain] = [make(true), make(false)];
  for (const model of [kept, plain]) for (let k = 0; k < 3; k++) await model.trainOnBatch(x, y);
  expect(await bits(kept)).toEqual(await bits(plain));
  await kept.fit(x, y, { batchSize: samples, verbose: 0 });
  await plain.fit(x, y, { batchSize: samples, verbose: 0 });
  expect(await bits(kept)).not.toEqual(await bits(plain));
});

test('testOnBatch and predictOnBatch are evaluate and predict of one batch', async () => {
  const model = classifier();
  expect(await model.testOnBatch(x, y)).toEqual(await model.evaluate(x, y));
  expect((await model.predictOnBatch(x)).data).toEqual((await model.predict(x)).data);
});

test('wrong arguments', async () => {
  const model = classifier();
  const refused = (run: Promise<unknown>, words: string): Promise<void> => expect(run).rejects.toThrow(words);
  await refused(model.trainOnBatch(x, y, { batchSize: 2 } as never), 'trainOnBatch');
  await refused(model.testOnBatch(x, y, { steps: 2 } as never), 'testOnBatch');
  await refused(model.trainOnBatch(x, undefined as never), 'y');
  await refused(model.trainOnBatch(new Float32Array(0), new Float32Array(0)), 'at least one sample');
  await refused(model.trainOnBatch(x.slice(1), y), 'a multiple of 4 elements');
});
