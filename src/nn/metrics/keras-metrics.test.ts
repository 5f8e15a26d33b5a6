import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createSession } from '../../engine/create-session.ts';
import { compileConfig } from '../../formats/keras-compile-config.ts';
import { compileFromConfig } from '../../formats/keras-compile-reader.ts';
import { decodeSafetensors } from '../../formats/safetensors.ts';
import { input, type Node } from '../../graph/node.ts';
import { layers, sequential } from '../../model/public.ts';
import { Means } from '../../training/means.ts';
import { getMetric, metricOfClass } from './get-metric.ts';
import * as metrics from './makers.ts';
import type { Metric } from './metric.ts';
import { weightedResult, withWeight } from './weighted.ts';

const folder = join(import.meta.dirname, '../../../fixtures');
const { cases } = JSON.parse(readFileSync(join(folder, 'metrics.json'), 'utf8')) as {
  cases: {
    name: string;
    metric: { class_name: string; config: { name: string } };
    results: Result[];
    weightedResults: Result[];
  }[];
};
type Result = number | 'NaN' | readonly number[];
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
  const tensor = (key: string) => file.tensors.get(`${own.name}/${key}`)!;
  const dataOf = (key: string) => tensor(key).data as Float32Array;
  const nodeOf = (name: string, key: string) => {
    const { shape, dtype } = tensor(key);
    return input(name, { dtype: dtype as 'f32', shape: shape.slice(1), batched: true });
  };

  async function compare(metric: Metric, results: readonly Result[], value: Node): Promise<void> {
    const weights: Record<string, Float32Array> =
      results === own.weightedResults ? { weights: dataOf('weights') } : {};
    const session = await createSession({ threads: 1 });
    const program = await session.compile({ outputs: { value }, assignments: [] }, { maxBatch: 6 });
    const means = new Means(new Map(metric.result ? [['value', metric.result]] : []));
    for (const [batch, wanted] of results.entries()) {
      const inputs = {
        target: dataOf(`target/${batch}`),
        prediction: dataOf(`prediction/${batch}`),
        ...weights,
      };
      means.add(await program.run({ batchSize: 6, inputs }), 6);
      const found = Object.values(means.logs());
      expect(found.length).toBe([wanted].flat().length);
      for (const [k, value] of [wanted].flat().entries()) {
        if (value === 'NaN') expect(found[k]).toBeNaN();
        else expect(Math.abs(found[k]! - value) / Math.max(1, Math.abs(value))).toBeLessThan(3e-6);
      }
    }
    session.dispose();
  }

  test('what it says after each batch is what Keras says', async () => {
    const metric = read(own.metric);
    const value = metric.perSample(nodeOf('target', 'target/0'), nodeOf('prediction', 'prediction/0'));
    await compare(metric, own.results, value);
  });

  test.skipIf(own.weightedResults.length === 0)('so it is with weights of the samples', async () => {
    const { result, ...metric } = read(own.metric);
    const value = metric.perSample(nodeOf('target', 'target/0'), nodeOf('prediction', 'prediction/0'));
    const weighted = { ...metric, ...(result && { result: weightedResult(result) }) };
    await compare(weighted, own.weightedResults, withWeight(value, nodeOf('weights', 'weights')));
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

/** Metrics that no name alone can make. */
const needsOptions = new Set([
  'iou',
  'meanIoU',
  'oneHotIoU',
  'oneHotMeanIoU',
  'precisionAtRecall',
  'recallAtPrecision',
  'sensitivityAtSpecificity',
  'specificityAtSensitivity',
]);

test('every metric is held against Keras, and found by its class and names', () => {
  for (const [name, make] of Object.entries(metrics)) {
    const { kind } = make as unknown as { kind: { className: string; name: string } };
    expect(kind.name).toBe(name);
    expect(cases.some(({ metric }) => metric.class_name === kind.className)).toBe(true);
    expect(metricOfClass(kind.className)).toBe(make);
    // As a name it is the accuracy that fits the shapes.
    if (needsOptions.has(name) || name === 'accuracy') continue;
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
  refused('AUC', { num_labels: 2 });
  refused('AUC', { label_weights: [Number.NaN] });
  refused('Precision', { thresholds: [0.2, 2] });
  refused('F1Score', { average: 'most' });
  refused('BinaryIoU', { target_class_ids: [2] });
  refused('MeanIoU', { num_classes: 3, axis: 1, sparse_y_pred: false });
  refused('OneHotMeanIoU', { num_classes: 3, sparse_y_pred: true });
  refused('SparseCategoricalCrossentropy', { axis: 1 });
  expect(() => read({ class_name: 'MeanMetricWrapper', config: {} })).toThrow(
    'which is not offered: give the function itself',
  );
});

test('arguments', () => {
  expect(() => metrics.topKCategoricalAccuracy({ k: 0 })).toThrow(
    'Invalid value for k in metrics.topKCategoricalAccuracy.',
  );
  expect(() => metrics.auc({ numThresholds: 1 })).toThrow('numThresholds');
  expect(() => metrics.auc({ thresholds: [2] })).toThrow('an array of different numbers from 0 to 1');
  expect(() => metrics.meanIoU({} as never)).toThrow('numClasses');
  expect(() => metrics.precision({ treshold: 0.5 } as never)).toThrow('Did you mean "thresholds"?');
  expect(() => metrics.f1Score({ average: 'mean' as never })).toThrow('average');
  const x = input('x', { dtype: 'f32', shape: [2, 3], batched: true });
  expect(() => metrics.f1Score().perSample(x, x)).toThrow('one dimension');
  expect(() => metrics.r2Score().perSample(x, x)).toThrow('one dimension');
  expect(() => metrics.recall({ classId: 3 }).perSample(x, x)).toThrow('more than 3 classes');
});
