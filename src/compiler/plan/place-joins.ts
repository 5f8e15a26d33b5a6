import { affineRange } from '../../ir/affine.ts';
import type { BorderPhase, JoinedSum, KernelCall, PlanKernel } from '../../ir/plan.ts';
import { isLoopNest } from '../../ir/plan.ts';
import { loadsOf } from '../../ir/walk.ts';

type Item = readonly KernelCall[];
/** Bytes [from, to) of a sum. */
type Span = readonly [from: number, to: number];

const LINE = 64;
/** Bytes of a sum that one item joins at most: more is spread over threads. */
const LARGEST_ALONE = 16384;

/**
 * Adds to the phases behind a segment what joins its shards, so that few phases wait for each other:
 * - a small sum that one item of the first phase reads is joined by that item;
 * - one of which every item reads its own cache lines (the parts of an optimizer's step) is joined by them;
 * - one that no item of the first phase reads is joined beside it, by items of its own;
 * - any other is joined in a phase before.
 */
export function placeJoins(
  phases: readonly BorderPhase[],
  sums: readonly JoinedSum[],
  kernels: readonly PlanKernel[],
): BorderPhase[] {
  if (sums.length === 0) return [...phases];
  const items: Item[] = phases.length > 0 ? [...phases[0]!.items] : [];
  const beside: JoinedSum[] = [];
  const ahead: JoinedSum[] = [];
  for (const sum of sums) {
    const readers = items.flatMap((item, k) => {
      const span = spanOf(item, sum, kernels);
      return span ? [{ item: k, span }] : [];
    });
    const shares = sharesOf(
      readers.map(({ span }) => span),
      sum.bytes,
    );
    if (readers.length === 0) beside.push(sum);
    else if (!shares) ahead.push(sum);
    else
      for (const [k, { item }] of readers.entries()) items[item] = joinedFirst(items[item]!, sum, shares[k]!);
  }
  const alone = (joins: readonly JoinedSum[]): BorderPhase[] =>
    joins.length > 0 ? [{ items: [], joins: neighboursAsOne(joins) }] : [];
  if (phases.length === 0) return alone(beside);
  const first: BorderPhase = { items, ...(beside.length > 0 ? { joins: neighboursAsOne(beside) } : {}) };
  return [...alone(ahead), first, ...phases.slice(1)];
}

const reads = (call: KernelCall, buffer: number, sum: JoinedSum): boolean => {
  const { region, address } = call.places[buffer]!;
  return region === 'absolute' && address >= sum.to && address < sum.to + sum.bytes;
};

/** The bytes of a sum that an item reads, as whole cache lines; all of it where that is not known. */
function spanOf(item: Item, sum: JoinedSum, kernels: readonly PlanKernel[]): Span | undefined {
  let span: [number, number] | undefined;
  for (const call of item) {
    for (const buffer of call.places.keys()) {
      if (!reads(call, buffer, sum)) continue;
      const kernel = kernels[call.kernel]!;
      let [from, to] = [0, sum.bytes];
      if (isLoopNest(kernel)) {
        const extents = Object.fromEntries(kernel.axes.map(({ name, extent }) => [name, extent]));
        const loads = kernel.stores.flatMap(({ value }) => loadsOf(value)).filter((l) => l.source === buffer);
        const ranges = loads.map((load) => affineRange(load.index[0]!, extents));
        const base = call.places[buffer]!.address - sum.to;
        from = base + Math.min(...ranges.map(([low]) => low));
        to = base + Math.max(...ranges.map(([, high]) => high)) + 4;
      }
      span = [Math.min(span?.[0] ?? from, from), Math.max(span?.[1] ?? to, to)];
    }
  }
  return span && [Math.floor(span[0] / LINE) * LINE, Math.ceil(span[1] / LINE) * LINE];
}

/** What each reader joins: spans that follow each other without overlap, the last one with the slack behind it. */
function sharesOf(spans: readonly Span[], bytes: number): Span[] | undefined {
  if (spans.length === 1) return bytes <= LARGEST_ALONE ? [[0, bytes]] : undefined;
  const sorted = spans.map((span, k) => ({ span, k })).sort((a, b) => a.span[0] - b.span[0]);
  const shares: Span[] = [];
  let end = 0;
  for (const { span, k } of sorted) {
    if (span[0] !== end) return undefined;
    shares[k] = span;
    end = span[1];
  }
  if (end > bytes || bytes - end > LINE) return undefined;
  const { span, k } = sorted.at(-1)!;
  shares[k] = [span[0], bytes];
  return shares;
}

/** The item with a part of a sum joined before its first call that reads it. */
function joinedFirst(item: Item, sum: JoinedSum, [from, to]: Span): Item {
  const first = item.findIndex((call) => call.places.some((_, buffer) => reads(call, buffer, sum)));
  const part = { offset: sum.offset + from, to: sum.to + from, bytes: to - from };
  return item.map((call, k) => (k === first ? { ...call, joins: [...(call.joins ?? []), part] } : call));
}

/** Sums that lie side by side become one. */
function neighboursAsOne(sums: readonly JoinedSum[]): JoinedSum[] {
  const joined: JoinedSum[] = [];
  for (const sum of sums.toSorted((a, b) => a.offset - b.offset)) {
    const last = joined.at(-1);
    if (last && last.offset + last.bytes === sum.offset && last.to + last.bytes === sum.to)
      joined[joined.length - 1] = { ...last, bytes: last.bytes + sum.bytes };
    else joined.push(sum);
  }
  return joined;
}
