import { describe, expect, test } from 'vitest';
import { interpret } from '../backends/interpreter/interpret.ts';
import { affine } from '../ir/affine.ts';
import { constant, load, neg, sub, sum } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import * as ops from '../ops/index.ts';
import { TestRandom } from '../ops/samplers.test-support.ts';
import { sumOfSquares } from '../ops/sum-of-squares.ts';
import { canonicalDefinition } from './canonical-piece.ts';
import { gradients } from './differentiate.ts';
import { computeNode, type Graph, input, type Node, rootsOf, topologicalOrder, variable } from './node.ts';
import { printForTest } from './print.test-support.ts';
import { rewriteGraph } from './rewrite.ts';
import { SIMPLIFICATIONS } from './simplify.ts';

const image = (...shape: number[]): Node => input('x', { dtype: 'f32', shape, batched: true });
const graphOf = (y: Node): Graph => ({ outputs: { y }, assignments: [] });
const border = (value = 0) => ({
  padding: [
    [1, 1],
    [0, 0],
  ] as [number, number][],
  value,
});

/** A node that is the same number in every element. */
const all = (value: number, shape: readonly number[] = [3]): Node =>
  computeNode(
    'all',
    shape,
    compute('map', shape, () => constant(value)),
    [],
  );

/** The gradient of a loss over a max-pooled convolution, of its kernel or of its input. */
function pooledGradient(of: 'kernel' | 'input', pool: Parameters<typeof ops.maxPool>[1], size = 6): Graph {
  const kernel = variable('w', [1, 1, 3, 4]);
  const bias = variable('b', [3]);
  const z = ops.convolution(ops.biasAdd(image(size, size, 3), bias), kernel);
  const wanted = of === 'kernel' ? kernel : bias;
  const loss = ops.reduceSum(ops.square(ops.maxPool(z, pool)), { axes: [0, 1, 2] });
  return graphOf(gradients(loss, [wanted]).get(wanted)!);
}

/** Graphs that a rewrite changes, and graphs that it must leave as they are. */
interface Cases {
  /** The rewrite sees what those before it leave. */
  readonly behindOthers?: boolean;
  readonly fires: Readonly<Record<string, () => Graph>>;
  readonly keeps: Readonly<Record<string, () => Graph>>;
}

