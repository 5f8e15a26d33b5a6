import { expect, test } from 'vitest';
import { compareWithStandard } from '../analysis/convolution-costs.ts';
import { sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import { seed, standard } from '../zoo/index.ts';
import { closingLines, shellWord } from './closing-report.ts';
import { costLines } from './cost-table.ts';
import { TrainingRecord } from './training-record.ts';

const facts = {
  network: 'seed',
  data: 'mnist',
  epochs: 2,
  batchSize: 128,
  learningRate: 0.001,
  seed: 0,
  threads: 2,
  revectorize: true,
  version: '0.0.0',
};
const epoch = (number: number, valAccuracy: number) => ({
  epoch: number,
  metrics: { loss: 0.5, valAccuracy },
  seconds: 7.25,
  imagesPerSecond: 9000,
});

test('the costs stand beside those of the standard twin, and say where the parameters are', () => {
  const lines = costLines('seed', compareWithStandard(seed().network));
  expect(lines).toEqual([
    '                                   seed    standard             saved',
    'Parameters, convolutions          2,473      18,816   7.6 times fewer',
    'Multiply-adds, convolutions   1,863,568  14,676,480   7.9 times fewer',
    'Parameters, whole network       127,923     144,266  1.13 times fewer',
    'Multiply-adds, whole network  1,989,008  14,801,920   7.4 times fewer',
    'The layer "dense" alone has 125,450 parameters (98.07 %), the same in both',
    'networks: separable convolutions save much of the convolutions and of the work,',
    'and little of the size of the whole network.',
  ]);
});

test('a standard network has its own costs alone', () => {
  const lines = costLines('standard', compareWithStandard(standard().network));
  expect(lines).toHaveLength(8);
  expect(lines.join('\n')).not.toContain('fewer');
  expect(lines[1]).toMatch(/^Parameters, convolutions +18,816$/);
  expect(lines.slice(5).join(' ')).toContain('separable convolutions would save much');
});

test('a network without convolutions hears nothing of convolutions', () => {
  const network = sequential(
    [layers.flatten(), layers.dense({ units: 10, name: 'classes', activation: 'softmax' })],
    { inputShape: [28, 28, 1] },
  );
  const lines = costLines('plain', compareWithStandard(network.network));
  expect(lines).toEqual([
    '                              plain',
    'Parameters, whole network     7,850',
    'Multiply-adds, whole network  7,840',
    'The layer "classes" alone has 7,850 parameters (100.00 %).',
  ]);
});

test('the end of a training says how good it is, where the files are and what to type next', () => {
  const record = new TrainingRecord(facts);
  expect(record.add(epoch(1, 0.9871))).toBe(true);
  expect(record.add(epoch(2, 0.9871))).toBe(false);
  const folder = {
    path: 'my runs',
    keras: 'my runs/model.keras',
    last: 'my runs/model.safetensors',
    best: 'my runs/best.safetensors',
    history: 'my runs/history.json',
    report: 'my runs/report.html',
    sample: 'my runs/sample.npy',
  };
  const costs = compareWithStandard(seed().network);
  const text = closingLines({
    record,
    costs,
    folder,
    reported: true,
    data: 'mnist',
    self: 'npx atrous',
  }).join('\n');
  expect(text).toContain(
    'Test accuracy 98.71 % after 2 epochs in 14.5 s. The best was 98.71 %, after epoch 1.',
  );
  expect(text).toContain('  report.html        what was learnt, in pictures: open it in a browser\n');
  expect(text).toContain('  model.keras        the trained model, which Keras opens\n');
  expect(text).toContain("  npx atrous evaluate 'my runs/model.keras'\n");
  expect(text).toMatch(/ {2}npx atrous predict 'my runs\/model\.keras' --input 'my runs\/sample\.npy'$/);
});

test('paths are quoted for a shell where they must be', () => {
  expect(['runs/seed', "it's", 'a b', '$x'].map(shellWord)).toEqual([
    'runs/seed',
    "'it'\\''s'",
    "'a b'",
    "'$x'",
  ]);
});
