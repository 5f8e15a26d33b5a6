import { describe, expect, test } from 'vitest';
import { gridding } from './gridding.ts';
import { gapFreeDilations } from './hybrid-dilation.ts';

/** Numbers from 0 to below 1 (a linear congruential generator). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Walks every way through all windows, tap by tap in both axes, and counts where each ends. */
function walked(dilations: readonly (readonly number[])[], kernel: readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  const walk = (layer: number, row: number, column: number): void => {
    if (layer === dilations.length) {
      const key = `${row},${column}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return;
    }
    const [down, along] = dilations[layer]! as [number, number];
    for (let u = 0; u < kernel[0]!; u++)
      for (let v = 0; v < kernel[1]!; v++)
        walk(
          layer + 1,
          row + u * down - Math.floor((down * (kernel[0]! - 1)) / 2),
          column + v * along - Math.floor((along * (kernel[1]! - 1)) / 2),
        );
  };
  walk(0, 0, 0);
  return counts;
}

test('200 random chains are counted as a walk along every path counts them', () => {
  const seed = (Math.random() * 2 ** 32) >>> 0;
  console.log(`gridding: seed ${seed}`);
  const random = generator(seed);
  const below = (n: number): number => Math.floor(random() * n);
  let [incomplete, improved] = [0, 0];
  for (let chain = 0; chain < 200; chain++) {
    const kernel = [1 + below(4), 1 + below(3)];
    const layers = 1 + below(kernel[0]! * kernel[1]! > 6 ? 3 : 4);
    const dilations = Array.from({ length: layers }, () => [1 + below(5), 1 + below(6)]);
    const result = gridding(dilations, kernel);
    const counts = walked(dilations, kernel);
    const [rows, columns] = result.axes as [(typeof result.axes)[0], (typeof result.axes)[0]];
    const found = new Map<string, number>();
    for (const [r, row] of result.grid!.entries())
      for (const [c, count] of row.entries())
        if (count > 0) found.set(`${rows.first + r},${columns.first + c}`, count);
    expect([...found].sort()).toEqual([...counts].sort());
    expect(result.reached).toBe(counts.size);
    expect(result.offsets).toBe(rows.size * columns.size);
    expect(result.complete).toBe(counts.size === result.offsets);
    const reachedRows = new Set([...counts.keys()].map((key) => Number(key.split(',')[0])));
    for (const offset of rows.missing) expect(reachedRows.has(offset)).toBe(false);
    expect(reachedRows.size + rows.missing.length).toBe(rows.size);
    if (result.complete) expect(result.better).toBeUndefined();
    else {
      incomplete++;
      if (!result.better) {
        const hopeless = result.axes.some((axis) => axis.size > axis.kernel ** layers);
        expect(hopeless).toBe(true);
        expect(result.axes.some((axis) => axis.fewestLayers > layers)).toBe(true);
        continue;
      }
      improved++;
      expect(result.better).toHaveLength(layers);
      const repaired = walked(result.better, kernel);
      expect(repaired.size).toBe(result.offsets);
      const sums = (list: readonly (readonly number[])[], axis: number): number =>
        list.reduce((sum, rates) => sum + rates[axis]!, 0);
      for (const axis of [0, 1]) expect(sums(result.better, axis)).toBe(sums(dilations, axis));
    }
  }
  expect(incomplete).toBeGreaterThan(20);
  expect(improved).toBeGreaterThan(5);
});

describe('hybrid dilated convolution', () => {
  // Section 3.2 of arXiv 1702.08502: with K = 3, r = [1, 2, 5] works and r = [1, 2, 9] does not.
  test('gives the distances of the paper', () => {
    expect(gridding([1, 2, 5], 3).axes[0]!.rule).toEqual({
      distances: [1, 2, 5],
      commonFactor: 1,
      holds: true,
    });
    expect(gridding([1, 2, 9], 3).axes[0]!.rule).toEqual({
      distances: [3, 5, 9],
      commonFactor: 1,
      holds: false,
    });
    expect([gridding([1, 2, 5], 3).complete, gridding([1, 2, 9], 3).complete]).toEqual([true, false]);
  });

  test('refuses a common factor, which leaves classes apart', () => {
    const { axes, complete, reached, offsets } = gridding([2, 2, 2], 3);
    expect(axes[0]!.rule).toEqual({ distances: [2, 2, 2], commonFactor: 2, holds: false });
    expect(axes[0]!.missing).toEqual([-5, -3, -1, 1, 3, 5]);
    expect({ complete, reached, offsets }).toEqual({ complete: false, reached: 49, offsets: 169 });
  });

  test('knows a sawtooth for the same field, in as few layers as there can be', () => {
    expect(gridding([2, 2, 2], 3).better).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(gridding([4, 4], [3]).better).toBeUndefined();
    expect(gridding([4, 4], [3]).axes[0]!.fewestLayers).toBe(3);
    expect(gapFreeDilations([13], 3)).toBeUndefined();
    expect(gapFreeDilations([4, 9], 3)).toBeUndefined();
    expect(gapFreeDilations([9, 3, 1], 3)).toEqual([1, 3, 9]);
  });

  test('leaves an axis without gaps as it is', () => {
    const { better, complete } = gridding(
      [
        [2, 1],
        [2, 2],
      ],
      3,
    );
    expect({ better, complete }).toEqual({
      complete: false,
      better: [
        [1, 1],
        [3, 2],
      ],
    });
  });
});

test('one axis, two axes and windows of one tap', () => {
  const line = gridding([1, 2, 4], [2]);
  expect(line.axes[0]!.paths).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  expect([line.grid, line.axes.length]).toEqual([undefined, 1]);
  expect(gridding([5, 7], 1)).toMatchObject({ complete: true, offsets: 1, grid: [[1]] });
  expect(gridding([1], [3, 5]).grid).toEqual(Array.from({ length: 3 }, () => [1, 1, 1, 1, 1]));
});

test.each<[string, () => unknown, RegExp]>([
  ['no dilations', () => gridding([], 3), /dilations in analysis\.gridding\. Expected an array of dilations/],
  [
    'a dilation of 0',
    () => gridding([1, 0], 3),
    /dilations\[1\] in analysis\.gridding.*positive integer.*0\.$/,
  ],
  ['other ranks', () => gridding([[1, 2]], [3]), /dilations\[0\].*\[length\]/],
  ['a kernel that is no number', () => gridding([1], '3' as never), /kernel in analysis\.gridding/],
  ['four axes', () => gridding([1], [3, 3, 3, 3]), /from 1 to 3/],
  ['a huge field', () => gridding([1e9], 3), /at most 16384 offsets/],
])('refuses %s', (_, call, sentence) => {
  expect(call).toThrow(expect.objectContaining({ code: 'invalid-argument' }));
  expect(call).toThrow(sentence);
});
