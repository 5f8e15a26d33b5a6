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
  readonly channels: number;
  readonly filters: number;
  readonly kernel: readonly number[];
  readonly strides?: number;
  readonly dilation?: number;
  readonly padding?: 'same' | 'valid';
  readonly activation?: (x: Node) => Node;
  readonly after?: (z: Node) => Node;
}

/** relu, a convolution, what follows, a mean, and the gradients of all weights. */
function network(options: Case): { graph: Graph; variables: Node[]; shape: number[] } {
  const { spatial, channels, filters, kernel, strides, dilation, padding } = options;
  const shape = [...spatial, channels];
  const x = input('x', { dtype: 'f32', shape, batched: true });
  const shift = variable('shift', [channels]);
  const weights = variable('weights', [...kernel, channels, filters]);
  const active = (options.activation ?? ops.relu)(ops.biasAdd(x, shift));
  const z = ops.convolution(active, weights, { strides, dilation, padding });
  const y = ops.tanh(options.after ? options.after(z) : z);
  const loss = ops.reduceMean(y, { axes: y.type.shape.map((_, k) => k) });
  const variables = [shift, weights];
  const derived = gradients(loss, variables);
  const outputs = { loss, ...Object.fromEntries(variables.map((v) => [v.name, derived.get(v)!])) };
  return { graph: { outputs, assignments: [] }, variables, shape };
}

const walks = (graph: Graph): number =>
  segmentGraph(toPlanGraph(order(simplify(graph)), () => false))
    .groups.flatMap(({ segment }) => segment)
    .filter((group) => group.nonzero).length;

const session = createSession({ threads: 2 });
const interpreter = createInterpreterSession();
afterAll(() => session.dispose());

/** @param shift what is added in front of relu: far below zero leaves no value, far above all of them */
async function compare(options: Case, shift: number): Promise<void> {
  const batchSize = 3;
  const { graph, variables, shape } = network(options);
  const random = new TestRandom(options.channels * 1000 + options.filters);
  const values = [
    Float32Array.from({ length: options.channels }, () => shift),
    random.spread(elementCount(variables[1]!.type.shape), -1, 1),
  ];
  const x = random.spread(batchSize * elementCount(shape), -1, 1);
  const results = [];
  for (const s of [session, interpreter]) {
    const program = await s.compile(graph, { maxBatch: batchSize });
    for (const [k, v] of variables.entries()) await s.write(v, values[k]!);
    await program.run({ batchSize, inputs: { x } });
    results.push(await program.run({ batchSize, inputs: { x } }));
  }
  expect(results[0]).toEqual(results[1]);
}

describe('contractions of what relu leaves', () => {
  const plain: Case = { spatial: [14, 13], channels: 12, filters: 32, kernel: [3, 3], padding: 'same' };
  test.each<Case>([
    plain,
    { ...plain, channels: 11, filters: 36 },
    { ...plain, channels: 70, filters: 104, spatial: [17, 16], kernel: [1, 3], padding: 'valid' },
    { ...plain, channels: 33, filters: 200, kernel: [1, 2] },
    { ...plain, strides: 2, spatial: [20, 19] },
    { ...plain, dilation: 2 },
    { ...plain, kernel: [5, 1], channels: 8 },
    { ...plain, kernel: [1, 1], channels: 45, filters: 64 },
    { ...plain, kernel: [1, 1], channels: 32, filters: 68, strides: 2, spatial: [20, 19] },
    { ...plain, kernel: [1, 1], channels: 66, filters: 132 },
    { ...plain, kernel: [1, 1], channels: 40, filters: 48 },
    { ...plain, kernel: [1, 1], channels: 131, filters: 64, activation: ops.relu6 },
    { spatial: [150], channels: 130, filters: 64, kernel: [3], padding: 'same', dilation: 4 },
    { spatial: [140], channels: 36, filters: 44, kernel: [4], padding: 'valid', strides: 3 },
    { spatial: [5, 6, 4], channels: 9, filters: 32, kernel: [2, 3, 2], padding: 'same' },
    { ...plain, activation: ops.relu6 },
    { ...plain, after: (z) => ops.maxPool(z, { poolSize: 2 }) },
    { ...plain, activation: (x) => ops.multiply(ops.relu(x), ops.tanh(x)) },
  ])('walk from nonzero to nonzero, with the bits of the whole sums: %o', async (options) => {
    expect(walks(network(options).graph)).toBe(1);
    for (const shift of [0, -0.4, -2, 0.7, 2]) await compare(options, shift);
  });
  test('do so in the gradient of a hidden convolution behind which relu stands', async () => {
    const options: Case = {
      ...plain,
      channels: 32,
      spatial: [15, 16],
      activation: ops.tanh,
      after: ops.relu,
    };
    expect(walks(network(options).graph)).toBe(1);
    await compare(options, 0);
  });
  test.each<[string, Case]>([
    ['few values are zero', { ...plain, activation: ops.tanh }],
    ['no value but the padding is zero', { ...plain, activation: ops.sigmoid }],
    [
      'a maximum over a window stands in front of relu',
      {
        ...plain,
        activation: (x) => ops.relu(ops.maxPool(x, { poolSize: 3, strides: 1 })),
      },
    ],
    ['chance leaves values out', { ...plain, activation: (x) => ops.dropout(x, { rate: 0.1, stream: 1 }) }],
    ['sums are few at a time', { ...plain, filters: 28 }],
    ['rows are no whole vectors', { ...plain, filters: 34 }],
    ['a value serves few products', { ...plain, kernel: [1, 1], channels: 45, filters: 44 }],
    ['runs are short', { ...plain, kernel: [1, 1], channels: 24, filters: 64 }],
    ['rows of one tap exceed the cache', { ...plain, channels: 257, spatial: [40, 40] }],
    ['weights are larger than activations', { ...plain, spatial: [3, 3], channels: 32, filters: 64 }],
  ])('do not where %s', async (_, options) => {
    expect(walks(network(options).graph)).toBe(0);
    if (!options.activation && options.channels < 100) await compare(options, 0);
  });
});
