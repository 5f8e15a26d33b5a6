import { describe, expect, test } from 'vitest';
import { interpret } from '../backends/interpreter/interpret.ts';
import { input, variable } from '../graph/node.ts';
import { convolution } from './convolution.ts';
import { depthwiseConvolution } from './depthwise-convolution.ts';

const count = (n: number): number[] => Array.from({ length: n }, (_, k) => k + 1);

describe('convolution', () => {
  test('same padding with stride and dilation matches the sum written out', () => {
    const x = input('x', { dtype: 'f32', shape: [5, 1], batched: true });
    const k = variable('k', [3, 1, 1]);
    const y = convolution(x, k, { padding: 'same', strides: 2, dilation: 2 });
    // ceil(5 / 2) = 3 outputs; total padding (3 - 1) * 2 + 5 - 5 = 4, two before.
    const { outputs } = interpret(
      { outputs: { y }, assignments: [] },
      { x: count(5) },
      new Map([[k, [1, 10, 100]]]),
      { precision: 'f32', batchSize: 1 },
    );
    expect([...outputs.y!]).toEqual([10 * 1 + 100 * 3, 1 + 30 + 500, 3 + 50]);
  });

  test('causal padding reads only the past', () => {
    const x = input('x', { dtype: 'f32', shape: [4, 1], batched: true });
    const k = variable('k', [2, 1, 1]);
    const y = convolution(x, k, { padding: 'causal', dilation: 2 });
    const { outputs } = interpret(
      { outputs: { y }, assignments: [] },
      { x: count(4) },
      new Map([[k, [1, 10]]]),
      { precision: 'f64', batchSize: 1 },
    );
    expect([...outputs.y!]).toEqual([10, 20, 31, 42]);
  });

  test('as many groups as channels is the depthwise convolution', () => {
    const x = input('x', { dtype: 'f32', shape: [3, 4, 2], batched: true });
    const grouped = variable('g', [2, 2, 1, 4]);
    const depthwise = variable('d', [2, 2, 2, 2]);
    const values = count(16);
    const { outputs } = interpret(
      {
        outputs: {
          a: convolution(x, grouped, { groups: 2 }),
          b: depthwiseConvolution(x, depthwise),
        },
        assignments: [],
      },
      { x: count(48) },
      new Map([
        [grouped, values],
        [depthwise, values],
      ]),
      { precision: 'f64', batchSize: 2 },
    );
    expect(outputs.a!.length).toBe(2 * 2 * 3 * 4);
    expect([...outputs.a!]).toEqual([...outputs.b!]);
  });

  test('refuses a kernel that does not fit and a padding that does not exist', () => {
    const x = input('x', { dtype: 'f32', shape: [5, 3], batched: true });
    expect(() => convolution(x, variable('k', [3, 2, 4]))).toThrow(/kernel/);
    expect(() => convolution(x, variable('k', [7, 3, 4]))).toThrow(/at least 7/);
    // @ts-expect-error not a padding
    expect(() => convolution(x, variable('k', [3, 3, 4]), { padding: 'full' })).toThrow(/padding/);
  });
});
