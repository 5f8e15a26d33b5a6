import { afterAll, describe, expect, test } from 'vitest';
import { segmentGraph } from '../compiler/plan/create-plan.ts';
import { order } from '../compiler/plan/order.ts';
import { toPlanGraph } from '../compiler/plan/plan-graph.ts';
import { gradients } from '../graph/differentiate.ts';
import { type Graph, input, type Node, variable } from '../graph/node.ts';
import { simplify } from '../graph/simplify.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { createSession } from './create-session.ts';
import { createInterpreterSession } from './interpreter-session.ts';

interface Case {
  readonly spatial: readonly number[];
  readonly width: number;
  readonly channels: number;
  readonly pool: readonly number[];
  readonly strides?: readonly number[];
  readonly middle?: (z: Node) => Node;
  readonly kernel?: readonly number[];
  readonly dilation?: number;
  readonly padding?: 'same' | 'valid';
}

/** Pointwise contraction, maximum over windows, mean: with gradients of the contraction's weights and input. */
function network({ spatial, width, channels, pool, strides, middle, kernel, dilation, padding }: Case): {
  graph: Graph;
  variables: Node[];
  shape: number[];
} {
  const shape = [...spatial, width];
  const x = input('x', { dtype: 'f32', shape, batched: true });
  const scale = variable('scale', [width]);
  const weights = variable('weights', [...(kernel ?? spatial.map(() => 1)), width, channels]);
  const bias = variable('bias', [channels]);
  const z = ops.convolution(ops.multiply(x, scale), weights, { dilation, padding });
  const y = ops.maxPool(ops.relu(ops.biasAdd(middle ? middle(z) : z, bias)), {
    poolSize: pool,
    ...(strides ? { strides } : {}),
  });
  const loss = ops.reduceMean(ops.square(y), { axes: y.type.shape.map((_, k) => k) });
  const variables = [scale, weights, bias];
  const derived = gradients(loss, variables);
  return {
    graph: {
      outputs: { loss, ...Object.fromEntries(variables.map((v) => [v.name, derived.get(v)!])) },
      assignments: [],
    },
    variables,
    shape,
  };
}

const walks = (graph: Graph): number =>
  segmentGraph(toPlanGraph(order(simplify(graph)), () => false)).products.length;

const session = createSession({ threads: 2 });
afterAll(() => session.dispose());

async function compare(options: Case, batchSize = 11): Promise<void> {
  const { graph, variables, shape } = network(options);
  const r = new TestRandom(options.width * 1000 + options.channels);
  const values = variables.map((v) =>
    Float32Array.from({ length: elementCount(v.type.shape) }, () => 2 * r.uniform() - 1),
  );
  const x = Float32Array.from({ length: batchSize * elementCount(shape) }, () => 2 * r.uniform() - 1);
  const results = [];
  for (const s of [session, createInterpreterSession()]) {
    const program = await s.compile(graph, { maxBatch: batchSize });
    for (const [k, v] of variables.entries()) await s.write(v, values[k]!);
    results.push(await program.run({ batchSize, inputs: { x } }));
  }
  expect(results[0]).toEqual(results[1]);
}

describe('products with the gradient of window maxima', () => {
  const plain: Case = { spatial: [6, 8], width: 32, channels: 64, pool: [2, 2] };
  test.each<Case>([
    plain,
    { ...plain, channels: 5, width: 3 },
    { ...plain, channels: 17, width: 37 },
    { ...plain, channels: 70, width: 33 },
    { ...plain, channels: 130, width: 4 },
    { spatial: [6, 9], width: 8, channels: 24, pool: [3, 3] },
    { spatial: [12], width: 12, channels: 20, pool: [3] },
    { spatial: [4, 4, 4], width: 6, channels: 18, pool: [2, 2, 2] },
  ])('walk set elements, with the bits of the plain sums: %o', async (options) => {
    expect(walks(network(options).graph)).toBe(1);
    await compare(options);
  });
  test.each<Case>([
    { ...plain, width: 12, channels: 20, kernel: [3, 3], padding: 'same' },
    { ...plain, width: 8, channels: 70, kernel: [3, 3], padding: 'same', dilation: 2 },
    { spatial: [8, 9], width: 37, channels: 6, pool: [2, 2], kernel: [3, 2], padding: 'valid' },
    { spatial: [8], width: 9, channels: 17, pool: [4], kernel: [5], padding: 'same' },
    { spatial: [4, 4, 4], width: 8, channels: 5, pool: [2, 2, 2], kernel: [3, 1, 3], padding: 'same' },
    { ...plain, width: 8, channels: 5, kernel: [5, 5], padding: 'same', dilation: 2 },
  ])('walk set elements tap by tap: %o', async (options) => {
    expect(walks(network(options).graph)).toBe(1);
    await compare(options);
  });
  test.each<[string, Case]>([
    [
      'windows have few elements for taps',
      { spatial: [8], width: 9, channels: 17, pool: [2], kernel: [3], padding: 'same' },
    ],
    ['rows are short for taps', { ...plain, width: 4, kernel: [3, 3], padding: 'same' }],
    ['windows overlap', { ...plain, strides: [1, 1] }],
    ['windows leave a rest', { ...plain, spatial: [7, 8] }],
    ['masks would be too many', { ...plain, channels: 320 }],
    ['something stands between', { ...plain, middle: (z) => ops.tanh(z) }],
  ])('do not where %s', async (_, options) => {
    const found = walks(network(options).graph);
    // the gradient behind tanh is read by its derivative, not by products
    expect(found).toBe(0);
    await compare(options, 3);
  });
});
