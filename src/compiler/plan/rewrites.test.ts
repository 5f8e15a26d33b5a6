import { describe, expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { type Graph, input, type Node, variable } from '../../graph/node.ts';
import { simplify } from '../../graph/simplify.ts';
import * as ops from '../../ops/index.ts';
import { findWindowProducts } from './find-window-products.ts';
import { groupNodes, type MatchedGraph } from './group-nodes.ts';
import { inlineElementwise } from './inline-elementwise.ts';
import { order } from './order.ts';
import { packOperands } from './pack-operands.ts';
import { type PlanGraph, toPlanGraph } from './plan-graph.ts';
import { rematerialise } from './rematerialise.ts';
import { separateAssignments } from './separate-assignments.ts';

type Outputs = Record<string, Node>;
const image = (...shape: number[]): Node => input('x', { dtype: 'f32', shape, batched: true });
const planOf = (outputs: Outputs, assignments: Graph['assignments'] = []): PlanGraph =>
  toPlanGraph(order(simplify({ outputs, assignments })), () => false);
const names = ({ nodes }: { readonly nodes: PlanGraph['nodes'] }): string[] => nodes.map(({ name }) => name);
const slope = (y: Node, of: Node): Node =>
  gradients(ops.reduceSum(ops.square(y), { axes: y.type.shape.map((_, k) => k) }), [of]).get(of)!;

describe('packOperands', () => {
  const packed = (outputs: Outputs): string[] =>
    names(packOperands(planOf(outputs))).filter((name) => name.endsWith('.packed'));
  const w = variable('w', [3, 3, 8, 16]);

  test('packs weights whose rows are the outputs: those of an input gradient', () => {
    const x = image(6, 6, 8);
    expect(packed({ dx: slope(ops.convolution(x, w), x) })).toEqual(['w.packed']);
  });

  test('packs once for all readers of one dimension', () => {
    const x = image(6, 6, 8);
    const twice = ops.add(ops.convolution(x, w), ops.convolution(ops.exp(x), w));
    expect(packed({ dx: slope(twice, x) })).toEqual(['w.packed']);
  });

  test.each<[string, () => Node]>([
    ['whose columns are the outputs', () => ops.convolution(image(6, 6, 8), w)],
    [
      'whose rows have one column',
      () => {
        const x = image(6, 6, 8);
        return slope(ops.convolution(x, variable('w', [3, 3, 8, 1])), x);
      },
    ],
    ['that a weight gradient does not read at all', () => slope(ops.convolution(image(6, 6, 8), w), w)],
    [
      'of channels alone, which are read along the channels in both ways',
      () => {
        const x = image(6, 6, 8);
        return slope(ops.depthwiseConvolution(x, variable('w', [3, 3, 8, 1])), x);
      },
    ],
  ])('leaves weights %s', (_, build) => expect(packed({ y: build() })).toEqual([]));
});

describe('separateAssignments', () => {
  const state = variable('state', [4]);
  const other = variable('other', [4]);
  const next = (): Node => ops.multiply(state, other);
  const copies = (outputs: Outputs, assignments: Graph['assignments']): string[] =>
    names(separateAssignments(planOf(outputs, assignments))).filter((name) =>
      /\.(assigned|output)$/.test(name),
    );

  test('assigns a value of its own where it is', () =>
    expect(copies({}, [{ variable: state, value: next() }])).toEqual([]));

  test('copies a value that a sample reads too', () => {
    const value = next();
    expect(copies({ y: ops.add(image(4), value) }, [{ variable: state, value }])).toEqual([
      'multiply.assigned',
    ]);
  });

  test('copies a value that serves two assignments, once', () => {
    const value = next();
    const assignments = [state, other].map((each) => ({ variable: each, value }));
    expect(copies({}, assignments)).toEqual(['multiply.assigned']);
  });

  test('copies a sum over the batch, and another variable', () => {
    const kernel = variable('kernel', [3, 4]);
    const gradient = slope(ops.dense(image(3), kernel), kernel);
    expect(copies({}, [{ variable: kernel, value: gradient }])).toEqual(['kernel.gradient.assigned']);
    expect(copies({}, [{ variable: state, value: other }])).toEqual(['other.assigned']);
  });

  test('copies an output that lies elsewhere, and no computed one', () => {
    expect(copies({ state, y: ops.exp(image(4)) }, [])).toEqual(['state.output']);
  });
});

/** A network that reads `value` before and after the statistics of the batch. */
function acrossStatistics(value: Node): PlanGraph {
  const { output } = ops.batchNormalization(value, {
    shift: variable('shift', [value.type.shape.at(-1)!]),
    inverseBatch: input('inverseBatch', { dtype: 'f32', shape: [], batched: false }),
  });
  return planOf({ y: ops.tanh(output) });
}

describe('rematerialise', () => {
  const product = (name: string): Node => ops.dense(image(8), variable(name, [8, 4]));
  const storedNames = (graph: PlanGraph): { stored: string[]; again: string[] } => {
    const { graph: after, stored } = rematerialise(graph);
    const called = (id: number): string => after.nodes.find((node) => node.id === id)!.name;
    return {
      stored: [...stored].map(called).sort(),
      again: names(after)
        .filter((name) => name.endsWith("'"))
        .sort(),
    };
  };
  const fed = (name: string): Node => input(name, { dtype: 'f32', shape: [4], batched: true });

  test('computes an elementwise value of one or two tensors that are there again', () => {
    expect(storedNames(acrossStatistics(ops.sigmoid(fed('a'))))).toEqual({
      stored: ['tanh'],
      again: ["sigmoid'"],
    });
    expect(storedNames(acrossStatistics(ops.multiply(fed('a'), ops.exp(fed('b')))))).toEqual({
      stored: ['tanh'],
      again: ["exp'", "multiply'"],
    });
  });

  test('stores what would need three', () => {
    const three = ops.multiply(ops.multiply(fed('a'), fed('b')), fed('c'));
    expect(storedNames(acrossStatistics(three))).toEqual({ stored: ['multiply', 'tanh'], again: [] });
  });

  test('stores a sum, the value of a sum that is not stored, and what is random', () => {
    expect(storedNames(acrossStatistics(product('a')))).toEqual({ stored: ['dense', 'tanh'], again: [] });
    expect(storedNames(acrossStatistics(ops.sigmoid(product('a'))))).toEqual({
      stored: ['sigmoid', 'tanh'],
      again: [],
    });
    const dropped = storedNames(acrossStatistics(ops.dropout(fed('a'), { rate: 0.5, stream: 1 })));
    expect(dropped).toEqual({ stored: ['dropout', 'tanh'], again: [] });
  });

  test('stores nothing but outputs where nothing crosses', () => {
    const once = ops.multiply(ops.sigmoid(product('a')), product('b'));
    expect(storedNames(planOf({ y: once }))).toEqual({ stored: ['multiply'], again: [] });
  });
});

const matched = (graph: PlanGraph): MatchedGraph => findWindowProducts(rematerialise(graph));

describe('inlineElementwise', () => {
  const computed = (outputs: Outputs): string[] => {
    const { graph } = inlineElementwise(matched(planOf(outputs)));
    return graph.nodes.filter(({ role }) => role === 'compute').map(({ name }) => name);
  };

  test('writes a chain into its last value', () =>
    expect(computed({ y: ops.sigmoid(ops.exp(ops.tanh(image(5)))) })).toEqual(['sigmoid']));

  test('writes a value into a sum that reads each element once', () =>
    expect(computed({ y: ops.averagePool(ops.exp(image(4, 4, 2))) })).toEqual(['averagePool']));

  test('writes a trivial value into several readers', () => {
    const shifted = ops.biasAdd(image(5), variable('b', [5]));
    const sum = ops.dense(image(9), variable('w', [9, 5]));
    expect(computed({ y: ops.exp(shifted), z: ops.tanh(shifted) })).not.toContain('multiply');
    const scaled = ops.exp(ops.maximum(variable('b', [5]), variable('c', [5])));
    expect(computed({ y: ops.multiply(sum, scaled) })).toContain('multiply');
  });

  test.each<[string, string, () => Outputs]>([
    [
      'with several readers that costs more than one operation',
      'exp',
      () => {
        const e = ops.exp(image(5));
        return { y: ops.tanh(e), z: ops.sigmoid(e) };
      },
    ],
    [
      'that a sum reads many times',
      'exp',
      () => ({ y: ops.dense(ops.exp(image(5)), variable('w', [5, 4])) }),
    ],
    [
      'that is read outside its range',
      'exp',
      () => ({
        y: ops.averagePool(ops.exp(image(5, 5, 2)), { poolSize: 3, strides: 3, padding: 'same' }),
      }),
    ],
    [
      'that leaves the step',
      'exp',
      () => {
        const e = ops.exp(image(5));
        return { e, y: ops.tanh(e) };
      },
    ],
    [
      'that follows a sum and feeds another: the first sum stores it',
      'relu',
      () => {
        const z = ops.relu(ops.convolution(image(4, 4, 2), variable('w', [1, 1, 2, 3])));
        return { y: ops.averagePool(z) };
      },
    ],
  ])('keeps a value %s', (_, name, build) => expect(computed(build())).toContain(name));
});

describe('groupNodes', () => {
  const groups = (outputs: Outputs): string[] =>
    groupNodes(matched(planOf(outputs))).groups.flatMap(({ border, segment }) =>
      [...border, ...segment].map(({ members }) => members.map(({ name }) => name).join(' ')),
    );
  const sum = (...shape: number[]): Node => ops.dense(image(...shape, 9), variable('w', [9, 5]));

  test('computes elementwise values in the store of the sum that they read', () =>
    expect(groups({ y: ops.relu(ops.biasAdd(sum(), variable('b', [5]))) })).toEqual(['dense biasAdd relu']));

  test('gives a maximum and its place in the window one nest', () => {
    const kernel = variable('k', [3]);
    const y = ops.maxPool(ops.multiply(image(6, 6, 3), kernel));
    const found = groups({ y, slope: slope(y, kernel) }).filter((group) => group.includes('maxPool'));
    expect(found).toEqual(['maxPool maxPool.argmax maxPool.gradient']);
  });

  test('gives maxima over different windows a nest each', () => {
    const x = image(6, 6, 3);
    const pools = { a: ops.maxPool(x), b: ops.maxPool(x, { poolSize: 3, strides: 2 }) };
    expect(groups(pools)).toEqual(['maxPool', 'maxPool']);
  });

  const w = variable('w', [9, 5]);
  const v = variable('v', [9, 5]);
  const shared = ops.exp(ops.dense(image(9), w));

  test.each<[string, string[], () => Outputs]>([
    [
      'of random numbers, and behind them',
      ['dense', 'dropoutKeep', 'dropout'],
      () => ({ y: ops.dropout(sum(), { rate: 0.5, stream: 1 }) }),
    ],
    [
      'of another shape',
      ['dense', 'add'],
      () => ({ y: ops.add(ops.reshape(sum(), [5, 1]), variable('b', [5, 4])) }),
    ],
    [
      'of a node of several pieces',
      ['dense', 'dense', 'concatenate', 'exp'],
      () => ({ y: ops.exp(ops.concatenate([ops.dense(image(9), w), ops.dense(image(9), v)], { axis: 0 })) }),
    ],
    [
      'that reads a later sum, which takes it',
      ['dense exp', 'dense multiply'],
      () => ({ y: ops.multiply(shared, ops.dense(shared, variable('u', [5, 5]))) }),
    ],
    [
      'of a sum over the batch, before its shards have joined',
      ['w.gradient', 'exp'],
      () => ({ y: ops.exp(slope(ops.dense(image(9), w), w)) }),
    ],
  ])('leaves a value %s', (_, expected, build) => {
    const found = groups(build());
    expect(found.filter((group) => expected.includes(group)).sort()).toEqual([...expected].sort());
  });
});
