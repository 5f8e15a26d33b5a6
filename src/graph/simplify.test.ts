import { describe, expect, test } from 'vitest';
import { interpret } from '../backends/interpreter/interpret.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { foldConstants } from './fold-constants.ts';
import { forwardBorders } from './forward-borders.ts';
import { forwardCopies } from './forward-copies.ts';
import { forwardReshapes } from './forward-reshapes.ts';
import { inlineIntoViews } from './inline-into-views.ts';
import { mergeEqual } from './merge-equal.ts';
import { type Graph, input, type Node, rootsOf, topologicalOrder, variable } from './node.ts';
import { printForTest } from './print.test-support.ts';
import { type Replacement, rewriteGraph } from './rewrite.ts';
import { sinkMonotone } from './sink-monotone.ts';
import { verifyGraph } from './verify-graph.ts';

const image = (shape: readonly number[], name = 'x'): Node =>
  input(name, { dtype: 'f32', shape, batched: true });
const graphOf = (y: Node): Graph => ({ outputs: { y }, assignments: [] });
const elementOrder = (graph: Graph): string[] => topologicalOrder(rootsOf(graph)).map((node) => node.name);

/** Runs the pass, checks the result and that every value is the same, bit for bit; returns the text. */
function run(graph: Graph, pass: ((node: Node) => Replacement) | { whole: (graph: Graph) => Graph }): string {
  const after = 'whole' in pass ? pass.whole(graph) : rewriteGraph(graph, pass);
  verifyGraph(after);
  const random = new TestRandom(3);
  const inputs: Record<string, Float32Array> = {};
  const variables = new Map<Node, Float32Array>();
  for (const node of topologicalOrder([...rootsOf(graph), ...rootsOf(after)])) {
    const count = node.type.shape.reduce((a, b) => a * b, 1) * (node.type.batched ? 2 : 1);
    if (node.role === 'input') inputs[node.name] = random.spread(count, -1, 1);
    if (node.role === 'variable') variables.set(node, random.spread(count, -1, 1));
  }
  const value = (g: Graph) => interpret(g, inputs, variables, { precision: 'f32', batchSize: 2 }).outputs.y;
  expect(value(after)).toEqual(value(graph));
  return printForTest(after);
}

