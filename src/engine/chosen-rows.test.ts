import { afterAll, describe, expect, test } from 'vitest';
import { rowWalkOf } from '../backends/wasm/row-walk.ts';
import { createPlan } from '../compiler/plan/create-plan.ts';
import { order, unshardedNodes } from '../compiler/plan/order.ts';
import { toPlanGraph } from '../compiler/plan/plan-graph.ts';
import { gradients } from '../graph/differentiate.ts';
import { type Graph, input, type Node, variable } from '../graph/node.ts';
import { simplify } from '../graph/simplify.ts';
import { isLoopNest } from '../ir/plan.ts';
import { elementCount } from '../ir/tensor-type.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { createSession } from './create-session.ts';
import { createInterpreterSession } from './interpreter-session.ts';

interface Case {
  readonly rows: number;
  readonly features: number;
  /** Numbers of a sample. */
  readonly shape: readonly number[];
  readonly after: (y: Node, table: Node) => Node;
  readonly batchSize?: number;
}

function network({ rows, features, shape, after }: Case): { graph: Graph; table: Node } {
  const indices = input('indices', { dtype: 'i32', shape, batched: true });
  const table = variable('table', [rows, features]);
  const y = after(ops.embedding(indices, table), table);
  const loss = ops.reduceMean(ops.square(y), { axes: y.type.shape.map((_, k) => k) });
  const gradient = gradients(loss, [table]).get(table)!;
  return { graph: { outputs: { y, gradient }, assignments: [] }, table };
}

/** Values of a program for a batch that are computed by walks over the numbers. */
function walks(graph: Graph, batchSize: number): number {
  const ordered = order(simplify(graph));
  const unsharded = unshardedNodes(ordered, batchSize);
  const memory = { reserve: () => 0, variable: () => 0 };
  const plan = createPlan(
    toPlanGraph(ordered, (id) => unsharded.has(id)),
    memory,
    {
      maxBatch: batchSize,
      maxShards: 8,
      maxShardSamples: batchSize,
      slotHeader: 64,
    },
  );
  const walked = plan.kernels.filter((kernel) => isLoopNest(kernel) && rowWalkOf(kernel));
  return new Set(walked.map(({ name }) => name)).size;
}

const session = createSession({ threads: 2 });
const interpreter = createInterpreterSession();
afterAll(() => session.dispose());

async function compare(options: Case): Promise<void> {
  const { rows, shape, batchSize = 12 } = options;
  const { graph, table } = network(options);
  const random = new TestRandom(rows + elementCount(shape));
  const weights = random.spread(elementCount(table.type.shape), -1, 1);
  // -1 and `rows` are no rows
  const indices = Int32Array.from({ length: batchSize * elementCount(shape) }, () =>
    random.integer(-1, rows),
  );
  const results = [];
  for (const s of [session, interpreter]) {
    const program = await s.compile(graph, { maxBatch: batchSize });
    await s.write(table, weights);
    await program.run({ batchSize, inputs: { indices } });
    results.push(await program.run({ batchSize, inputs: { indices } }));
  }
  const bits = (values: Float32Array): string => String(new Uint32Array(values.slice().buffer));
  const [compiled, interpreted] = results.map((r) => r as Record<string, Float32Array>);
  for (const key of ['y', 'gradient'])
    expect(bits(compiled![key]!) === bits(interpreted![key]!), key).toBe(true);
}

const plain: Case = { rows: 40, features: 24, shape: [7], after: (y) => y };
const pooled = (y: Node): Node => ops.reduceMean(y, { axes: [0] });
const kernel = variable('kernel', [3, 24, 4]);

describe('tables read by whole numbers', () => {
  test.each<[string, Case]>([
    ['', plain],
    ['with rows of a few numbers, kept column after column', { ...plain, rows: 100, features: 5 }],
    ['with long rows', { ...plain, features: 150 }],
    ['with one number a row', { ...plain, features: 1, rows: 300 }],
    ['at two positions', { ...plain, shape: [3, 4] }],
    ['at one position', { ...plain, shape: [1] }],
    ['without positions', { ...plain, rows: 3000, shape: [] }],
    ['and a mean, whose gradient is an expression', { ...plain, after: pooled }],
    ['and an activation', { ...plain, after: (y) => ops.relu(ops.rescale(y, { scale: 2, offset: 0.1 })) }],
    ['and a random mask', { ...plain, after: (y) => ops.dropout(y, { rate: 0.5, stream: 1 }) }],
    [
      'and a convolution that reads zeros around it',
      { ...plain, after: (y) => ops.convolution(y, kernel, { padding: 'same' }) },
    ],
    ['into a flat dimension', { ...plain, after: (y) => ops.tanh(ops.reshape(y, [7 * 24])) }],
    ['in few samples', { ...plain, batchSize: 1 }],
    ['in many samples', { ...plain, batchSize: 130 }],
  ])('%s have the bits of all comparisons', async (_, options) => {
    expect(walks(network(options).graph, options.batchSize ?? 12)).toBe(2);
    await compare(options);
  });

  test('are compared as a whole where they have few rows', () => {
    expect(walks(network({ ...plain, rows: 8 }).graph, 12)).toBe(0);
  });
  test('get a gradient in eight parts by comparisons', async () => {
    const small = { ...plain, rows: 16, features: 1, shape: [9] };
    expect(walks(network(small).graph, 12)).toBe(1);
    await compare(small);
  });
  test('are compared as a whole where a number stands beside the choice', () => {
    const x = input('x', { dtype: 'i32', shape: [7], batched: true });
    const table = variable('table', [40, 24]);
    const y = ops.reduceSum(
      ops.multiply(ops.equal(ops.reshape(x, [7, 1]), ops.reshape(table, [1, 960])), 2),
      { axes: [1] },
    );
    expect(walks({ outputs: { y }, assignments: [] }, 12)).toBe(0);
  });
});
