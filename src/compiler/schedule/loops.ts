import { coefficient } from '../../ir/affine.ts';
import type { Load } from '../../ir/expression.ts';
import { RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { CACHE } from './cost.ts';
import { ASSUMED_RUNTIME_COUNT, type KernelFacts } from './facts.ts';
import type { ScheduledLoop } from './schedule.ts';
import type { TileCandidate } from './tile-shape.ts';

/** Terms that an accumulator must get between two visits to memory. */
const MIN_CHUNK = 16;

/** The order of loops, outermost first: chunks, outputs, then the reduction in its own order. */
export function chooseLoops(facts: KernelFacts, candidate: TileCandidate): ScheduledLoop[] {
  const outputs = orderOutputs(facts, candidate);
  const chunk = chooseChunk(facts, candidate);
  const step = (axis: string): number =>
    axis === candidate.choice.axis
      ? 4 * candidate.groups
      : (candidate.tile.get(axis) ?? candidate.unroll.get(axis) ?? 1);
  const inner = facts.reduceAxes.map((axis) => ({ axis, step: step(axis), kind: 'reduce' }) as const);
  return [
    ...(chunk ? [{ axis: chunk.axis, step: chunk.length, kind: 'chunk' } as const] : []),
    ...outputs.map((axis) => ({ axis, step: step(axis), kind: 'output' }) as const),
    ...inner.filter((loop) => !(chunk && chunk.length === 1 && chunk.axis === loop.axis)),
  ];
}

const extentOf = (facts: KernelFacts, axis: string): number => {
  const extent = facts.extents.get(axis)!;
  return extent === RUNTIME_EXTENT ? ASSUMED_RUNTIME_COUNT : extent;
};

/** Bytes that a load touches while the given axes run in full. */
const footprint = (facts: KernelFacts, load: Load, axes: readonly string[]): number =>
  axes.reduce(
    (bytes, axis) => (coefficient(load.index[0], axis) !== 0 ? bytes * extentOf(facts, axis) : bytes),
    4,
  );

/** Large strides outside; a panel of weights that exceeds the cache outside positions; else what is reused inside. */
function orderOutputs(facts: KernelFacts, candidate: TileCandidate): string[] {
  const lanes = candidate.choice.axis;
  const first = facts.kernel.stores[0].address;
  const rest = facts.outputAxes.filter((axis) => axis !== lanes);
  const strideOf = (axis: string): number =>
    axis === facts.runtimeAxis ? Number.POSITIVE_INFINITY : Math.abs(coefficient(first, axis));
  const byStride = rest.toSorted((a, b) => (strideOf(a) === strideOf(b) ? 0 : strideOf(b) - strideOf(a)));
  if (lanes === undefined) return byStride;
  if (facts.carried.length === 0) return [...byStride, lanes];
  const body = facts.bodyLoads;
  const panels = body.filter((load) => coefficient(load.index[0], lanes) !== 0);
  const panelAxes = [lanes, ...facts.reduceAxes];
  const exceeds = panels.some((load) => footprint(facts, load, panelAxes) > CACHE);
  const reused = rest.some((axis) => panels.some((load) => coefficient(load.index[0], axis) === 0));
  if (exceeds && reused) return [lanes, ...byStride];
  const order = [...byStride, lanes];
  const all = [...facts.extents.keys()];
  const [largest] = body.toSorted((a, b) => footprint(facts, b, all) - footprint(facts, a, all));
  if (body.length < 2 || footprint(facts, largest, all) <= CACHE) return order;
  const moves = (axis: string): boolean => coefficient(largest.index[0], axis) !== 0;
  return [...order.filter(moves), ...order.filter((axis) => !moves(axis))];
}

/**
 * A sum that goes on from memory may be interrupted: where operands that other tiles read again exceed the cache,
 * the slowest reduce axis is cut into chunks that fit, outside all outputs.
 */
function chooseChunk(
  facts: KernelFacts,
  candidate: TileCandidate,
): { axis: string; length: number } | undefined {
  const { stores } = facts.kernel;
  const [axis, ...inner] = facts.reduceAxes;
  if (axis === undefined || facts.clips.has(axis) || !stores.every((store) => store.accumulate))
    return undefined;
  const tiles = (a: string): number =>
    extentOf(facts, a) / (a === candidate.choice.axis ? 4 * candidate.groups : (candidate.tile.get(a) ?? 1));
  const reread = facts.bodyLoads.filter((load) =>
    facts.outputAxes.some((a) => coefficient(load.index[0], a) === 0 && tiles(a) > 1),
  );
  const traffic = reread.reduce(
    (bytes, load) => bytes + footprint(facts, load, [...facts.extents.keys()]),
    0,
  );
  if (traffic <= CACHE) return undefined;
  const innerTerms = inner.reduce((product, a) => product * extentOf(facts, a), 1);
  const runtime = axis === facts.runtimeAxis;
  if (innerTerms >= MIN_CHUNK || (runtime && innerTerms > 4)) return { axis, length: 1 };
  if (runtime) return undefined;
  const extent = facts.extents.get(axis)!;
  const unroll = candidate.unroll.get(axis) ?? 1;
  const fitting = Math.max(CACHE / (traffic / extent), MIN_CHUNK / innerTerms);
  const length = unroll * Math.max(1, Math.floor(fitting / unroll));
  return length < extent ? { axis, length } : undefined;
}
