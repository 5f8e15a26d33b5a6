import { expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { input, type Node, variable } from '../../graph/node.ts';
import { simplify } from '../../graph/simplify.ts';
import { printAffine } from '../../ir/affine.ts';
import { livePart } from '../../ir/clip.ts';
import * as ops from '../../ops/index.ts';
import { findClips } from './find-clips.ts';
import { groupNodes } from './group-nodes.ts';
import { lowerGroup } from './lower.ts';
import { order } from './order.ts';
import { type PlanGraph, toPlanGraph } from './plan-graph.ts';
import { rematerialise } from './rematerialise.ts';

const image = (...shape: number[]): Node => input('x', { dtype: 'f32', shape, batched: true });

/** All clips of the kernels that compute a value, as text. */
function clipsOf(y: Node): string[] {
  const graph: PlanGraph = toPlanGraph(order(simplify({ outputs: { y }, assignments: [] })), () => false);
  const grouped = groupNodes({ ...rematerialise(graph), products: [] });
  const byId = new Map(grouped.graph.nodes.map((node) => [node.id, node]));
  return grouped.groups
    .flatMap(({ segment }) => segment.flatMap(lowerGroup))
    .flatMap((piece) => findClips(piece, (id) => byId.get(id)!))
    .map(({ axis, position, extent }) => `${axis}: 0 <= ${printAffine(position)} < ${extent}`);
}

const slope = (y: Node, of: Node): Node =>
  gradients(ops.reduceSum(ops.square(y), { axes: y.type.shape.map((_, k) => k) }), [of]).get(of)!;
const kernel = (taps: number): Node => variable('w', [taps, taps, 8, 16]);

test('finds the taps of a large kernel that meet padding, in all three products', () => {
  const x = image(4, 4, 8);
  const y = ops.convolution(x, kernel(7), { padding: 'same' });
  expect(clipsOf(y)).toEqual(['r0: 0 <= i0 + r0 - 3 < 4', 'r1: 0 <= i1 + r1 - 3 < 4']);
  expect(clipsOf(slope(y, x)).length).toBeGreaterThanOrEqual(4);
  expect(clipsOf(slope(y, y.inputs[1]!)).length).toBeGreaterThanOrEqual(4);
});

test.each<[string, () => Node]>([
  ['where few taps meet padding', () => ops.convolution(image(28, 28, 8), kernel(3), { padding: 'same' })],
  ['without padding', () => ops.convolution(image(9, 9, 8), kernel(7))],
  [
    'of a maximum, which no zero leaves as it is',
    () => ops.maxPool(image(4, 4, 8), { poolSize: 3, strides: 1, padding: 'same' }),
  ],
])('finds none %s', (_, build) => expect(clipsOf(build())).toEqual([]));

test('the part of the taps that is left', () => {
  const clip = { axis: 'u', by: 'i', position: { constant: -3, terms: { i: 1, u: 1 } }, extent: 4 };
  expect(livePart(clip, { axis: 7, by: 4 }, 1)).toBeCloseTo(16 / 28);
  expect(livePart(clip, { axis: 7, by: 4 }, 2)).toBeCloseTo(20 / 28);
  expect(livePart(clip, { axis: 7, by: 4 }, 4)).toBe(1);
});
