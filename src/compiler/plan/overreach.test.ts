import { expect, test } from 'vitest';
import { input, type Node, variable } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { createPlan } from './create-plan.ts';
import { order } from './order.ts';
import { toPlanGraph } from './plan-graph.ts';

function overreachOf(output: Node): number {
  let end = 0;
  const reserve = (bytes: number): number => {
    end += bytes;
    return end - bytes;
  };
  const memory = { reserve, variable: (_: Node, { bytes }: { bytes: number }) => reserve(bytes) };
  const graph = toPlanGraph(order({ outputs: { output }, assignments: [] }), () => false);
  const limits = { maxBatch: 4, maxShards: 1, maxShardSamples: 4, slotHeader: 64 };
  return createPlan(graph, memory as never, limits).overreach;
}

const x = (...shape: number[]): Node => input('x', { dtype: 'f32', shape, batched: true });

test('a sum in eight parts reads rows behind the last, as many as are missing from a multiple of eight', () => {
  const columnSums = (rows: number): Node => ops.reduceSum(x(rows, 9), { axes: [0] });
  expect(overreachOf(columnSums(45))).toBe(3 * 9 * 4);
  expect(overreachOf(columnSums(48))).toBe(0);
});

test('a convolution with zeros around the image reads no further than those', () => {
  const convolved = ops.convolution(x(9, 9, 3), variable('w', [5, 5, 3, 24]), {
    padding: 'same',
    dilation: 3,
  });
  expect(overreachOf(ops.relu(convolved))).toBe(0);
});
