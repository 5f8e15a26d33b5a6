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

  test('places the largest first, then fills the smallest gap that is large enough', () => {
    // at time 2 the places of the first and the third are free: 1088 and 896 bytes
    const found = offsets(
      use(1, 0, 1, 1000),
      use(2, 0, 9, 900),
      use(3, 0, 1, 800),
      use(4, 0, 9, 700),
      use(5, 2, 3, 600),
    );
    expect(found).toEqual([0, 1088, 2112, 3008, 2112]);
  });

  test('lets what does not live together overlap in parts', () =>
    expect(offsets(use(1, 0, 1, 64), use(2, 0, 1, 64), use(3, 2, 3, 192))).toEqual([0, 128, 0]));

  test('random uses that live together never overlap, and little more room is taken than lives at once', () => {
    const seed = Number(process.env.ATROUS_TEST_SEED ?? Date.now() % 1e6);
    console.log(`seed ${seed}`);
    let state = seed;
    const next = (n: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state % n;
    };
    for (let round = 0; round < 40; round++) {
      const uses = Array.from({ length: 2 + next(40) }, (_, id) => {
        const from = next(30);
        return use(id, from, from + next(12), 1 + next(5000), ['', '', '', 'a', 'b'][next(5)]);
      }).map((u) => (u.key === '' ? u : { ...u, bytes: u.key === 'a' ? 700 : 900 }));
      const { offsets: found, bytes } = allocateScratch(uses);
      const live = (a: ScratchUse, b: ScratchUse): boolean => a.from[0] <= b.to[0] && b.from[0] <= a.to[0];
      const overlap = (a: ScratchUse, b: ScratchUse): boolean =>
        found.get(a.id)! < found.get(b.id)! + b.bytes && found.get(b.id)! < found.get(a.id)! + a.bytes;
      for (const a of uses) {
        expect(found.get(a.id)! + a.bytes).toBeLessThanOrEqual(bytes);
        for (const b of uses) {
          if (a === b) continue;
          if (live(a, b) || a.key !== b.key)
            expect(overlap(a, b) && (live(a, b) || a.key !== b.key)).toBe(false);
        }
      }
    }
  });

  test('shares a place with zeros around it with equal layouts alone', () => {
    expect(offsets(use(1, 0, 1, 256, 'a'), use(2, 2, 3, 256, 'a'))).toEqual([0, 0]);
    expect(offsets(use(1, 0, 1, 256, 'a'), use(2, 2, 3, 256, 'b'))).toEqual([0, 320]);
    expect(offsets(use(1, 0, 1, 256, 'a'), use(2, 2, 3, 256))).toEqual([0, 320]);
  });
});
