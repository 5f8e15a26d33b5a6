import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TrainingRecord } from './training-record.ts';

const facts = {
  network: 'seed',
  data: 'mnist',
  epochs: 3,
  batchSize: 128,
  learningRate: 0.001,
  seed: 0,
  threads: 2,
  revectorize: false,
  version: '0.1.0',
};
const epoch = (number: number, metrics: Record<string, number>) => ({
  epoch: number,
  metrics,
  seconds: 1,
  imagesPerSecond: 100,
});

test('an epoch that was judged is better than one that was not', () => {
  const record = new TrainingRecord(facts);
  expect(record.add(epoch(1, { loss: 2, accuracy: 0.9 }))).toBe(true);
  expect(record.add(epoch(2, { loss: 1, accuracy: 0.9, valAccuracy: 0.1 }))).toBe(true);
  expect(record.best?.epoch).toBe(2);
});

test('an epoch that was stopped before it was judged is kept, and is not the best', async () => {
  const record = new TrainingRecord(facts);
  expect(record.add(epoch(1, { loss: 2, accuracy: 0.5, valAccuracy: 0.6 }))).toBe(true);
  expect(record.add(epoch(2, { loss: 1, accuracy: 0.9 }))).toBe(false);
  expect(JSON.parse(record.toJson())).toMatchObject({
    epoch: [1, 2],
    history: { loss: [2, 1], accuracy: [0.5, 0.9], valAccuracy: [0.6, null] },
    bestEpoch: 1,
  });
  const folder = mkdtempSync(join(tmpdir(), 'atrous-record-'));
  try {
    const path = join(folder, 'history.json');
    writeFileSync(path, record.toJson());
    const resumed = new TrainingRecord(facts);
    await resumed.takeOver(path, 2);
    expect(resumed.toJson()).toBe(record.toJson());
    expect(resumed.add(epoch(3, { loss: 1, accuracy: 0.9, valAccuracy: 0.7 }))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
