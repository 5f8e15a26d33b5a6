import { describe, expect, test } from 'vitest';
import { gradients } from '../graph/differentiate.ts';
import { input, type Node, variable } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { createSession } from './create-session.ts';
import { createInterpreterSession } from './interpreter-session.ts';

const batchSize = 9;

/** Gradients of a pointwise contraction under maxima of windows that reach beyond its input. */
async function compare(
  shape: readonly number[],
  filters: number,
  pool: number,
  before: (x: Node, scale: Node) => Node,
  { after = (y: Node): Node => y, inputsToo = true } = {},
): Promise<void> {
  const random = new TestRandom(11);
  const x = input('x', { dtype: 'f32', shape, batched: true });
  const channels = shape.at(-1)!;
  const scale = variable('scale', [channels]);
  const kernel = variable('kernel', [...shape.slice(0, -1).map(() => 1), channels, filters]);
  const bias = variable('bias', [filters]);
  const rests = shape.slice(0, -1).map((extent) => [0, (pool - (extent % pool)) % pool] as const);
  const whole = ops.pad(before(x, scale), { padding: [...rests, [0, 0]] });
  const y = after(
    ops.maxPool(ops.relu(ops.biasAdd(ops.convolution(whole, kernel), bias)), { poolSize: pool }),
  );
  const loss = ops.reduceMean(ops.square(ops.tanh(y)));
  const variables = [scale, kernel, bias];
  const sought = inputsToo ? [...variables, x] : [kernel, bias];
  const derived = gradients(loss, sought);
  const outputs = { loss, ...Object.fromEntries(sought.map((v) => [v.name, derived.get(v)!])) };
  const values = variables.map((v) => random.spread(elementCount(v.type.shape), -1, 1));
  const feed = {
    x: random.spread(batchSize * elementCount(shape), -1, 1),
    inverseBatch: Float32Array.of(1 / batchSize),
  };
  const results = [];
  for (const session of [createSession({ threads: 2 }), createInterpreterSession()]) {
    const program = await session.compile({ outputs, assignments: [] }, { maxBatch: batchSize });
    for (const [k, v] of variables.entries()) await session.write(v, values[k]!);
    await program.run({ batchSize, inputs: feed });
    results.push(await program.run({ batchSize, inputs: feed }));
    session.dispose();
  }
  expect(results[0]).toEqual(results[1]);
}

const normalize = (x: Node, scale: Node): Node =>
  ops.batchNormalization(x, {
    gamma: scale,
    shift: variable('shift', [x.type.shape.at(-1)!]),
    inverseBatch: input('inverseBatch', { dtype: 'f32', shape: [], batched: false }),
  }).output;

describe('windows that reach beyond the input', () => {
  test.each([
    [[36, 1], 32, 4],
    [[9, 12, 5], 8, 2],
    [[9, 12, 12], 8, 2],
    [[6, 27], 21, 4],
    [[10, 6, 17], 19, 3],
    [[5, 3, 7, 9], 12, 2],
  ])('of shape %j', async (shape, filters, pool) => {
    await compare(shape, filters, pool, (x) => x);
    await compare(shape, filters, pool, ops.multiply);
    await compare(shape, filters, pool, (x, scale) => ops.tanh(ops.multiply(x, scale)));
    await compare(shape, filters, pool, normalize);
  });
  // Behind batch statistics the gradients come a level later. What that of the weights reads of the input is computed
  // there again, into a tensor that nothing else reads: the walk alone decides whether zeros stand behind it.
  test.each([
    [[9, 12, 5], 8, 2],
    [[10, 6, 17], 19, 3],
    [[35, 2], 32, 4],
    [[9, 12, 40], 8, 4],
    [[33, 7, 70], 8, 4],
    [[5, 3, 7, 9], 12, 2],
  ])('of shape %j, in front of batch statistics', async (shape, filters, pool) => {
    const after = (y: Node): Node => normalize(y, variable('scale of maxima', [filters]));
    const options = { after, inputsToo: false };
    await compare(shape, filters, pool, ops.multiply, options);
    await compare(shape, filters, pool, (x, scale) => ops.tanh(ops.multiply(x, scale)), options);
  });
});
