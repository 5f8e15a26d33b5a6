import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createInterpreterSession } from '../../engine/interpreter-session.ts';
import * as layers from '../../nn/layers/index.ts';
import { adam } from '../../nn/optimizers/index.ts';
import type { Callback } from '../../training/callback.ts';
import { earlyStopping, learningRateScheduler, reduceLROnPlateau } from '../../training/callbacks/index.ts';
import { type Model, sequential } from '../model.ts';
import { loadModel } from '../node-model.ts';
import { backupAndRestore } from './backup-and-restore.ts';
import type { WrittenCheckpoint } from './checkpoint-writer.ts';
import { modelCheckpoint } from './model-checkpoint.ts';

const samples = 40;
const x = Float32Array.from({ length: samples * 6 }, (_, k) => Math.sin(k * 1.7));
const y = Int32Array.from({ length: samples }, (_, n) => (n * 7) % 3);
const engine = { session: createInterpreterSession };
const options = { batchSize: 8, epochs: 6, verbose: 0, validationData: [x, y] } as const;

function network(): Model {
  const model = sequential(
    [
      layers.dense({ units: 5 }),
      layers.batchNormalization(),
      layers.activation({ activation: 'relu' }),
      layers.dropout({ rate: 0.3 }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
    { inputShape: [6], engine, seed: 3 },
  );
  model.compile({
    optimizer: adam({ learningRate: 0.05 }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  return model;
}

const weightsOf = async (model: Model): Promise<number[]> =>
  (await model.getWeights()).flatMap(({ data }) => [...data]);

/** Callbacks whose memory decides how a training goes on. */
const callbacks = (): Callback[] => [
  learningRateScheduler((_, rate) => rate * 0.9),
  reduceLROnPlateau({ patience: 1, factor: 0.5, minDelta: 0.02, cooldown: 1 }),
  earlyStopping({ monitor: 'valAccuracy', patience: 3, restoreBestWeights: true }),
];

const fitNew = (given: object): Promise<unknown> => {
  const model = network();
  return model.fit(x, y, given);
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'atrous-resume-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Files of every step of a training, and what it ends with. */
async function recorded(): Promise<{ files: Uint8Array[]; history: object; weights: number[] }> {
  const model = network();
  const files: Uint8Array[] = [];
  const keep = async (): Promise<void> => void files.push(await model.toBytes());
  const saving = { onBatchEnd: keep, onEpochEnd: keep, savesModel: true };
  const { history } = await model.fit(x, y, { ...options, callbacks: [...callbacks(), saving] });
  return { files, history, weights: await weightsOf(model) };
}

describe('a training that is resumed from a file of any step', () => {
  test('ends with the same bits, and its epochs with the same values', async () => {
    const whole = await recorded();
    expect(whole.files.length).toBeGreaterThan(18);
    for (const bytes of whole.files) {
      const model = await loadModel(bytes, { engine });
      const { epoch } = model.trainingState;
      const { history } = await model.fit(x, y, { ...options, callbacks: callbacks(), resume: true });
      const rest = Object.entries(whole.history as Record<string, number[]>).map(([key, values]) => [
        key,
        values.slice(epoch),
      ]);
      for (const [key, values] of rest) expect((history as never)[key as string] ?? []).toEqual(values);
      expect(await weightsOf(model)).toEqual(whole.weights);
    }
  });

  test('counts the seconds before the stop', async () => {
    const model = network();
    const controller = new AbortController();
    const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
    const stop: Callback = {
      onBatchEnd: async ({ batch }) => (batch === 2 ? controller.abort() : wait()),
    };
    await expect(
      model.fit(x, y, { ...options, callbacks: [stop], signal: controller.signal }),
    ).rejects.toThrow();
    const again = await loadModel(await model.toBytes(), { engine });
    await wait();
    for await (const event of again.train(x, y, { ...options, epochs: 1, resume: true })) {
      if (event.type === 'epochEnd') expect(event.seconds).toBeGreaterThan(0.11);
    }
  });

  test('a file that is taken beside the training, whenever, can be resumed', async () => {
    const whole = await recorded();
    const model = network();
    const files: Promise<Uint8Array>[] = [];
    const taken: Callback = { onBatchEnd: () => void files.push(model.toBytes()) };
    await model.fit(x, y, { ...options, callbacks: [...callbacks(), taken] });
    for (const bytes of (await Promise.all(files)).slice(0, 12)) {
      const again = await loadModel(bytes, { engine });
      await again.fit(x, y, { ...options, callbacks: callbacks(), resume: true });
      expect(await weightsOf(again)).toEqual(whole.weights);
    }
  });
});

describe('modelCheckpoint', () => {
  test('every so many steps writes while the training goes on, and keeps the newest', async () => {
    const model = network();
    const saved: WrittenCheckpoint[] = [];
    const checkpoint = modelCheckpoint(
      { filepath: join(folder, '{step:04d}.safetensors'), saveFreq: '3steps', keep: 2 },
      (each) => saved.push(each),
    );
    await model.fit(x, y, { ...options, callbacks: [checkpoint] });
    const names = readdirSync(folder).sort();
    expect(names).toHaveLength(2);
    expect(names[1]).toBe(saved.at(-1)!.path.slice(folder.length + 1));
    for (const { pause, bytes } of saved) expect([pause > 0, bytes > 1000]).toEqual([true, true]);
    const again = await loadModel(join(folder, names[0]!), { engine });
    await again.fit(x, y, { ...options, resume: true });
    expect(await weightsOf(again)).toEqual(await weightsOf(model));
  });

  test('fills the forms of Keras into the path, and names what is no field', async () => {
    const filepath = join(folder, '{epoch:02d}-{val_loss:.2f}.safetensors');
    await fitNew({ ...options, epochs: 1, callbacks: [modelCheckpoint({ filepath })] });
    expect(readdirSync(folder)[0]).toMatch(/^01-\d\.\d\d\.safetensors$/);
    const wrong = modelCheckpoint({ filepath: join(folder, '{valLos}.safetensors') });
    await expect(fitNew({ ...options, callbacks: [wrong] })).rejects.toThrow(
      'Expected fields among {epoch}, {loss}, {accuracy}, {valLoss}, {valAccuracy}. Received: "{valLos}". Did you mean "valLoss"?',
    );
  });

  test('rejects the training where a file cannot be written', async () => {
    const filepath = join(folder, 'gone', '{step}.safetensors');
    const callback = modelCheckpoint({ filepath, saveFreq: 2 });
    await expect(fitNew({ ...options, callbacks: [callback] })).rejects.toThrow('Cannot write');
  });

  test.each([
    [{ filepath: 'a.safetensors', keep: 2 }, 'Expected a path with a field such as {epoch}'],
    [{ filepath: 'a.safetensors', saveFreq: '5 hours' as never }, 'Invalid value for saveFreq'],
    [{ filepath: 'a.safetensors', saveFreq: 0 }, 'Invalid value for saveFreq'],
    [{ filepath: 'a.safetensors', saveFreq: '1.5steps' as never }, 'Invalid value for saveFreq'],
  ])('refuses %o', (given, sentence) => expect(() => modelCheckpoint(given)).toThrow(sentence));
});

test.each([
  'epoch',
  '2steps',
] as const)('backupAndRestore (%s) goes on after a failure, and leaves nothing', async (saveFreq) => {
  const whole = network();
  await whole.fit(x, y, { ...options, callbacks: callbacks() });
  const backup = { backupDir: join(folder, 'backup'), saveFreq };
  for (const failing of [8, 17]) {
    const fault: Callback = {
      onBatchEnd({ step }) {
        if (step === failing) throw new Error('power cut');
      },
    };
    const training = fitNew({
      ...options,
      callbacks: [...callbacks(), fault, backupAndRestore(backup)],
    });
    await expect(training).rejects.toThrow('power cut');
  }
  const last = network();
  await last.fit(x, y, { ...options, callbacks: [...callbacks(), backupAndRestore(backup)] });
  expect(await weightsOf(last)).toEqual(await weightsOf(whole));
  expect(existsSync(join(folder, 'backup', 'backup.safetensors'))).toBe(false);
});
