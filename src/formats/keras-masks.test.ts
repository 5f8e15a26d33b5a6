import { expect, test } from 'vitest';
import { add, embedding } from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { maskComparison } from './keras-masks.ts';

const tensor = (name: string): object => ({
  class_name: '__keras_tensor__',
  config: { keras_history: [name, 0, 0] },
});

const operation = (class_name: string, name: string, ...args: readonly unknown[]) => ({
  module: 'keras.src.ops.numpy',
  class_name,
  config: { name },
  inbound_nodes: [{ args, kwargs: {} }],
});

// Each sum reads the one before it twice: written out, the mask of the last would have 2^60 terms.
const sums = 60;

test('masks of branches that join again and again are compared as fast as they are written', () => {
  const indices = input({ shape: [4] });
  const operations = [operation('NotEqual', 'mask0', tensor(indices.layer.name), 0)];
  const made: SymbolicTensor[] = [embedding({ inputDim: 5, outputDim: 3, maskZero: true }).apply(indices)];
  for (let k = 0; k < sums; k++) {
    operations.push(operation('LogicalOr', `mask${k + 1}`, tensor(`mask${k}`), tensor(`mask${k}`)));
    made.push(add().apply([made[k]!, made[k]!]));
  }
  const isExpected = maskComparison(operations, ({ layer }) => `${layer.name}/0/0`);
  expect(isExpected(tensor(`mask${sums}`), made[sums]!)).toBe(true);
  expect(isExpected(tensor(`mask${sums - 1}`), made[sums]!)).toBe(false);
  expect(isExpected(tensor(`mask${sums}`), indices)).toBe(false);
});
