import { afterEach, expect, test, vi } from 'vitest';
import { type Graph, input, variable } from '../graph/node.ts';
import * as ops from '../ops/index.ts';
import { Arena } from './arena.ts';
import { createSession } from './create-session.ts';
import { createInterpreterSession } from './interpreter-session.ts';
import type { Session } from './session.ts';

afterEach(() => vi.restoreAllMocks());

const [height, width, channels, filters] = [9, 7, 8, 16];
const x = input('x', { dtype: 'f32', shape: [height, width, channels], batched: true });
const kernel = variable('kernel', [3, 3, channels, filters]);
/** Reads zeros around an intermediate value. */
const padded: Graph = {
  outputs: {
    y: ops.convolution(
      ops.pad(ops.tanh(x), {
        padding: [
          [2, 2],
          [2, 2],
          [0, 0],
        ],
      }),
      kernel,
      { dilation: 2 },
    ),
  },
  assignments: [],
};
/** Leaves large values wherever it works. */
const full: Graph = {
  outputs: {
    y: ops.reduceMean(ops.square(ops.exp(ops.convolution(ops.exp(x), kernel, { padding: 'same' }))), {
      axes: [0, 1],
    }),
  },
  assignments: [],
};

const batchSize = 5;
const value = (k: number): number => ((k * 7919) % 1000) / 1000;
const feed = {
  batchSize,
  inputs: { x: Float32Array.from({ length: batchSize * height * width * channels }, (_, k) => value(k)) },
};

async function alternate(session: Session): Promise<unknown[]> {
  await session.write(
    kernel,
    Float32Array.from({ length: 9 * channels * filters }, (_, k) => value(k) / 100),
  );
  const other = await session.compile(full, { maxBatch: batchSize });
  const first = await session.compile(padded, { maxBatch: batchSize });
  const results: unknown[] = [];
  for (const program of [first, other, first, first, other, first]) results.push(await program.run(feed));
  session.dispose();
  return results;
}

test.each([1, 3])('programs that share memory find their zeros again, %i threads', async (threads) => {
  const results = await alternate(createSession({ threads }));
  expect(results).toEqual(await alternate(createInterpreterSession()));
});

test('they would not without clearing', async () => {
  vi.spyOn(Arena.prototype, 'dirties').mockReturnValue(false);
  const [first, , third] = await alternate(createSession({ threads: 1 }));
  expect(third).not.toEqual(first);
});