const cases: Readonly<Record<string, Cases>> = {
  sinkMonotone: {
    fires: {
      'bias and relu before a max-pool': () =>
        graphOf(ops.maxPool(ops.relu(ops.biasAdd(image(4, 4, 3), variable('b', [3]))))),
      'relu6 before a global max-pool': () => graphOf(ops.globalMaxPool(ops.relu6(image(4, 4, 3)))),
    },
    keeps: {
      'a mean instead of a maximum': () => graphOf(ops.averagePool(ops.relu(image(4, 4, 3)))),
      'a function that falls': () => graphOf(ops.maxPool(ops.negate(image(4, 4, 3)))),
      'a factor, whose sign is not known': () =>
        graphOf(ops.maxPool(ops.multiply(image(4, 4, 3), variable('b', [3])))),
      'a bias that differs in the window': () =>
        graphOf(ops.maxPool(ops.add(image(4, 4, 3), variable('b', [4, 4, 3])))),
      'two batched operands': () => {
        const x = image(4, 4, 3);
        return graphOf(ops.maxPool(ops.add(x, ops.exp(x))));
      },
    },
  },
  trimTaps: {
    fires: {
      'a dilated kernel that reaches beyond a small input': () =>
        graphOf(
          ops.depthwiseConvolution(image(4, 9, 3), variable('k', [3, 5, 3, 1]), {
            padding: 'same',
            dilation: [5, 3],
          }),
        ),
      'taps behind a causal border': () =>
        graphOf(
          ops.convolution(image(6, 2), variable('k', [4, 2, 3]), {
            padding: 'causal',
            dilation: 3,
            strides: 2,
          }),
        ),
    },
    keeps: {
      'a kernel whose last taps meet one output': () =>
        graphOf(ops.convolution(image(4, 4, 2), variable('k', [7, 7, 2, 3]), { padding: 'same' })),
      'a maximum, for which the border is no zero': () =>
        graphOf(ops.maxPool(image(2, 2, 3), { poolSize: 2, strides: 2, padding: 'same' })),
      'a gradient, whose taps vanished before it was derived': () => {
        const k = variable('k', [5, 5, 2, 3]);
        const y = ops.convolution(image(6, 4, 2), k, { padding: 'same', dilation: 2 });
        const loss = ops.reduceSum(ops.square(y), { axes: [0, 1, 2] });
        return graphOf(gradients(loss, [k]).get(k)!);
      },
      'a sum of squares that reads past the end': () =>
        graphOf(sumOfSquares([variable('v', [7]), variable('w', [11])])),
      'terms that are no products': () => {
        const x = image(3);
        const apart = compute(
          'map',
          [1],
          () => sum(['u'], sub(load(x, [affine({ u: 1 }, -2)]), constant(1))),
          [{ name: 'u', extent: 7 }],
        );
        return graphOf(computeNode('apart', [1], apart, [x]));
      },
    },
  },
  foldConstants: {
    fires: {
      'a sum with a node of zeros': () => graphOf(ops.add(image(3), all(0))),
      'a product of a node of ones': () => graphOf(ops.multiply(all(1), image(3))),
      'the negative of a negative': () => {
        const x = image(3);
        const twice = compute('map', [3], ([i]) => neg(neg(load(x, [i!]))));
        return graphOf(computeNode('twice', [3], twice, [x]));
      },
    },
    keeps: {
      'a product with zeros: of NaN it is NaN': () => graphOf(ops.rescale(image(3), { scale: 0 })),
      'a window that leaves the constant node': () =>
        graphOf(ops.convolution(all(1, [3, 1]), variable('k', [3, 1, 1]), { padding: 'same' })),
      'what is constant in a step only, a variable': () => graphOf(ops.add(image(3), variable('v', [3]))),
    },
  },
  mergeEqual: {
    fires: {
      'two equal chains': () => {
        const x = image(3);
        return graphOf(ops.multiply(ops.tanh(ops.exp(x)), ops.tanh(ops.exp(x))));
      },
    },
    keeps: {
      'other operands': () => {
        const x = image(3);
        return graphOf(ops.multiply(ops.tanh(ops.exp(x)), ops.tanh(ops.abs(x))));
      },
      'random numbers of other streams': () => {
        const x = image(3);
        return graphOf(
          ops.add(ops.dropout(x, { rate: 0.5, stream: 1 }), ops.dropout(x, { rate: 0.5, stream: 2 })),
        );
      },
    },
  },
  forwardBorders: {
    fires: {
      'zeros around the input of a convolution': () =>
        graphOf(ops.convolution(ops.pad(image(5, 2), border()), variable('k', [3, 2, 1]))),
    },
    keeps: {
      'ones around it': () =>
        graphOf(ops.convolution(ops.pad(image(5, 2), border(1)), variable('k', [3, 2, 1]))),
      '-Infinity around a maximum': () =>
        graphOf(ops.maxPool(image(5, 5, 2), { poolSize: 3, strides: 2, padding: 'same' })),
      'a concatenation, whose pieces are not one': () => {
        const x = image(5, 2);
        return graphOf(
          ops.convolution(ops.concatenate([x, ops.exp(x)], { axis: 0 }), variable('k', [3, 2, 1])),
        );
      },
    },
  },
  forwardReshapes: {
    fires: {
      'a dense layer over a flattened image': () =>
        graphOf(ops.dense(ops.reshape(image(2, 3, 4), [-1]), variable('k', [24, 5]))),
    },
    keeps: {
      'a window over a merged dimension': () =>
        graphOf(ops.convolution(ops.reshape(image(2, 3), [6, 1]), variable('k', [2, 1, 1]))),
      'a split, which merges nothing': () =>
        graphOf(ops.dense(ops.reshape(image(6), [2, 3]), variable('k', [3, 5]))),
    },
  },
  inlineIntoViews: {
    fires: {
      'a view of a product': () => graphOf(ops.reshape(ops.dense(image(3), variable('k', [3, 6])), [2, 3])),
    },
    keeps: {
      'a view of what something else reads': () => {
        const d = ops.dense(image(3), variable('k', [3, 6]));
        return { outputs: { y: ops.reshape(d, [2, 3]), d }, assignments: [] };
      },
      'a view that repeats elements': () => {
        const source = ops.tanh(image(1, 3));
        const repeated = compute('map', [2, 3], ([, j]) => load(source, [0, j!]));
        return graphOf(computeNode('repeated', [2, 3], repeated, [source]));
      },
    },
  },
  forwardCopies: {
    fires: {
      'a reader behind a split': () => graphOf(ops.tanh(ops.reshape(ops.stopGradient(image(6)), [2, 3]))),
    },
    keeps: {
      'a reader that goes beyond the view': () =>
        graphOf(
          ops.convolution(ops.reshape(image(6), [6, 1]), variable('k', [3, 1, 1]), { padding: 'same' }),
        ),
      'bytes that become numbers': () =>
        graphOf(ops.rescale(input('bytes', { dtype: 'u8', shape: [3], batched: true }))),
    },
  },
  walkWindows: {
    behindOthers: true,
    fires: {
      'the kernel gradient of a convolution under a max-pool': () => pooledGradient('kernel', {}),
      'windows that leave a rest': () => pooledGradient('kernel', {}, 7),
    },
    keeps: {
      'windows that overlap': () => pooledGradient('kernel', { poolSize: 3, strides: 1 }),
      'a gradient behind the input product': () => pooledGradient('input', {}),
    },
  },
};

