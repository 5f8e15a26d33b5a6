import { describe, expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { type Graph, input, type Node, variable } from '../../graph/node.ts';
import { reductionsOf } from '../../ir/walk.ts';
import * as ops from '../../ops/index.ts';
import { segmentGraph } from './create-plan.ts';
import { fuseWindows } from './fuse-windows.ts';
import { assignLevels } from './levels.ts';
import { order } from './order.ts';
import { type PlanGraph, type PlanNode, sourcesOf, toPlanGraph } from './plan-graph.ts';
import { rematerialise } from './rematerialise.ts';
import { separateAssignments } from './separate-assignments.ts';
import { splitInterleaved } from './split-interleaved.ts';
import { stageInputs } from './stage-inputs.ts';
import { storageOrder } from './storage-order.ts';

const image = (shape: readonly number[], dtype: 'f32' | 'u8' = 'f32'): Node =>
  input('x', { dtype, shape, batched: true });
const scalarInput = (name: string): Node => input(name, { dtype: 'f32', shape: [], batched: false });
const planOf = (outputs: Record<string, Node>, assignments: Graph['assignments'] = []): PlanGraph =>
  toPlanGraph(order({ outputs, assignments }), () => false);
const named = (graph: { readonly nodes: readonly PlanNode[] }, name: string): PlanNode[] =>
  graph.nodes.filter((node) => node.name === name);

describe('splitInterleaved', () => {
  test('makes eight partial sums of a long sum with few outputs', () => {
    const graph = splitInterleaved(planOf({ y: ops.dense(image([100]), variable('w', [100, 10])) }));
    const [partials] = named(graph, 'dense.partials');
    expect(partials!.type.shape).toEqual([10, 8]);
    const piece = partials!.definition!.pieces[0]!;
    expect(reductionsOf(piece.value)[0]!.axes).toEqual(['kq']);
    expect(sourcesOf(named(graph, 'dense')[0]!)).toEqual([partials!.id]);
  });
  const partialsOf = (channels: number): PlanNode => {
    const z = ops.convolution(image([9, 17, 3]), variable('w', [1, 1, 3, channels]));
    const bias = variable('b', [channels]);
    const y = ops.biasAdd(z, bias);
    const loss = ops.reduceMean(ops.square(y), { axes: [0, 1, 2] });
    const graph = splitInterleaved(planOf({ g: gradients(loss, [bias]).get(bias)! }));
    return graph.nodes.find(
      (node) => node.name.endsWith('.partials') && node.definition!.batch === 'reduce',
    )!;
  };
  test('puts the eight outside the innermost output along which operands are contiguous', () => {
    const partials = partialsOf(12);
    expect(partials.type.shape).toEqual([12, 8]);
    expect(partials.storage).toEqual([1, 0]);
  });
  test('keeps the eight side by side where the sum is contiguous, or outputs are fewer than lanes', () => {
    const graph = splitInterleaved(planOf({ y: ops.dense(image([100]), variable('w', [100, 10])) }));
    expect(named(graph, 'dense.partials')[0]!.storage).toBeUndefined();
    expect(partialsOf(3).storage).toBeUndefined();
  });
  test('leaves a short sum alone', () => {
    const before = planOf({ y: ops.dense(image([12]), variable('w', [12, 10])) });
    expect(splitInterleaved(before).nodes).toEqual(before.nodes);
  });
});

describe('stageInputs', () => {
  test('copies an input that is read outside its range', () => {
    const graph = stageInputs(
      planOf({ y: ops.convolution(image([5, 5, 1]), variable('w', [3, 3, 1, 4]), { padding: 'same' }) }),
    );
    expect(named(graph, 'x.staged')).toHaveLength(1);
  });
  test('reads it in place where all accesses stay inside', () => {
    const graph = stageInputs(planOf({ y: ops.convolution(image([5, 5, 1]), variable('w', [3, 3, 1, 4])) }));
    expect(named(graph, 'x.staged')).toHaveLength(0);
  });
});

describe('fuseWindows', () => {
  const pooled = (options: Parameters<typeof ops.maxPool>[1], bias = false): PlanGraph => {
    const z = ops.convolution(image([6, 6, 2]), variable('w', [1, 1, 2, 4]));
    const y = ops.maxPool(bias ? ops.biasAdd(z, variable('b', [4])) : z, options);
    return fuseWindows(planOf({ y }));
  };
  test('computes a contraction inside the disjoint windows that read it', () => {
    const graph = pooled({ poolSize: 2 });
    expect(named(graph, 'convolution')).toHaveLength(0);
    expect(reductionsOf(named(graph, 'maxPool')[0]!.definition!.pieces[0]!.value).map((r) => r.op)).toEqual([
      'sum',
      'max',
    ]);
  });
  test('does not where windows overlap', () => {
    expect(named(pooled({ poolSize: 3, strides: 2 }), 'convolution')).toHaveLength(1);
  });
  test('does not where something stands between', () => {
    expect(named(pooled({ poolSize: 2 }, true), 'convolution')).toHaveLength(1);
  });
  test('does not where the window is large', () => {
    const z = ops.convolution(image([8, 8, 2]), variable('w', [1, 1, 2, 4]));
    expect(named(fuseWindows(planOf({ y: ops.maxPool(z, { poolSize: 4 }) })), 'convolution')).toHaveLength(1);
  });
});

describe('the storage order of weights', () => {
  test('matrices with few columns and many rows keep their rows contiguous', () => {
    expect(storageOrder([12544, 10])).toEqual([1, 0]);
    expect(storageOrder([12544, 16])).toEqual([0, 1]);
    expect(storageOrder([63, 10])).toEqual([0, 1]);
    expect(storageOrder([3, 3, 64, 10])).toEqual([0, 1, 2, 3]);
  });
});

describe('levels', () => {
  const normalised = (): { graph: PlanGraph; y: Node } => {
    const x = image([6, 6, 8]);
    const z = ops.convolution(x, variable('w', [1, 1, 8, 8]));
    const { output, mean } = ops.batchNormalization(z, {
      shift: variable('k', [8]),
      inverseBatch: scalarInput('inverseBatch'),
    });
    const y = ops.relu(output);
    return { graph: planOf({ y }, [{ variable: variable('moving', [8]), value: mean }]), y };
  };
  test('a sum over the batch is known one level later', () => {
    const { graph } = normalised();
    const { of, count } = assignLevels(graph);
    expect(of.get(named(graph, 'convolution')[0]!.id)).toBe(0);
    expect(of.get(named(graph, 'normalizationSum')[0]!.id)).toBe(0);
    expect(of.get(named(graph, 'normalizationMean')[0]!.id)).toBe(1);
    expect(of.get(named(graph, 'relu')[0]!.id)).toBe(1);
    expect(count).toBe(2);
  });
  test('a network without batch statistics is one segment', () => {
    const { count } = assignLevels(planOf({ y: ops.relu(ops.dense(image([9]), variable('w', [9, 3]))) }));
    expect(count).toBe(1);
  });
  test('what only assignments need runs at the last border', () => {
    const { graph } = normalised();
    const separated = separateAssignments(graph);
    const { of, count } = assignLevels(separated);
    expect(of.get(separated.assignments[0]!.value)).toBe(count);
    expect(separated.assignments[0]!.value).not.toBe(graph.assignments[0]!.value);
  });
  test('a contraction that crosses a segment is stored, an elementwise value of it is computed again', () => {
    const { graph } = normalised();
    const { stored } = rematerialise(graph);
    expect(stored.has(named(graph, 'convolution')[0]!.id)).toBe(true);
    expect([...stored].map((id) => graph.nodes[id]!.name).sort()).toEqual(['convolution', 'relu']);
  });
});

describe('fusion', () => {
  const groupsOf = (outputs: Record<string, Node>): string[] =>
    segmentGraph(planOf(outputs)).groups.flatMap((level) =>
      level.segment.map(
        (group) =>
          `${group.main.name}: ${group.members.map((m) => m.name).join(' ')} -> ${group.outputs.map((m) => m.name).join(' ')}`,
      ),
    );
  test('bias and activation are computed in the store of a contraction', () => {
    const z = ops.convolution(image([6, 6, 8]), variable('w', [3, 3, 8, 8]));
    const y = ops.convolution(ops.relu(ops.biasAdd(z, variable('b', [8]))), variable('v', [3, 3, 8, 8]));
    expect(groupsOf({ y })).toEqual([
      'convolution: convolution relu -> relu',
      'convolution: convolution -> convolution',
    ]);
  });
  test('what is read outside its range is not inlined', () => {
    const a = ops.biasAdd(image([6, 8]), variable('b', [8]));
    const y = ops.depthwiseConvolution(a, variable('k', [3, 8, 1]), { padding: 'same' });
    expect(groupsOf({ y })).toEqual([
      'biasAdd: biasAdd -> biasAdd',
      'depthwiseConvolution: depthwiseConvolution -> depthwiseConvolution',
    ]);
  });
  test('a residual sum joins the contraction that comes last', () => {
    const x = ops.relu(ops.convolution(image([6, 6, 4]), variable('w', [1, 1, 4, 4])));
    const y = ops.add(ops.convolution(x, variable('v', [3, 3, 4, 4]), { padding: 'same' }), x);
    expect(groupsOf({ y }).at(-1)).toBe('convolution: convolution add -> add');
  });
});
