import { describe, expect, test } from 'vitest';
import { gradients } from '../graph/differentiate.ts';
import { input, type Node, variable } from '../graph/node.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { createInterpreterSession } from './interpreter-session.ts';

/** A small dilated separable network with one step of plain gradient descent. */
function trainingGraph() {
  const x = input('x', { dtype: 'u8', shape: [8, 8, 1], batched: true });
  const labels = input('labels', { dtype: 'i32', shape: [], batched: true });
  const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
  const weights = {
    depthwise: variable('depthwise', [3, 3, 1, 1]),
    pointwise: variable('pointwise', [1, 1, 1, 4]),
    bias: variable('bias', [4]),
    kernel: variable('kernel', [64, 3]),
  };
  const scaled = ops.rescale(x, { scale: 1 / 255 });
  const spatial = ops.depthwiseConvolution(scaled, weights.depthwise, { dilation: 2, padding: 'same' });
  const channels = ops.relu(ops.biasAdd(ops.convolution(spatial, weights.pointwise), weights.bias));
  const pooled = ops.dropout(ops.maxPool(channels), { rate: 0.25, stream: 1 });
  const logits = ops.dense(ops.reshape(pooled, [-1]), weights.kernel);
  const loss = ops.multiply(ops.sparseCrossEntropyFromLogits(labels, logits), inverseBatch);
  const variables: Node[] = Object.values(weights);
  const slopes = gradients(loss, variables);
  const assignments = variables.map((v) => ({
    variable: v,
    value: ops.subtract(v, ops.rescale(slopes.get(v)!, { scale: 0.3 })),
  }));
  return { graph: { outputs: { loss: ops.sumOverBatch(loss) }, assignments }, variables };
}

function feedOf(random: TestRandom, batchSize: number, step: number) {
  const labels = Int32Array.from({ length: batchSize }, () => random.integer(0, 2));
  // The label is how bright the image is, so that there is something to learn.
  const x = Uint8Array.from(
    { length: batchSize * 64 },
    (_, k) => labels[Math.floor(k / 64)]! * 80 + random.integer(0, 60),
  );
  return { batchSize, step, inputs: { x, labels, inverseBatch: Float32Array.of(1 / batchSize) } };
}

async function train(batches: readonly number[]): Promise<{ losses: number[]; weights: Float32Array[] }> {
  const { graph, variables } = trainingGraph();
  const session = createInterpreterSession();
  const random = new TestRandom(7);
  for (const v of variables)
    await session.write(
      v,
      random.spread(
        v.type.shape.reduce((a, b) => a * b, 1),
        -0.5,
        0.5,
      ),
    );
  const program = await session.compile(graph, { maxBatch: 32 });
  const losses: number[] = [];
  for (const [step, batchSize] of batches.entries()) {
    losses.push((await program.run(feedOf(random, batchSize, step))).loss![0]!);
  }
  const weights = await Promise.all(variables.map((v) => session.read(v)));
  session.dispose();
  return { losses, weights };
}

describe('interpreter session', () => {
  test('trains, with a short last batch, and gives the same bits again', async () => {
    const batches = [...new Array<number>(100).fill(32), 5];
    const [first, second] = [await train(batches), await train(batches)];
    const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
    expect(mean(first.losses.slice(-10))).toBeLessThan(0.7 * mean(first.losses.slice(0, 5)));
    expect(second).toEqual(first);
  });

  test('refuses what does not fit and works no more after dispose', async () => {
    const { graph, variables } = trainingGraph();
    const session = createInterpreterSession();
    const program = await session.compile(graph, { maxBatch: 4 });
    await expect(program.run({ batchSize: 5, inputs: {} })).rejects.toThrow(/from 1 to 4/);
    await expect(program.run({ batchSize: 1, inputs: {} })).rejects.toThrow(/Expected values/);
    await expect(session.write(variables[0]!, new Float32Array(3))).rejects.toThrow(/9 numbers/);
    session.dispose();
    await expect(session.read(variables[0]!)).rejects.toThrow(/disposed/);
  });
});
