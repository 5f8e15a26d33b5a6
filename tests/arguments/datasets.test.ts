import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { report } from '../../src/report.ts';
import { dataFolder, datasetRows } from './dataset-rows.ts';
import * as k from './kinds.ts';
import { complaints, positional } from './row.ts';
import { smallModel, twoSamples, twoTargets } from './small-model.ts';

afterAll(() => rmSync(dataFolder, { recursive: true }));

test.each(Object.entries(datasetRows))('%s', async (_, row) => {
  expect(await complaints(row)).toEqual([]);
});

const facts: k.Kind = (value) =>
  Object.prototype.toString.call(value) === '[object Object]' &&
  Object.values(value as object).every((item) => ['string', 'number'].includes(typeof item));

test('report', { timeout: 240_000 }, async () => {
  const row = positional('report', report, ['model', 'history', 'data'], {
    given: {
      model: smallModel(),
      history: { epoch: [0], history: { loss: [1] } },
      data: { x: twoSamples, y: twoTargets },
    },
    kinds: {
      model: k.nothing,
      history: k.nothing,
      data: k.nothing,
      title: k.text,
      dataName: k.text,
      classNames: k.list(k.text, 1),
      pictureShape: k.list(k.positive, 1),
      sample: k.count,
      maxSamples: (value) => k.positive(value) && Number(value) <= 2 ** 31,
      trainSamples: k.count,
      seed: k.count,
      settings: facts,
      machine: facts,
      command: k.text,
      continued: k.boolean,
      version: k.text,
      date: (value) => value instanceof Date,
      signal: k.nothing,
    },
  });
  expect(await complaints(row)).toEqual([]);
});
