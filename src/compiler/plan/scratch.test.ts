import { describe, expect, test } from 'vitest';
import { allocateScratch, type ScratchUse } from './scratch.ts';

const use = (id: number, from: number, to: number, bytes = 256, key = ''): ScratchUse => ({
  id,
  bytes,
  from: [from, 0],
  to: [to, 0],
  key,
});
const offsets = (...uses: ScratchUse[]): number[] => {
  const { offsets: found } = allocateScratch(uses);
  return uses.map(({ id }) => found.get(id)!);
};

describe('allocateScratch', () => {
  test('uses a place again once its last reader is done', () =>
    expect(offsets(use(1, 0, 1), use(2, 2, 3))).toEqual([0, 0]));

  test('not while it is read, be it by the step that begins the next', () =>
    expect(offsets(use(1, 0, 2), use(2, 2, 3))).toEqual([0, 320]));

  test('takes the smallest place that is large enough, and none that is too small', () => {
    const [large, small, , fits] = offsets(
      use(1, 0, 1, 1024),
      use(2, 0, 1, 256),
      use(3, 0, 9),
      use(4, 2, 3, 200),
    );
    expect([large, fits]).toEqual([0, small]);
    expect(offsets(use(1, 0, 1, 64), use(2, 2, 3, 256))).toEqual([0, 128]);
  });

  test('shares a place with zeros around it with equal layouts alone', () => {
    expect(offsets(use(1, 0, 1, 256, 'a'), use(2, 2, 3, 256, 'a'))).toEqual([0, 0]);
    expect(offsets(use(1, 0, 1, 256, 'a'), use(2, 2, 3, 256, 'b'))).toEqual([0, 320]);
    expect(offsets(use(1, 0, 1, 256, 'a'), use(2, 2, 3, 256))).toEqual([0, 320]);
  });
});
