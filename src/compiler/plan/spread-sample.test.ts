import { describe, expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { input, type Node, variable } from '../../graph/node.ts';
import type { Plan } from '../../ir/plan.ts';
import { isNonzeroProducts } from '../../ir/plan.ts';
import { slotHeaderBytes } from '../../ir/slot.ts';
import * as ops from '../../ops/index.ts';
import { createPlan } from './create-plan.ts';
import { order } from './order.ts';
import { toPlanGraph } from './plan-graph.ts';
import { type SpreadLimits, sampleLimits } from './spread-sample.ts';

const image = (rows: number, columns: number, channels: number): Node =>
  input('x', { dtype: 'f32', shape: [rows, columns, channels], batched: true });
const limits: SpreadLimits = { most: 2, least: 100, perPhase: 0 };

function planOf(outputs: Record<string, Node>, spread: SpreadLimits | undefined, maxBatch = 1): Plan {
  let end = 64;
  const reserve = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / 64) * 64;
    return address;
  };
  const memory = {
    reserve,
    variable: (_: unknown, { bytes }: { readonly bytes: number }) => reserve(bytes + 64),
  };
  const graph = toPlanGraph(order({ outputs, assignments: [] }), () => false);
  const sizes = { maxBatch, maxShards: 8, maxShardSamples: 1, slotHeader: slotHeaderBytes };
  return createPlan(graph, memory, { ...sizes, spread });
}

/** Names of the kernels of each phase, item by item; undefined where samples belong to threads. */
const phasesOf = (plan: Plan): string[] | undefined =>
  plan.levels.some(({ segment }) => segment)
    ? undefined
    : plan.levels.flatMap(({ border }) =>
        border.map(({ items }) =>
          items.map((calls) => calls.map(({ kernel }) => plan.kernels[kernel]!.name).join('+')).join(' '),
        ),
      );

const convolved = (x: Node, name: string, filters = 8, size = 3): Node =>
  ops.convolution(x, variable(name, [size, size, x.type.shape.at(-1)!, filters]), { padding: 'same' });

describe('threads share the nests of one sample', () => {
  const chain = (): Record<string, Node> => ({
    y: ops.exp(convolved(ops.tanh(convolved(image(9, 9, 5), 'a')), 'b')),
  });

  test('phase after phase, each nest in parts', () =>
    expect(phasesOf(planOf(chain(), limits))).toEqual([
      'x.staged+x.staged',
      'convolution convolution',
      'convolution convolution',
    ]));

  test('not those of several samples, of a gradient, or of little work a phase', () => {
    expect(phasesOf(planOf(chain(), limits, 2))).toBeUndefined();
    expect(phasesOf(planOf(chain(), undefined))).toBeUndefined();
    expect(phasesOf(planOf(chain(), sampleLimits))).toBeUndefined();
    const { y } = chain();
    const loss = ops.reduceMean(y!, { axes: [0, 1, 2] });
    const w = variable('w', [8]);
    const g = gradients(ops.reduceMean(ops.multiply(y!, w), { axes: [0, 1, 2] }), [w]).get(w)!;
    expect(phasesOf(planOf({ loss, g }, limits))).toBeUndefined();
  });

  const walked = (after: (z: Node) => Node): Plan => {
    const x = ops.relu(image(12, 9, 48));
    return planOf({ y: after(ops.convolution(x, variable('w', [1, 1, 48, 64]))) }, limits);
  };

  test('a nest follows the part that it reads where it stands itself', () => {
    const plan = walked((z) => convolved(ops.tanh(ops.permute(z, [1, 0, 2])), 'b', 6, 1));
    expect(phasesOf(plan)).toEqual(['relu+convolution+tanh+convolution relu+convolution+tanh+convolution']);
    expect(plan.kernels.filter(isNonzeroProducts).map(({ input }) => input.positions)).toEqual([54]);
  });

  test('and does not where it reads other places, or has twice as many parts alone', () => {
    const phases = phasesOf(walked((z) => convolved(z, 'b', 6)));
    expect(phases).toEqual(['relu+convolution relu+convolution', 'convolution convolution']);
    const narrow = convolved(image(3, 3, 16), 'a', 16);
    const wide = ops.convolution(narrow, variable('b', [1, 1, 16, 640]));
    expect(
      phasesOf(planOf({ y: wide }, { ...limits, most: 8 }))!.map((phase) => phase.split(' ').length),
    ).toEqual([1, 3, 8]);
  });

  test('what fills a tensor comes before what is written into it', () => {
    const padded = ops.pad(image(60, 60, 8), {
      padding: [
        [1, 1],
        [1, 1],
        [0, 0],
      ],
    });
    expect(phasesOf(planOf({ y: padded }, limits))).toEqual(['pad+pad']);
    const weights = ops.pad(variable('w', [60, 60, 8]), {
      padding: [
        [0, 1],
        [1, 0],
        [0, 0],
      ],
    });
    expect(phasesOf(planOf({ y: ops.add(image(61, 61, 8), weights) }, limits))![0]).toMatch(/^pad\+pad(?! )/);
  });

  test('values share memory when they do not live at the same time', () => {
    const deep = (depth: number): Node => {
      let y: Node = image(16, 16, 4);
      for (let k = 0; k < depth; k++) y = ops.depthwiseConvolution(y, variable(`k${k}`, [1, 1, 4, 1]));
      return y;
    };
    const addresses = (depth: number): number =>
      new Set(
        planOf({ y: deep(depth) }, limits).levels.flatMap(({ border }) =>
          border.flatMap(({ items }) =>
            items[0]![0]!.places.filter(({ region }) => region === 'absolute').map(({ address }) => address),
          ),
        ),
      ).size - depth;
    expect(addresses(12)).toBe(addresses(6));
  });
});
