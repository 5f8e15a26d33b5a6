import { expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { input, type Node, variable } from '../../graph/node.ts';
import { simplify } from '../../graph/simplify.ts';
import { affineRange } from '../../ir/affine.ts';
import { isWindowConvolutions, isWindowProducts, type Plan } from '../../ir/plan.ts';
import * as ops from '../../ops/index.ts';
import { createPlan } from './create-plan.ts';
import { order } from './order.ts';
import { toPlanGraph } from './plan-graph.ts';

const normalized = (x: Node): Node => {
  const channels = [x.type.shape.at(-1)!];
  const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
  const shift = variable('shift', channels);
  return ops.batchNormalization(x, { gamma: variable('gamma', channels), shift, inverseBatch }).output;
};

/**
 * The gradient of a kernel under windows that reach `pad` rows beyond the input. Behind batch statistics it comes a
 * level later than the contraction: what it reads of the input is computed there again, and nothing else reads that.
 */
function planOf(shape: readonly number[], pad: number, pool: number): Plan {
  const x = input('x', { dtype: 'f32', shape, batched: true });
  const channels = shape.at(-1)!;
  const kernel = variable('kernel', [1, 1, channels, 8]);
  const bias = variable('bias', [8]);
  const padding = shape.map((_, k): readonly [number, number] => [0, k === 0 ? pad : 0]);
  const whole = ops.pad(ops.multiply(x, variable('scale', [channels])), { padding });
  const y = ops.maxPool(ops.relu(ops.biasAdd(ops.convolution(whole, kernel), bias)), { poolSize: pool });
  const loss = ops.reduceMean(ops.square(ops.tanh(normalized(y))), { axes: [0, 1, 2] });
  const gradient = gradients(loss, [kernel]).get(kernel)!;
  let end = 0;
  const reserve = (bytes: number): number => {
    const address = end;
    end += 64 * Math.ceil((bytes + 64) / 64);
    return address;
  };
  return createPlan(
    toPlanGraph(order(simplify({ outputs: { loss, gradient }, assignments: [] })), () => false),
    { reserve, variable: (_, layout) => reserve(layout.bytes) },
    { maxBatch: 4, maxShards: 4, maxShardSamples: 1, slotHeader: 64 },
  );
}

test.each([
  [[9, 12, 5], 1, 2],
  [[9, 12, 40], 3, 4],
  [[10, 6, 17], 2, 3],
  [[8, 6, 4], 0, 2],
])('a walk through %j and %d rows behind it reads nothing that lies behind these', (shape, pad, pool) => {
  const plan = planOf(shape, pad, pool);
  let walks = 0;
  for (const { segment } of plan.levels) {
    for (const call of segment?.steps.flatMap(({ calls }) => calls) ?? []) {
      const kernel = plan.kernels[call.kernel]!;
      if (!(isWindowProducts(kernel) || isWindowConvolutions(kernel)) || !kernel.toWeights) continue;
      walks++;
      const { buffer, address } = kernel.toWeights.input;
      const axes = [...kernel.windows, ...kernel.elements];
      const extents = Object.fromEntries(axes.map(({ name, extent }) => [name, extent]));
      const [low, high] = affineRange(address, extents);
      const own = call.places[buffer]!;
      const others = call.places.filter((place) => place !== own && place.region === own.region);
      expect(low).toBeGreaterThanOrEqual(0);
      for (const { address: start } of others) {
        expect(start < own.address || start >= own.address + high + 4 * kernel.width).toBe(true);
      }
      expect(others.length).toBeGreaterThan(0);
    }
  }
  expect(walks).toBe(1);
});
