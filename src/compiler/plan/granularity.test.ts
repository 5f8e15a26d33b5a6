import { expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { input, type Node, variable } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { segmentGraph } from './create-plan.ts';
import { chooseGranularity } from './granularity.ts';
import { order } from './order.ts';
import { type PlanNode, toPlanGraph } from './plan-graph.ts';

const values = (...shape: readonly number[]): Node => input('x', { dtype: 'f32', shape, batched: true });

/** What was chosen for the groups of the first segment, by name of the main node. */
function chosen(outputs: Record<string, Node>): Record<string, string> {
  const { graph, groups } = segmentGraph(toPlanGraph(order({ outputs, assignments: [] }), () => false));
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const granularity = chooseGranularity(groups[0]!.segment, (id): PlanNode => byId.get(id)!);
  return Object.fromEntries([...granularity].map(([{ main }, mode]) => [main.name, mode]));
}

const contracted = (channels: number, filters: number, x: Node): Node =>
  ops.convolution(x, variable('kernel', [1, 1, channels, filters]));

test('with more weights than activations a kernel walks a micro-batch, with fewer a sample', () => {
  expect(chosen({ y: ops.dense(values(512), variable('w', [512, 96])) })).toEqual({ dense: 'microBatch' });
  expect(chosen({ y: contracted(128, 256, values(2, 2, 128)) })).toEqual({ convolution: 'microBatch' });
  expect(chosen({ y: contracted(128, 256, values(16, 16, 128)) })).toEqual({ convolution: 'sample' });
});

/** The gradient of a matrix of rows and columns. */
function gradientOf(rows: number, columns: number): Record<string, string> {
  const w = variable('w', [rows, columns]);
  const y = ops.dense(values(rows), w);
  return chosen({ g: gradients(ops.reduceMean(ops.square(y)), [w]).get(w)! });
}

test('a weight gradient that is large beside what it reads is summed once a shard', () => {
  expect(gradientOf(512, 96)['w.gradient']).toBe('shard');
  // 64 KiB
  expect(gradientOf(256, 64)['w.gradient']).toBe('microBatch');
  // 147 KiB, but a sample brings more
  const kernel = variable('kernel', [3, 3, 64, 64]);
  const y = ops.convolution(values(24, 24, 64), kernel, { padding: 'same' });
  const convolved = chosen({ g: gradients(ops.reduceMean(ops.square(y)), [kernel]).get(kernel)! });
  expect(convolved['kernel.gradient']).toBe('sample');
});

test('a small kernel follows what runs before it, else what runs behind it', () => {
  const maximum = (x: Node): Node => ops.reduceMax(x, { axes: [0, 1] });
  const behind = chosen({ y: maximum(contracted(16, 8, values(16, 16, 16))) });
  expect(behind).toEqual({ convolution: 'sample', reduceMax: 'sample' });
  const wide = chosen({ y: maximum(contracted(128, 256, values(2, 2, 128))) });
  expect(wide).toEqual({ convolution: 'microBatch', reduceMax: 'microBatch' });
  const between = ops.dense(maximum(contracted(16, 8, values(16, 16, 16))), variable('w', [8, 96]));
  expect(chosen({ y: between })).toEqual({
    convolution: 'sample',
    reduceMax: 'sample',
    dense: 'microBatch',
  });
  const first = ops.dense(maximum(values(2, 2, 256)), variable('w', [256, 96]));
  const other = contracted(16, 24, input('z', { dtype: 'f32', shape: [16, 16, 16], batched: true }));
  expect(chosen({ y: first, z: other })).toEqual({
    reduceMax: 'microBatch',
    dense: 'microBatch',
    convolution: 'sample',
  });
});

test('small kernels alone walk a micro-batch; random numbers belong to one sample', () => {
  const maximum = ops.reduceMax(values(3, 3, 8), { axes: [0, 1] });
  expect(chosen({ y: maximum })).toEqual({ reduceMax: 'microBatch' });
  const dropped = ops.dropout(values(3, 3, 8), { rate: 0.5, stream: 1 });
  expect(new Set(Object.values(chosen({ y: dropped })))).toEqual(new Set(['sample']));
});
