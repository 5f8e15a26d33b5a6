import { describe, expect, test } from 'vitest';
import { interpret } from '../../backends/interpreter/interpret.ts';
import { input } from '../../graph/node.ts';
import { accuracyFor, binaryAccuracy } from './accuracy.ts';
import { getMetric } from './get-metric.ts';
import type { Metric } from './metric.ts';

test('the accuracy that Keras chooses', () => {
  expect(accuracyFor([10], []).className).toBe('SparseCategoricalAccuracy');
  expect(accuracyFor([10], [1]).className).toBe('SparseCategoricalAccuracy');
  expect(accuracyFor([10], [10]).className).toBe('CategoricalAccuracy');
  expect(accuracyFor([1], []).className).toBe('BinaryAccuracy');
  expect(accuracyFor([5, 4, 1], [5, 4, 1]).className).toBe('BinaryAccuracy');
  expect(accuracyFor([5, 3], [5]).className).toBe('SparseCategoricalAccuracy');
});

function valuesOf(metric: Metric, shape: number[], prediction: number[], target: number[]): number[] {
  const targetShape = metric.target === 'classes' ? shape.slice(0, -1) : shape;
  const p = input('p', { dtype: 'f32', shape, batched: true });
  const t = input('t', { dtype: 'f32', shape: targetShape, batched: true });
  const graph = { outputs: { value: metric.perSample(t, p) }, assignments: [] };
  const batchSize = prediction.length / shape.reduce((product, n) => product * n, 1);
  return [
    ...interpret(graph, { p: prediction, t: target }, new Map(), { precision: 'f64', batchSize }).outputs
      .value!,
  ];
}

describe('values of samples', () => {
  test('sparse: of equal ones the first counts', () => {
    const metric = getMetric('accuracy', [3], []);
    expect(metric.name).toBe('accuracy');
    expect(valuesOf(metric, [3], [0.1, 0.8, 0.1, 0.4, 0.4, 0.2, 0.4, 0.4, 0.2], [1, 0, 1])).toEqual([
      1, 1, 0,
    ]);
  });

  test('sparse, a share of positions', () => {
    expect(valuesOf(accuracyFor([2, 2], [2]), [2, 2], [0.9, 0.1, 0.2, 0.8], [0, 0])).toEqual([0.5]);
  });

  test('categorical', () => {
    expect(
      valuesOf(getMetric('categorical_accuracy', [2], [2]), [2], [0.9, 0.1, 0.2, 0.8], [1, 0, 1, 0]),
    ).toEqual([1, 0]);
  });

  test('binary, with a threshold', () => {
    const prediction = [0.5, 0.6, 0.2, 0.9];
    expect(valuesOf(binaryAccuracy(), [2], prediction, [1, 1, 0, 1])).toEqual([0.5, 1]);
    expect(valuesOf(binaryAccuracy({ threshold: 0.4 }), [2], prediction, [1, 1, 0, 1])).toEqual([1, 1]);
  });

  test('a loss as a metric', () => {
    expect(valuesOf(getMetric('mse', [2], [2]), [2], [1, 2], [0, 0])).toEqual([2.5]);
    expect(valuesOf(getMetric('mae', [2], [2]), [2], [1, -2], [0, 0])).toEqual([1.5]);
  });
});

test('an unknown name', () => {
  expect(() => getMetric('acuracy', [2], [])).toThrow('Did you mean "accuracy"?');
});
