import { expect, test } from 'vitest';
import type { KernelCall } from '../../ir/plan.ts';
import { borderPhases, depthsOf, type Maker } from './plan-border.ts';
import type { PlanNode } from './plan-graph.ts';

const node = (id: number): PlanNode => ({
  id,
  name: `n${id}`,
  role: 'compute',
  type: { dtype: 'f32', shape: [], batched: false },
  definition: undefined,
});
const maker = (id: number, ...sources: number[]): Maker => ({ members: [node(id)], sources });
const call = (kernel: number): KernelCall => ({ kernel, places: [] });

/** Two ways from 0 to 4, one of them longer. */
const makers = [maker(0), maker(1, 0), maker(2, 1), maker(3, 0), maker(4, 2, 3)];
const numberOf = ({ members }: Maker): number => members[0]!.id;

test('a maker is as deep as the longest way to it', () =>
  expect([...depthsOf(makers).values()]).toEqual([0, 1, 2, 1, 3]));

test('makers of one depth share a phase; phases with little work become one item', () => {
  const phases = (small: readonly number[]): number[][][] =>
    borderPhases(makers, (own) => ({
      items: [[call(numberOf(own))], [call(10 + numberOf(own))]],
      work: small.includes(numberOf(own)) ? 10 : 100_000,
    })).map(({ items }) => items.map((calls) => calls.map(({ kernel }) => kernel)));
  expect(phases([])).toEqual([
    [[0], [10]],
    [[1], [11], [3], [13]],
    [[2], [12]],
    [[4], [14]],
  ]);
  expect(phases([0, 1, 3, 4])).toEqual([[[0, 10, 1, 11, 3, 13]], [[2], [12]], [[4, 14]]]);
});
