import { expect, test } from 'vitest';
import { input } from '../graph/node.ts';
import * as ops from '../ops/index.ts';
import { createSession } from './create-session.ts';
import { createSyncProgram } from './sync-program.ts';

const x = input('x', { dtype: 'f32', shape: [3], batched: true });
const graph = { outputs: { y: ops.relu(x) }, assignments: [] };

test('runs on the calling thread, before and after steps of the pool', async () => {
  const session = createSession();
  const sync = session.compileSync(graph, { maxBatch: 2 });
  const program = await session.compile(graph, { maxBatch: 2 });
  const feed = { batchSize: 2, inputs: { x: Float32Array.of(-1, 2, -3, 4, -5, 6) } };
  const expected = { y: Float32Array.of(0, 2, 0, 4, 0, 6) };
  expect(sync.run(feed)).toEqual(expected);
  expect(await program.run(feed)).toEqual(expected);
  expect(sync.run(feed)).toEqual(expected);
  expect(() => sync.run({ ...feed, batchSize: 3 })).toThrow('an integer from 1 to 2');
  session.dispose();
  expect(() => session.compileSync(graph, { maxBatch: 1 })).toThrow('disposed');
});

test('refuses while steps are in flight, because they use the same memory', () => {
  const never = (): never => {
    throw new Error('ran');
  };
  const program = createSyncProgram({
    graph,
    maxBatch: 1,
    memory: {} as never,
    arena: {} as never,
    inputs: new Map(),
    variant: never,
    shards: never,
    runSlot: never,
    inFlight: () => 1,
  });
  expect(() => program.run({ batchSize: 1, inputs: {} })).toThrow('others are in flight');
});