/** Outputs in float64 for the same random operands, by name. */
function valuesOf(graph: Graph): Record<string, number[]> {
  const random = new TestRandom(5);
  const inputs: Record<string, Float32Array> = {};
  const variables = new Map<Node, Float32Array>();
  const leaves = topologicalOrder(rootsOf(graph)).filter((node) => node.role !== 'compute');
  for (const node of leaves.sort((a, b) => a.name.localeCompare(b.name))) {
    const count = node.type.shape.reduce((a, b) => a * b, node.type.batched ? 2 : 1);
    const values = random.spread(count, -1, 1);
    if (node.role === 'input') inputs[node.name] = values;
    else variables.set(node, values);
  }
  const { outputs } = interpret(graph, inputs, variables, { precision: 'f64', batchSize: 2 });
  return Object.fromEntries(Object.entries(outputs).map(([name, values]) => [name, Array.from(values)]));
}

/** The text of a graph in which axes and nodes are numbered alike, with how many nodes there are. */
const textOf = (graph: Graph): string => {
  const canonical = rewriteGraph(graph, ({ definition }) => canonicalDefinition(definition!));
  return `${topologicalOrder(rootsOf(canonical)).length} nodes\n${printForTest(canonical)}`;
};

test('every rewrite is in the table', () => {
  expect(Object.keys(cases).sort()).toEqual([...new Set(SIMPLIFICATIONS.map(({ name }) => name))].sort());
});

describe.each(Object.entries(cases))('%s', (name, { behindOthers, fires, keeps }) => {
  const position = SIMPLIFICATIONS.findIndex((pass) => pass.name === name);
  const pass = SIMPLIFICATIONS[position]!;
  const prepared = (graph: Graph): Graph =>
    behindOthers ? SIMPLIFICATIONS.slice(0, position).reduce((g, { run }) => run(g), graph) : graph;

  test.each(Object.entries(fires))('fires for %s', (_, build) => {
    const graph = prepared(build());
    const after = pass.run(graph);
    expect(textOf(after)).not.toBe(textOf(graph));
    const [wanted, got] = [valuesOf(graph), valuesOf(after)];
    for (const [output, values] of Object.entries(wanted))
      values.forEach((value, k) => {
        expect(got[output]![k]).toBeCloseTo(value, 10);
      });
  });

  test.each(Object.entries(keeps))('keeps %s', (_, build) => {
    const graph = prepared(build());
    expect(textOf(pass.run(graph))).toBe(textOf(graph));
  });
});
