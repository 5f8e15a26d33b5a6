import { describe, expect, test } from 'vitest';
import { interpret } from '../../backends/interpreter/interpret.ts';
import { input, type Node } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { binaryCrossentropy, categoricalCrossentropy, sparseCategoricalCrossentropy } from './index.ts';

/** Logits whose probabilities round to 0 and 1 in float32: the target has none left. */
const far = Float32Array.of(200, 0, 0);
const logits = input('x', { dtype: 'f32', shape: [3], batched: true });
const label = input('y', { dtype: 'i32', shape: [], batched: true });
const oneHot = input('y', { dtype: 'f32', shape: [3], batched: true });
const clipped = -Math.log(1e-7);

function lossOf(loss: Node, y: Float32Array | Int32Array): number {
  const inputs = { x: far, y };
  const { outputs } = interpret({ outputs: { loss }, assignments: [] }, inputs, new Map(), {
    precision: 'f32',
    batchSize: 1,
  });
  return outputs.loss![0]!;
}

describe('a cross-entropy of probabilities', () => {
  const sparse = (prediction: Node): number =>
    lossOf(sparseCategoricalCrossentropy().perSample(label, prediction), Int32Array.of(1));
  const categorical = (prediction: Node): number =>
    lossOf(categoricalCrossentropy().perSample(oneHot, prediction), Float32Array.of(0, 1, 0));
  const binary = (prediction: Node): number =>
    lossOf(binaryCrossentropy().perSample(oneHot, prediction), Float32Array.of(0, 1, 0));

  test('takes the logits of a softmax or sigmoid, where it is exact', () => {
    expect(sparse(ops.softmax(logits))).toBe(200);
    expect(categorical(ops.softmax(logits))).toBe(200);
    // A target of 0 at 200, and a target each of 1 and 0 at 0.
    expect(binary(ops.sigmoid(logits))).toBeCloseTo((200 + 2 * Math.LN2) / 3, 4);
  });

  test('takes the probabilities where something stands between, or they are of another kind', () => {
    for (const prediction of [ops.abs(ops.softmax(logits)), ops.relu(ops.softmax(logits))]) {
      expect(sparse(prediction)).toBeCloseTo(clipped, 3);
      expect(categorical(prediction)).toBeCloseTo(clipped, 3);
    }
    expect(binary(ops.softmax(logits))).toBeLessThan(clipped);
    expect(binary(ops.abs(ops.sigmoid(logits)))).toBeLessThan(clipped);
  });
});
