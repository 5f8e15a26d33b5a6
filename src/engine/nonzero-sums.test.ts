import { afterAll, describe, expect, test } from 'vitest';
import { segmentGraph } from '../compiler/plan/create-plan.ts';
import { order } from '../compiler/plan/order.ts';
import { type PlanNode, toPlanGraph } from '../compiler/plan/plan-graph.ts';
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
  readonly before?: (x: Node) => Node;
  readonly after?: (z: Node) => Node;
}

/** A convolution of what `before` gives, `after` behind it, a mean, and the gradients of both variables. */
function network(options: Case): { graph: Graph; variables: Node[]; shape: number[] } {
  const { spatial, channels, filters, kernel, strides } = options;
  const shape = [...spatial, channels];
  const x = input('x', { dtype: 'f32', shape, batched: true });
  const shift = variable('shift', [channels]);
  const weights = variable('weights', [...kernel, channels, filters]);
  const moved = ops.biasAdd(x, shift);
  const z = ops.convolution(options.before?.(moved) ?? moved, weights, { padding: 'same', strides });
  const y = ops.tanh(options.after?.(z) ?? z);
  const loss = ops.reduceMean(y, { axes: y.type.shape.map((_, k) => k) });
  const variables = [shift, weights];
  const derived = gradients(loss, variables);
  const outputs = { loss, ...Object.fromEntries(variables.map((v) => [v.name, derived.get(v)!])) };
  return { graph: { outputs, assignments: [] }, variables, shape };
}

/** Sums of which an operand is known to have many zeros. */
const marked = (graph: Graph): PlanNode[] =>
  segmentGraph(toPlanGraph(order(simplify(graph)), () => false))
    .groups.flatMap(({ segment }) => segment)
    .map(({ main }) => main)
    .filter((node) => node.sparse !== undefined);

const session = createSession({ threads: 2 });
const interpreter = createInterpreterSession();
afterAll(() => session.dispose());

/** @param shift what is added in front: far below zero leaves no value, far above all of them */
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
    results.push(await program.run({ batchSize, inputs: { x } }));
  }
  expect(results[0]).toEqual(results[1]);
}

describe('gradients of weights from what relu leaves', () => {
  const plain: Case = { spatial: [9, 30], channels: 12, filters: 48, kernel: [1, 1], before: ops.relu };
  const behind: Case = { ...plain, channels: 48, filters: 13, before: ops.sigmoid, after: ops.relu };
  test.each<[Case, readonly number[] | undefined]>([
    [plain, undefined],
    [{ ...plain, channels: 11, filters: 56, kernel: [3, 2] }, undefined],
    [{ ...plain, strides: 2, spatial: [12, 70] }, undefined],
    [{ ...plain, before: ops.relu6, spatial: [150], kernel: [3] }, undefined],
    // the gradient lies with the channels of x innermost, which is what the walk adds to
    [behind, [0, 1, 3, 2]],
    [{ ...behind, channels: 52, spatial: [150], kernel: [2] }, [0, 2, 1]],
  ])('leave out zeros, with the bits of the whole sums: %o', async (options, storage) => {
    const found = marked(network(options).graph);
    expect(found.map((node) => node.storage)).toEqual([storage]);
    for (const shift of [0, -2, 2]) await compare(options, shift);
  });
  test.each<[string, Case]>([
    ['few values are zero', { ...plain, before: ops.tanh }],
    ['a value serves few sums', { ...plain, filters: 44 }],
    ['sums are no whole vectors', { ...plain, filters: 50 }],
    ['positions are few', { ...plain, spatial: [4, 5] }],
    ['channels are few', { ...plain, channels: 3 }],
  ])('do not where %s', async (_, options) => {
    expect(marked(network(options).graph)).toEqual([]);
    await compare(options, 0);
  });

  test('do not where the factors are one value a sample', () => {
    const [x, scale] = ['x', 'scale'].map((name) => input(name, { dtype: 'f32', shape: [], batched: true }));
    const weight = variable('weight', []);
    const loss = ops.multiply(ops.multiply(x!, scale!), weight);
    const outputs = { weight: gradients(loss, [weight]).get(weight)! };
    expect(marked({ outputs, assignments: [] })).toEqual([]);
  });
});
