import { expect, test } from 'vitest';
import { keptCodeBytes } from '../backends/wasm/compile-kernel.ts';
import { type Graph, input, variable } from '../graph/node.ts';
import * as ops from '../ops/index.ts';
import { createSession } from './index.ts';

/** Two convolutions of an image, the second over `filters` channels. */
function network(filters: number): Graph {
  const x = input('x', { dtype: 'f32', shape: [9, 9, 3], batched: true });
  const first = ops.relu(ops.convolution(x, variable('k1', [3, 3, 3, 8]), { padding: 'same' }));
  return { outputs: { y: ops.convolution(first, variable('k2', [3, 3, 8, filters])) }, assignments: [] };
}

test('a second program of the same structure takes the code of the first', async () => {
  const compile = async (filters: number): Promise<number> => {
    const session = createSession({ threads: 1 });
    await session.compile(network(filters), { maxBatch: 4 });
    session.dispose();
    return keptCodeBytes();
  };
  const empty = keptCodeBytes();
  const one = await compile(12);
  expect(one).toBeGreaterThan(empty);
  expect(await compile(12)).toBe(one);
  expect(await compile(13)).toBeGreaterThan(one);
});
