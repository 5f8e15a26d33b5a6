import { describe, expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { input, type Node, variable } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { segmentGraph } from './create-plan.ts';
import { order } from './order.ts';
import { toPlanGraph } from './plan-graph.ts';

/** Names of the sums over the batch that stand in one group with others. */
function sharedSums(outputs: Record<string, Node>): string[][] {
  const { groups } = segmentGraph(toPlanGraph(order({ outputs, assignments: [] }), () => false));
  return groups
    .flatMap(({ segment }) => segment)
    .map(({ outputs: made }) => made.filter((node) => node.definition!.batch === 'reduce'))
    .filter((made) => made.length > 1)
    .map((made) => made.map((node) => node.name));
}

const image = (name: string, channels: number): Node =>
  input(name, { dtype: 'f32', shape: [6, 9, channels], batched: true });
const everything = (x: Node): Node => ops.reduceMean(x, { axes: x.type.shape.map((_, k) => k) });

describe('sums over the batch that share their loops', () => {
  test.each([
    ['channels', 40, ''],
    ['accumulators of few channels', 8, '.partials'],
  ])('those of batch normalisation, over %s', (_, channels, suffix) => {
    const gamma = variable('gamma', [channels]);
    const beta = variable('beta', [channels]);
    const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
    const shift = variable('shift', [channels]);
    const { output } = ops.batchNormalization(image('x', channels), { gamma, beta, shift, inverseBatch });
    const derived = gradients(everything(ops.tanh(output)), [gamma, beta]);
    const shared = sharedSums({ gamma: derived.get(gamma)!, beta: derived.get(beta)! });
    expect(shared.map((names) => names.length)).toEqual([2, 2]);
    expect(shared[0]).toContain(`normalizationSum${suffix}`);
  });
  test('not those that read different values, or walk different axes', () => {
    const [a, b] = [variable('a', [40]), variable('b', [40])];
    const loss = everything(
      ops.add(ops.tanh(ops.biasAdd(image('x', 40), a)), ops.sigmoid(ops.biasAdd(image('y', 40), b))),
    );
    const derived = gradients(loss, [a, b]);
    expect(sharedSums({ a: derived.get(a)!, b: derived.get(b)! })).toEqual([]);
  });
  test('not products of matrices, which need their registers', () => {
    const [a, b] = [variable('a', [1, 1, 24, 32]), variable('b', [1, 1, 24, 32])];
    const x = image('x', 24);
    const loss = everything(ops.multiply(ops.convolution(x, a), ops.convolution(x, b)));
    const derived = gradients(loss, [a, b]);
    expect(sharedSums({ a: derived.get(a)!, b: derived.get(b)! })).toEqual([]);
  });
});
