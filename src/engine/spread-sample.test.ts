import { afterAll, describe, expect, test } from 'vitest';
import { type Graph, input, type Node, variable } from '../graph/node.ts';
import { variablesOf } from '../graph/same-graph.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { createSession } from './create-session.ts';
import { createInterpreterSession } from './interpreter-session.ts';

const small = { most: 3, least: 50, perPhase: 0 };
const sessions = [2, 3].map((threads) => createSession({ threads, spread: small }));
const interpreter = createInterpreterSession();
afterAll(() => {
  for (const session of sessions) session.dispose();
});

const x = input('x', { dtype: 'f32', shape: [11, 9, 12], batched: true });
const kernel = (name: string, shape: readonly number[]): Node => variable(name, shape);

const networks: Record<string, () => Node> = {
  'a convolution with zeros around': () =>
    ops.relu(ops.convolution(x, kernel('k', [3, 3, 12, 8]), { padding: 'same', dilation: 2 })),
  'walks over nonzero values, by position and by taps': () => {
    const first = ops.relu(ops.convolution(x, kernel('a', [1, 1, 12, 48])));
    const second = ops.relu(ops.convolution(first, kernel('b', [1, 1, 48, 32])));
    return ops.biasAdd(
      ops.convolution(second, kernel('c', [3, 3, 32, 32]), { padding: 'same' }),
      kernel('d', [32]),
    );
  },
  'a transposed convolution, which fills what it does not reach': () =>
    ops.tanh(ops.convolutionTranspose(x, kernel('k', [2, 2, 5, 12]), { strides: 3 })),
  'branches of several depths that join': () => {
    const left = ops.relu(ops.convolution(x, kernel('a', [3, 3, 12, 12]), { padding: 'same' }));
    const right = ops.tanh(ops.depthwiseConvolution(x, kernel('b', [3, 3, 12, 1]), { padding: 'same' }));
    const sum = ops.add(left, ops.multiply(right, ops.sigmoid(left)));
    return ops.concatenate([sum, x, ops.maxPool(sum, { poolSize: 3, strides: 1, padding: 'same' })], {
      axis: 2,
    });
  },
  'long sums with few outputs behind a flattened image': () =>
    ops.softmax(ops.dense(ops.reshape(ops.relu(x), [11 * 9 * 12]), kernel('k', [11 * 9 * 12, 10]))),
};

describe('threads that share the nests of one sample give the bits of the interpreter', () => {
  test.each(Object.keys(networks))('%s', async (name) => {
    const graph: Graph = { outputs: { y: networks[name]!() }, assignments: [] };
    const random = new TestRandom(name.length);
    const feeds = [1, 2].map(() => ({
      batchSize: 1,
      inputs: { x: random.spread(elementCount(x.type.shape), -1, 1) },
    }));
    const variables = variablesOf(graph);
    const values = new Map(variables.map((v) => [v, random.spread(elementCount(v.type.shape), -1, 1)]));
    const results = [];
    for (const session of [interpreter, ...sessions]) {
      const program = await session.compile(graph, { maxBatch: 1 });
      const sync = session.compileSync(graph, { maxBatch: 1 });
      for (const [variable, own] of values) await session.write(variable, own);
      // before and after all threads know the program
      const made = feeds.map((feed) => sync.run(feed));
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (let round = 0; round < 10; round++) made.push(...feeds.map((feed) => sync.run(feed)));
      for (const feed of feeds) made.push(await program.run(feed));
      results.push(made);
    }
    for (const made of results) expect(made).toEqual(Array(12).fill(results[0]!.slice(0, 2)).flat());
  });
});
