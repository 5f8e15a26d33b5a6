import { expect, test } from 'vitest';
import { gradients } from '../graph/differentiate.ts';
import { input, type Node, variable } from '../graph/node.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { createSession } from './create-session.ts';
import { createInterpreterSession } from './interpreter-session.ts';

/** A weight gradient so large that it is summed once a shard, from activations that all micro-batches leave behind. */
test('activations of a shard survive its later micro-batches', async () => {
  const x = input('x', { dtype: 'f32', shape: [16, 16, 2], batched: true });
  const labels = input('labels', { dtype: 'i32', shape: [], batched: true });
  const kernel = variable('kernel', [3, 3, 2, 16]);
  const bias = variable('bias', [16]);
  const weights = variable('weights', [16 * 16 * 16, 10]);
  const h = ops.relu(ops.biasAdd(ops.convolution(x, kernel, { padding: 'same' }), bias));
  const loss = ops.sparseCrossEntropyFromLogits(labels, ops.dense(ops.reshape(h, [16 * 16 * 16]), weights));
  const variables: Node[] = [kernel, bias, weights];
  const derived = gradients(loss, variables);
  const outputs = { loss, ...Object.fromEntries(variables.map((v) => [v.name, derived.get(v)!])) };
  const batchSize = 84;
  const r = new TestRandom(7);
  const feed = {
    x: Float32Array.from({ length: batchSize * 512 }, () => 2 * r.uniform() - 1),
    labels: Int32Array.from({ length: batchSize }, () => r.integer(0, 9)),
  };
  const values = variables.map((v) =>
    Float32Array.from({ length: elementCount(v.type.shape) }, () => (2 * r.uniform() - 1) / 8),
  );
  const results = [];
  for (const session of [createSession({ threads: 2 }), createInterpreterSession()]) {
    const program = await session.compile({ outputs, assignments: [] }, { maxBatch: batchSize });
    for (const [k, v] of variables.entries()) await session.write(v, values[k]!);
    results.push(await program.run({ batchSize, inputs: feed }));
    session.dispose();
  }
  expect(results[0]).toEqual(results[1]);
});
