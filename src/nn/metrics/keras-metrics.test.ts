import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSession } from '../../engine/create-session.ts';
import { compileConfig, compileFromConfig } from '../../formats/keras-model-compile.ts';
import { decodeSafetensors } from '../../formats/safetensors.ts';
import { input } from '../../graph/node.ts';
import { layers, sequential } from '../../model/public.ts';
import { Means } from '../../training/means.ts';
import { getMetric, metricOfClass } from './get-metric.ts';
import * as metrics from './makers.ts';
import type { Metric } from './metric.ts';

const folder = join(import.meta.dirname, '../../../fixtures');
const { cases } = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as {
  cases: { name: string; metric: { class_name: string; config: { name: string } }; results: number[] }[];
};
const file = decodeSafetensors(
  new Uint8Array(readFileSync(join(folder, 'metrics.safetensors'))),
  'metrics.safetensors',
);
const { network } = sequential([layers.dense({ units: 2 })], { inputShape: [3] });
const compiled = (given: unknown) =>
  compileFromConfig(
    { optimizer: { class_name: 'SGD', config: {} }, loss: 'mse', metrics: [given] },
    network,
    'config.json',
  )!;
const read = (config: unknown): Metric => compiled(config).objectives[0]!.metrics[0] as Metric;

describe.each(cases)('$name', (own) => {
  test('what it says after each batch is what Keras says', async () => {
    const metric = read(own.metric);
    const tensor = (key: string, batch: number) => file.tensors.get(`${own.name}/${key}/${batch}`)!;
    const node = (key: string) => {
      const { shape, dtype } = tensor(key, 0);
      return input(key, { dtype: dtype as 'f32', shape: shape.slice(1), batched: true });
    };
    const value = metric.perSample(node('target'), node('prediction'));
    const session = await createSession({ threads: 1 });
    const program = await session.compile({ outputs: { value }, assignments: [] }, { maxBatch: 6 });
    const means = new Means(new Map(metric.result ? [['value', metric.result]] : []));
    for (const [batch, wanted] of own.results.entries()) {
      const inputs = {
        target: tensor('target', batch).data as Float32Array,
        prediction: tensor('prediction', batch).data as Float32Array,
      };
      means.add(await program.run({ batchSize: 6, inputs }), 6);
      const error = Math.abs(means.logs().value! - wanted);
      expect(error, `${means.logs().value} for ${wanted}`).toBeLessThan(3e-6 * Math.max(1, Math.abs(wanted)));
    }
    session.dispose();
  });

  test('its config makes the way back', () => {
    const { optimizer, objectives } = compiled(own.metric);
    const [written] = compileConfig(network, objectives, optimizer).metrics as [typeof own.metric];
    expect(written.class_name).toBe(own.metric.class_name);
    const first = read(own.metric);
    const again = read(written);
    expect([again.name, again.target, again.getConfig!()]).toEqual([
      first.name,
      first.target,
      first.getConfig!(),
    ]);
  });
});

test('every metric is held against Keras, and found by its class and names', () => {
  for (const [name, make] of Object.entries(metrics)) {
    const { kind } = make as unknown as { kind: { className: string; name: string } };
    expect(kind.name).toBe(name);
    expect(cases.some(({ metric }) => metric.class_name === kind.className)).toBe(true);
    expect(metricOfClass(kind.className)).toBe(make);
    if (name.endsWith('eanIoU')) continue;
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    for (const given of [name, snake, kind.className]) {
      expect(getMetric(given, [2], [2]).className).toBe(kind.className);
    }
  }
  expect(getMetric('AUC', [2], [2]).name).toBe('auc');
  expect(getMetric('top_k_categorical_accuracy', [9], [9]).name).toBe('topKCategoricalAccuracy');
});

test('what a file says and nothing here can do is refused', () => {
  const refused = (class_name: string, config: object): void => {
    expect(() => read({ class_name, config })).toThrow(/not supported|Invalid value/);
  };
  refused('AUC', { multi_label: true });
  refused('Precision', { top_k: 3 });
  refused('Precision', { thresholds: [0.2, 0.4] });
  refused('F1Score', { average: null });
  refused('BinaryIoU', { target_class_ids: [1] });
  refused('MeanIoU', { num_classes: 3, ignore_class: 0 });
  expect(() => read({ class_name: 'SensitivityAtSpecificity', config: {} })).toThrow('not known');
});

test('arguments', () => {
  expect(() => metrics.topKCategoricalAccuracy({ k: 0 })).toThrow(
    'Invalid value for k in metrics.topKCategoricalAccuracy.',
  );
  expect(() => metrics.auc({ numThresholds: 1 })).toThrow('numThresholds');
  expect(() => metrics.auc({ thresholds: [2] })).toThrow('an array of numbers from 0 to 1');
  expect(() => metrics.meanIoU({} as never)).toThrow('numClasses');
  expect(() => metrics.precision({ treshold: 0.5 } as never)).toThrow('Did you mean "thresholds"?');
  expect(() => metrics.f1Score({ average: 'mean' as never })).toThrow('average');
  const x = input('x', { dtype: 'f32', shape: [2, 3], batched: true });
  expect(() => metrics.f1Score().perSample(x, x)).toThrow('one dimension');
  expect(() => metrics.r2Score().perSample(x, x)).toThrow('one dimension');
  expect(() => metrics.recall({ classId: 3 }).perSample(x, x)).toThrow('more than 3 classes');
});
