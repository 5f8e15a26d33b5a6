/** A tensor that lives in scratch memory for a part of a segment; positions are [step, call in the step]. */
export interface ScratchUse {
  readonly id: number;
  readonly bytes: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  /** Tensors with zeros around them share a place only with equal layouts, so that the zeros survive. */
  readonly key: string;
}

/** Places are multiples of a cache line, with room for a vector that starts at the last element. */
const ALIGNMENT = 64;
const SLACK = 64;

const before = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]);

/** Linear scan: gives each use an offset; a place is used again once its last user is done. */
export function allocateScratch(uses: readonly ScratchUse[]): {
  offsets: Map<number, number>;
  bytes: number;
} {
  const sorted = [...uses].sort((a, b) =>
    before(a.from, b.from) ? -1 : before(b.from, a.from) ? 1 : a.id - b.id,
  );
  const places: { offset: number; bytes: number; key: string; end: readonly [number, number] }[] = [];
  const offsets = new Map<number, number>();
  let total = 0;
  for (const use of sorted) {
    const bytes = Math.ceil((use.bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
    let best: (typeof places)[number] | undefined;
    for (const place of places) {
      const fits = use.key === '' ? place.bytes >= bytes : place.bytes === bytes;
      if (place.key !== use.key || !fits || !before(place.end, use.from)) continue;
      if (!best || place.bytes < best.bytes) best = place;
    }
    if (!best) {
      best = { offset: total, bytes, key: use.key, end: use.to };
      places.push(best);
      total += bytes;
    }
    best.end = use.to;
    offsets.set(use.id, best.offset);
  }
  return { offsets, bytes: total };
}
