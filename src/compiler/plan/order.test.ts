import { describe, expect, test } from 'vitest';
import { gradients } from '../../graph/differentiate.ts';
import { input, type Node, topologicalOrder, variable } from '../../graph/node.ts';
import * as ops from '../../ops/index.ts';
import { joinInTree, shardCount, shardStart } from './contract-constants.ts';
import { isUnsharded, order, unshardedNodes } from './order.ts';

const image = (shape: readonly number[]): Node => input('x', { dtype: 'f32', shape, batched: true });

function ordersOf(y: Node): (string | undefined)[] {
  const ordered = order({ outputs: { y }, assignments: [] }).outputs.y!;
  return ordered.definition!.pieces.map((piece) => piece.order);
}

describe('order within a sample', () => {
  test('interleaves long sums with few outputs or few innermost ones', () => {
    const dense = (features: number, units: number) =>
      ops.dense(image([features]), variable('k', [features, units]));
    expect(ordersOf(dense(16, 63))).toEqual(['interleaved']);
    expect(ordersOf(dense(15, 63))).toEqual(['sequential']);
    expect(ordersOf(dense(16, 64))).toEqual(['sequential']);
    const pointwise = (filters: number) =>
      ops.convolution(image([9, 9, 16]), variable('k', [1, 1, 16, filters]));
    expect(ordersOf(pointwise(3))).toEqual(['interleaved']);
    expect(ordersOf(pointwise(4))).toEqual(['sequential']);
  });

  test('says nothing where nothing is summed', () => {
    expect(ordersOf(ops.relu(image([4])))).toEqual([undefined]);
    expect(ordersOf(ops.maxPool(image([4, 4, 1])))).toEqual([undefined]);
  });

  test('sums residue classes one after the other', () => {
    const x = image([9, 16]);
    const y = ops.convolution(x, variable('k', [3, 16, 16]), { strides: 2 });
    const slope = gradients(ops.reduceSum(ops.square(y)), [x]).get(x)!;
    expect(slope.definition!.pieces.length).toBeGreaterThan(1);
    expect(new Set(ordersOf(slope))).toEqual(new Set(['sequential']));
  });
});

describe('order over the batch', () => {
  const slopeOf = (size: number, channels: number): Node => {
    const kernel = variable('k', [3, 3, channels, 1]);
    const y = ops.depthwiseConvolution(image([size, size, channels]), kernel, { padding: 'same' });
    return gradients(ops.reduceSum(ops.square(y)), [kernel]).get(kernel)!;
  };

  test('interleaves positions where the result is small', () => {
    expect(ordersOf(slopeOf(8, 3))).toEqual(['interleaved']);
    expect(ordersOf(slopeOf(7, 3))).toEqual(['sequential']);
    expect(ordersOf(slopeOf(8, 4))).toEqual(['sequential']);
  });

  test('only large sums without positions run without shards', () => {
    const kernel = variable('k', [100, 50]);
    const y = ops.dense(image([100]), kernel);
    const slope = gradients(ops.reduceSum(ops.square(y)), [kernel]).get(kernel)!;
    // 4 * 5000 * S(n) bytes against 4 * 150 * n.
    expect([1, 8, 128, 256, 300].map((n) => isUnsharded(slope, n))).toEqual([true, true, true, true, true]);
    const small = variable('k', [4, 2]);
    const little = gradients(ops.reduceSum(ops.square(ops.dense(image([4]), small))), [small]).get(small)!;
    expect([1, 8, 10, 11, 128].map((n) => isUnsharded(little, n))).toEqual([true, true, true, false, false]);
    expect(isUnsharded(slopeOf(8, 3), 1)).toBe(false);
    expect([...unshardedNodes({ outputs: { slope }, assignments: [] }, 8)]).toEqual([slope.id]);
    expect(topologicalOrder([slope])).toContain(slope);
  });
});

describe('shards', () => {
  test('depend on the batch size alone', () => {
    const sizes = [1, 7, 8, 100, 128, 255, 256, 511, 512, 1024];
    expect(sizes.map(shardCount)).toEqual([1, 7, 8, 8, 8, 8, 16, 16, 32, 64]);
  });

  test('cover every sample once', () => {
    for (let n = 1; n <= 300; n++) {
      const S = shardCount(n);
      const starts = Array.from({ length: S + 1 }, (_, s) => shardStart(s, n, S));
      expect([starts[0], starts[S]]).toEqual([0, n]);
      expect(starts.slice(1).every((start, s) => start > starts[s]!)).toBe(true);
    }
  });

  test('join in pairs, an odd one passes up', () => {
    const joined = (count: number): string => {
      const parts = Array.from({ length: count }, (_, k) => String(k));
      joinInTree(count, (a, b) => {
        parts[a] = `(${parts[a]}+${parts[b]})`;
      });
      return parts[0]!;
    };
    expect(joined(1)).toBe('0');
    expect(joined(5)).toBe('(((0+1)+(2+3))+4)');
    expect(joined(7)).toBe('(((0+1)+(2+3))+((4+5)+6))');
  });
});
