import { axesOf, coefficient } from '../../ir/affine.ts';
import { type Clip, livePart } from '../../ir/clip.ts';
import type { Expression, Load } from '../../ir/expression.ts';
import { RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { ASSUMED_RUNTIME_COUNT, type KernelFacts, unrolledSize } from './facts.ts';
import { distinctAddresses, spanOf, type TileShape } from './tile-shape.ts';
import { laneLayout, twoLoadsServe } from './vector-axis.ts';

/** Instructions of an operation that is not one instruction. */
const INSTRUCTIONS: Readonly<Record<string, number>> = {
  exp: 27,
  log: 32,
  tanh: 35,
  sigmoid: 32,
  erf: 45,
  sqrt: 6,
  div: 4,
};
/** Instructions of one Philox evaluation, which serves up to eight lane groups; two side by side count as one and a bit. */
const PHILOX = 150;
/** Allocatable registers less one for a product and one of slack; one more for a sliding window. */
const REGISTERS = 13;
const SLIDING_REGISTERS = 14;
/** Cycles from one addition of an accumulator to the next. */
const ADD_LATENCY = 3;
/** Cycles to enter a loop whose count is not constant. */
const CLIP = 8;
/** Outputs that lie this many bytes apart fight over cache sets. */
const FAR = 2048;
/** Part of a first-level cache that operands may fill while they are used again, and what a load costs beyond it. */
export const CACHE: number = 24 * 1024;
const SECOND_LEVEL = 2;
/** Operands that lie a multiple of this apart share their cache sets. */
const CACHE_PERIOD = 4096;

/**
 * Estimated registers and cycles of a tile over the whole kernel (measured on two x86-64 machines; see
 * `bench/kernels.ts`): two multiplies and two additions, two loads and 5.5 micro-operations a cycle.
 */
export function costOfTile(
  facts: KernelFacts,
  shape: TileShape,
  laneGroups: number,
): { registers: number; cycles: number } {
  const width = shape.groups / shape.pair;
  const lanes = shape.choice.axis;
  const extentOf = (axis: string): number => {
    const extent = facts.extents.get(axis)!;
    return extent === RUNTIME_EXTENT ? ASSUMED_RUNTIME_COUNT : extent;
  };
  const points = (axes: readonly string[]): number => {
    let product = 1;
    for (const axis of axes) product *= axis === lanes ? width : spanOf(facts, shape, axis);
    return product;
  };

  let accumulators = 0;
  let additions = 0;
  let unrolled = 1;
  for (const factor of shape.unroll.values()) unrolled *= factor;
  for (const carried of facts.carried) {
    const each = points(facts.dependsOn.get(carried)!) * (carried.op === 'sum' ? 1 : 2);
    accumulators += each;
    additions += each * unrolled;
  }
  const { loads, live } = bodyLoads(facts, shape, width);
  const operations = additions + operationsOf(facts, shape, facts.bodyNodes, points);
  let trips = 1;
  let entries = 0;
  for (const axis of facts.reduceAxes) {
    const clip = facts.clips.get(axis);
    if (clip) entries += trips;
    const part = clip ? livePartOf(clip, { axis: extentOf(axis), by: extentOf(clip.by) }, shape) : 1;
    trips *= (part * extentOf(axis)) / (shape.unroll.get(axis) ?? 1);
  }
  let block = Math.max(operations / 4, loads / 2, (operations + loads + 5) / 5.5);
  if (trips > 1) block = Math.max(block, ADD_LATENCY * unrolled);

  let stores = 0;
  for (const store of facts.kernel.stores) {
    const layout = laneLayout(store.address, facts.kernel.buffers[store.buffer], lanes);
    const tilePoints = points(axesOf(store.address).filter((axis) => axis !== lanes));
    const instructions = layout === 'contiguous' ? width : layout === 'strided' ? 8 * shape.groups : 1;
    stores += tilePoints * instructions * (store.accumulate ? 2 : 1);
  }
  const epilogueLoads = facts.epilogueLoads.reduce(
    (sum, load) => sum + points(facts.dependsOn.get(load)!) * loadCost(facts, shape, load),
    0,
  );
  const epilogue = Math.max(
    (operationsOf(facts, shape, facts.epilogueNodes, points) + epilogueLoads) / 4,
    epilogueLoads / 2,
  );

  const registers = accumulators + live;
  let cycles = (facts.carried.length > 0 ? block * trips : 0) + CLIP * entries + epilogue + stores + 4;
  const allowed = shape.sliding ? SLIDING_REGISTERS : REGISTERS;
  if (facts.carried.length > 0 && registers > allowed) cycles *= registers > allowed + 2 ? 4 : 2;
  const first = facts.kernel.stores[0];
  if (shape.tile.size > 1 && shape.sliding) cycles *= 1.15;
  const tileAxes = [...shape.tile.keys()];
  if (tileAxes.some((axis) => Math.abs(coefficient(first.address, axis)) >= FAR)) cycles *= 1.2;

  const collides = facts.bodyLoads.some((load) =>
    tileAxes.some((axis) => {
      const stride = coefficient(load.index[0], axis);
      return stride !== 0 && stride % CACHE_PERIOD === 0;
    }),
  );
  if (collides) cycles *= 1.3;

  let tiles = laneGroups / shape.groups;
  let waste = 1 + (laneGroups % shape.groups ? (0.7 * shape.groups) / laneGroups : 0);
  for (const axis of facts.outputAxes) {
    if (axis === lanes) continue;
    const factor = shape.tile.get(axis) ?? 1;
    tiles *= extentOf(axis) / factor;
    if (extentOf(axis) % factor !== 0) waste *= 1 + (0.7 * factor) / extentOf(axis);
  }
  return { registers, cycles: cycles * tiles * waste };
}

const liveParts = new WeakMap<Clip, Map<number, number>>();

/** The part of a clipped axis that a tile of the shape walks on average. */
function livePartOf(clip: Clip, extents: Readonly<Record<'axis' | 'by', number>>, shape: TileShape): number {
  const span = shape.choice.axis === clip.by ? 4 * shape.groups : (shape.tile.get(clip.by) ?? 1);
  let parts = liveParts.get(clip);
  if (!parts) {
    parts = new Map();
    liveParts.set(clip, parts);
  }
  let part = parts.get(span);
  if (part === undefined) {
    part = livePart(clip, extents, span);
    parts.set(span, part);
  }
  return part;
}

/** Instructions of a load by how its lanes lie. */
function loadCost(facts: KernelFacts, shape: TileShape, load: Load): number {
  const buffer = facts.kernel.buffers[load.source];
  const layout = laneLayout(load.index[0], buffer, shape.choice.axis);
  const conversion = buffer.dtype === 'f32' ? 0 : 2;
  if (layout !== 'strided') return 1 + conversion;
  return conversion + (twoLoadsServe(coefficient(load.index[0], shape.choice.axis!), buffer.dtype) ? 3 : 7);
}

/** True if what a load reads for one tile is gone from the first-level cache when the next tile reads it. */
function exceedsCache(facts: KernelFacts, shape: TileShape, load: Load): boolean {
  // Sums that go on from memory are cut into chunks that fit.
  if (facts.kernel.stores.every((store) => store.accumulate)) return false;
  let bytes = 4;
  for (const { name, extent } of facts.kernel.axes) {
    if (coefficient(load.index[0], name) === 0 || extent === RUNTIME_EXTENT) continue;
    bytes *=
      name === shape.choice.axis
        ? 4 * shape.groups
        : facts.reduceAxes.includes(name)
          ? extent
          : spanOf(facts, shape, name);
  }
  return bytes > CACHE;
}

/** Loads of one written-out block, and registers that hold loaded values at a time. */
function bodyLoads(facts: KernelFacts, shape: TileShape, width: number): { loads: number; live: number } {
  const body = facts.bodyLoads;
  const { sliding } = shape;
  const tileAxes = [...shape.tile.keys(), ...facts.windowAxes];
  const unrolledAxes = facts.reduceAxes.filter((axis) => shape.unroll.has(axis));
  // Values are kept within one point of the reduction, or along the window that slides.
  const kept = sliding ? (unrolledAxes.length > 1 ? unrolledAxes.slice(1) : unrolledAxes) : [];
  const scopes = unrolledAxes
    .filter((axis) => !kept.includes(axis))
    .reduce((product, axis) => product * shape.unroll.get(axis)!, 1);
  const shared = [...tileAxes, ...kept];
  let loads = 0;
  let slidingLive = 0;
  for (const load of body) {
    const alongLanes = shape.choice.axis !== undefined && coefficient(load.index[0], shape.choice.axis) !== 0;
    const groups = alongLanes ? width : 1;
    const distinct = distinctAddresses(facts, shape, load, shared) * groups;
    const farther = exceedsCache(facts, shape, load) ? SECOND_LEVEL : 1;
    loads += distinct * scopes * loadCost(facts, shape, load) * farther;
    slidingLive += load === sliding ? 1 : alongLanes ? distinct : 1;
  }
  if (sliding) return { loads, live: slidingLive };
  const order = [...shape.tile.keys()];
  const [outer, inner] = [order[0], order.at(-1)!];
  let live = 0;
  for (const load of body) {
    const form = load.index[0];
    const groups = shape.choice.axis !== undefined && coefficient(form, shape.choice.axis) !== 0 ? width : 1;
    const reused = order.length > 1 && coefficient(form, inner) !== 0 && coefficient(form, outer) === 0;
    live += groups * (reused ? shape.tile.get(inner)! : 1);
  }
  return { loads, live };
}

function operationsOf(
  facts: KernelFacts,
  shape: TileShape,
  nodes: readonly Expression[],
  points: (axes: readonly string[]) => number,
): number {
  let total = 0;
  for (const node of nodes) {
    if (node.kind === 'load' || node.kind === 'constant') continue;
    const instances = points(facts.dependsOn.get(node)!);
    if (node.kind === 'random') {
      const served = [16, 8, 4, 2].find((n) => shape.groups % n === 0) ?? 1;
      total += (instances * shape.pair * PHILOX) / served;
    } else if (node.kind === 'reduce') {
      if (facts.carried.includes(node)) continue;
      const size =
        unrolledSize(node, facts.extents) ??
        node.axes.reduce((product, axis) => product * Math.max(facts.extents.get(axis)!, 1), 1);
      total += instances * size * 3;
    } else total += instances * ('op' in node ? (INSTRUCTIONS[node.op] ?? 1) : 1);
  }
  return total;
}
