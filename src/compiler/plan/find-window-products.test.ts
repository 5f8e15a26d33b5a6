import { expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { input, type Node, variable } from '../../graph/node.ts';
import { simplify } from '../../graph/simplify.ts';
import * as ops from '../../ops/index.ts';
import { segmentGraph } from './create-plan.ts';
import type { WindowProductsMatch } from './find-window-products.ts';
import { order } from './order.ts';
import { toPlanGraph } from './plan-graph.ts';

/** The products of a pointwise contraction of `rows` rows, of which windows cut six. */
function matchOf(rows: number, sought: (scale: Node, kernel: Node) => readonly Node[]): WindowProductsMatch {
  const x = input('x', { dtype: 'f32', shape: [rows, 8, 12], batched: true });
  const [scale, kernel] = [variable('scale', [12]), variable('kernel', [1, 1, 12, 20])];
  const whole = ops.pad(ops.multiply(x, scale), {
    padding: [
      [0, 6 - rows],
      [0, 0],
      [0, 0],
    ],
  });
  const loss = ops.reduceMean(ops.square(ops.maxPool(ops.convolution(whole, kernel), { poolSize: 2 })));
  const outputs = Object.fromEntries(
    [...gradients(loss, sought(scale, kernel))].map(([{ name }, gradient]) => [name, gradient]),
  );
  const graph = order(simplify({ outputs, assignments: [] }));
  const { products } = segmentGraph(toPlanGraph(graph, () => false));
  expect(products).toHaveLength(1);
  return products[0]!;
}

// The padding is read through: a walk that takes positions for those of the input would read behind its last row.
test('windows that reach beyond the input are walked for the weights as if there were taps', () => {
  const both = matchOf(5, (scale, kernel) => [scale, kernel]);
  expect(both.toWeights!.reaches).toBe(true);
  expect(both.tapped).toBe(true);
  expect(matchOf(5, (_, kernel) => [kernel]).tapped).toBe(true);
  // the gradient of the padded tensor has all positions
  expect(both.toInput!.reaches).toBe(false);
  expect(matchOf(5, (scale) => [scale]).tapped).toBe(false);
});

test('windows that cut the input itself are walked position by position', () => {
  const both = matchOf(6, (scale, kernel) => [scale, kernel]);
  expect(both.toInput!.reaches).toBe(false);
  expect(both.toWeights!.reaches).toBe(false);
  expect(both.tapped).toBe(false);
});

test.each([
  [[8, 3], 0],
  [[6, 4], 1],
])('rows that a reshape of the input cuts as %j are walked only where windows cut them so too', (cut, found) => {
  const x = input('x', { dtype: 'f32', shape: [...cut, 9], batched: true });
  const kernel = variable('kernel', [1, 9, 16]);
  const rows = ops.reshape(ops.tanh(x), [24, 9]);
  const pooled = ops.maxPool(ops.convolution(rows, kernel), { poolSize: 4 });
  const gradient = gradients(ops.reduceMean(ops.square(pooled)), [kernel]).get(kernel)!;
  const graph = order(simplify({ outputs: { gradient }, assignments: [] }));
  expect(segmentGraph(toPlanGraph(graph, () => false)).products).toHaveLength(found);
});