describe('sinkMonotone', () => {
  test('moves bias and relu behind a max-pool', () => {
    const x = image([4, 4, 3]);
    const y = ops.maxPool(ops.relu6(ops.biasAdd(x, variable('b', [3]))));
    expect(run(graphOf(y), sinkMonotone).split('\n').slice(-3)).toEqual([
      'maxPool[i0, i1, i2] = max{u0 u1}(x[2*i0 + u0, 2*i1 + u1, i2])',
      'biasAdd[i0, i1, i2] = add(maxPool[i0, i1, i2], b[i2])',
      'relu6[i0, i1, i2] = min(max(biasAdd[i0, i1, i2], 0), 6)',
    ]);
  });

  test('moves through a border of -Infinity and to a pool without spatial dimensions', () => {
    const bias = variable('b', [2]);
    const padded = ops.maxPool(ops.biasAdd(image([5, 5, 2]), bias), {
      poolSize: 3,
      strides: 2,
      padding: 'same',
    });
    expect(run(graphOf(padded), sinkMonotone)).toMatch(/biasAdd.* = add\(maxPool/);
    const all = ops.globalMaxPool(ops.relu(ops.biasAdd(image([5, 5, 2]), bias)));
    expect(run(graphOf(all), sinkMonotone)).toMatch(/relu\[i0\] = max\(biasAdd\[i0\], 0\)$/);
  });

  test('leaves what is not monotone or differs inside the window', () => {
    const x = image([4, 4, 3]);
    for (const inner of [ops.abs(x), ops.silu(x), ops.negate(x), ops.add(x, variable('b', [4, 4, 3]))]) {
      const graph = graphOf(ops.maxPool(inner));
      expect(run(graph, sinkMonotone)).toBe(printForTest(graph));
    }
    const average = graphOf(ops.averagePool(ops.relu(x)));
    expect(run(average, sinkMonotone)).toBe(printForTest(average));
  });
});

describe('foldConstants', () => {
  test('evaluates constant nodes where they are read', () => {
    const x = image([3]);
    const zeros = ops.rescale(x, { scale: 1 });
    const graph = graphOf(ops.subtract(zeros, ops.equal(x, x)));
    expect(run(graph, foldConstants)).toContain('rescale[i0] = x[i0]');
  });

  test('keeps a load that may leave the constant node', () => {
    const one = ops.exp(ops.rescale(image([4, 1]), { scale: 1 }));
    const graph = graphOf(ops.convolution(one, variable('k', [3, 1, 1]), { padding: 'same' }));
    expect(run(graph, foldConstants)).toContain('exp[i0 + u0 - 1, 0]');
  });
});

describe('forwardCopies', () => {
  test('removes a copy and reads through a split', () => {
    const x = image([6]);
    const text = run(graphOf(ops.exp(ops.reshape(ops.stopGradient(x), [2, 3]))), forwardCopies);
    expect(text).toContain('exp[i0, i1] = exp(x[3*i0 + i1])');
    expect(text).not.toContain('stopGradient');
  });

  test('keeps a view whose reader goes beyond it, and a conversion of bytes', () => {
    const split = ops.reshape(image([6]), [6, 1]);
    const graph = graphOf(ops.convolution(split, variable('k', [3, 1, 1]), { padding: 'same' }));
    expect(run(graph, forwardCopies)).toContain('reshape');
    const bytes = input('bytes', { dtype: 'u8', shape: [3], batched: true });
    const converted = graphOf(ops.rescale(bytes));
    expect(elementOrder(rewriteGraph(converted, forwardCopies))).toEqual(['bytes', 'rescale']);
  });
});

describe('forwardBorders', () => {
  test('reads through zeros', () => {
    const padded = ops.pad(image([4, 2]), {
      padding: [
        [1, 2],
        [0, 0],
      ],
    });
    const graph = graphOf(ops.convolution(padded, variable('k', [3, 2, 1])));
    expect(run(graph, forwardBorders)).toContain('x[i0 + u0 - 1, c]');
  });

  test('keeps other borders', () => {
    const padded = ops.pad(image([4, 2]), {
      padding: [
        [1, 2],
        [0, 0],
      ],
      value: 1,
    });
    const graph = graphOf(ops.convolution(padded, variable('k', [3, 2, 1])));
    expect(run(graph, forwardBorders)).toBe(printForTest(graph));
  });
});

describe('forwardReshapes', () => {
  test('sums over rows, columns and channels instead of the flattened tensor, through an elementwise node', () => {
    const flat = ops.relu(ops.reshape(image([2, 3, 4]), [-1]));
    const text = run(graphOf(ops.dense(flat, variable('k', [24, 5]))), forwardReshapes);
    expect(text).toContain('relu[i0, i1, i2] = max(x[i0, i1, i2], 0)');
    expect(text).toContain('sum{k_0 k_1 k_2}(mul(relu[k_0, k_1, k_2], k[12*k_0 + 4*k_1 + k_2, i0]))');
    expect(text).not.toContain('reshape');
  });

  test('keeps the merge where a reader takes a part of the merged dimension', () => {
    const flat = ops.reshape(image([2, 3]), [6, 1]);
    const graph = graphOf(ops.convolution(flat, variable('k', [3, 1, 1])));
    expect(run(graph, forwardReshapes)).toContain('reshape');
  });
});

describe('inlineIntoViews', () => {
  test('computes a value in the shape in which it is read', () => {
    const y = ops.reshape(ops.dense(image([3]), variable('k', [3, 6])), [2, 3]);
    expect(run(graphOf(y), { whole: inlineIntoViews })).toBe(
      'dense[i0, i1] = sum{r0}(mul(x[r0], k[r0, 3*i0 + i1]))',
    );
  });

  test('keeps a value that something else reads too', () => {
    const d = ops.dense(image([3]), variable('k', [3, 6]));
    const graph = { outputs: { y: ops.reshape(d, [2, 3]), d }, assignments: [] };
    expect(run(graph, { whole: inlineIntoViews })).toBe(printForTest(graph));
  });
});

describe('mergeEqual', () => {
  test('makes equal nodes one, whatever they are called', () => {
    const x = image([3, 3, 2]);
    const k = variable('k', [3, 3, 2, 2]);
    const twice = (): Node => ops.relu(ops.convolution(x, k, { padding: 'same' }));
    const merged = mergeEqual(graphOf(ops.add(twice(), twice())));
    verifyGraph(merged);
    expect(elementOrder(merged)).toEqual(['x', 'k', 'convolution', 'relu', 'add']);
  });

  test('keeps nodes that differ in a stride, a constant or a random stream', () => {
    const x = image([5, 1]);
    const k = variable('k', [1, 1, 1]);
    const pairs = [
      [ops.convolution(x, k), ops.convolution(x, k, { padding: [[0, 0]], dilation: 2, strides: 1 })],
      [ops.rescale(x, { scale: 2 }), ops.rescale(x, { scale: 3 })],
      [ops.dropout(x, { rate: 0.5, stream: 1 }), ops.dropout(x, { rate: 0.5, stream: 2 })],
    ] as const;
    const counts = pairs.map(
      ([a, b]) => new Set(rootsOf(mergeEqual({ outputs: { a, b }, assignments: [] }))).size,
    );
    // A dilation of a single tap is none: the first pair is the same convolution.
    expect(counts).toEqual([1, 2, 2]);
  });

  test('orders nodes by structure alone', () => {
    const x = image([3]);
    const second = ops.tanh(x);
    const other = graphOf(ops.add(ops.exp(x), second));
    const usual = graphOf(ops.add(ops.exp(x), ops.tanh(x)));
    expect(elementOrder(mergeEqual(other))).toEqual(elementOrder(mergeEqual(usual)));
  });

  test('leaves a graph as it is that has nothing to merge', () => {
    const merged = mergeEqual(
      graphOf(ops.relu(ops.convolution(image([3, 3, 2]), variable('k', [3, 3, 2, 2])))),
    );
    expect(rootsOf(mergeEqual(merged))).toEqual(rootsOf(merged));
    expect(rootsOf(mergeEqual(merged))[0]).toBe(rootsOf(merged)[0]);
  });
});
