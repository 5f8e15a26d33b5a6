import { coefficient } from '../../ir/affine.ts';
import type { Load } from '../../ir/expression.ts';
import { RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { costOfTile } from './cost.ts';
import type { KernelFacts } from './facts.ts';
import { distinctAddresses, spanOf, type TileCandidate, type TileShape } from './tile-shape.ts';
import type { VectorChoice } from './vector-axis.ts';

const MAX_GROUPS = 8;
const MAX_TILE = 10;
const MAX_ACCUMULATORS = 14;
/** A written-out block holds at most this many multiply-adds of pairs. */
const MAX_BLOCK = 128;

/** All tiles worth costing for one choice of the lanes. */
export function tileCandidates(facts: KernelFacts, choice: VectorChoice, pairs: boolean): TileCandidate[] {
  const laneGroups = choice.axis === undefined ? 1 : Math.ceil(facts.extents.get(choice.axis)! / 4);
  const candidates: TileCandidate[] = [];
  // Lanes that are moved one by one keep the engine from joining pairs.
  const paired = pairs && choice.path === 'vector';
  const tiles = outputTiles(facts, choice);
  for (const pair of [1, 2] as const) {
    if (pair === 2 ? !paired || laneGroups < 2 : paired && laneGroups % 2 === 0) continue;
    for (let groups: number = pair; groups <= Math.min(laneGroups, mostGroups(facts)); groups += pair) {
      for (const tile of tiles) {
        const shape = completeShape(facts, choice, groups, pair, tile);
        if (!shape) continue;
        for (const variant of pointOrders(shape)) {
          const { choice: lanes, groups: width, pair: joined, tile: points, unroll, sliding } = variant;
          const { registers, cycles } = costOfTile(facts, variant, laneGroups);
          candidates.push({
            choice: lanes,
            groups: width,
            pair: joined,
            tile: points,
            unroll,
            sliding,
            registers,
            cycles,
          });
        }
      }
    }
  }
  return candidates;
}

/** Random numbers come 32 at a time, and two evaluations side by side hide each other's latency. */
const mostGroups = (facts: KernelFacts): number =>
  facts.carried.length === 0 && facts.epilogueNodes.some((e) => e.kind === 'random') ? 16 : MAX_GROUPS;

/**
 * Register tiles span at most two output axes beside the lanes, and every point has an accumulator; elementwise
 * kernels walk memory in order.
 */
function outputTiles(facts: KernelFacts, choice: VectorChoice): ReadonlyMap<string, number>[] {
  const tiles: Map<string, number>[] = [new Map()];
  if (facts.carried.length === 0) return tiles;
  for (const axis of facts.outputAxes) {
    const extent = facts.extents.get(axis)!;
    if (axis === choice.axis || extent === RUNTIME_EXTENT) continue;
    const widened: Map<string, number>[] = [];
    for (const tile of tiles) {
      if (tile.size >= 2) continue;
      const [points = 1] = tile.values();
      for (let factor = 2; factor <= Math.min(extent, MAX_TILE, MAX_ACCUMULATORS / points); factor++) {
        widened.push(new Map(tile).set(axis, factor));
      }
    }
    tiles.push(...widened);
  }
  return tiles;
}

function completeShape(
  facts: KernelFacts,
  choice: VectorChoice,
  groups: number,
  pair: 1 | 2,
  tile: ReadonlyMap<string, number>,
): TileShape | undefined {
  let accumulators = groups / pair;
  for (const factor of tile.values()) accumulators *= factor;
  const smallest = pair === groups && tile.size === 0;
  const most = smallest || facts.carried.length === 0 ? Number.POSITIVE_INFINITY : MAX_ACCUMULATORS;
  if (accumulators > most) return undefined;
  for (const axis of facts.windowAxes) accumulators *= facts.extents.get(axis)!;
  if (accumulators > most) return undefined;
  const unroll = unrollInner(facts, accumulators);
  const shape = { choice, groups, pair, tile, unroll, sliding: undefined };
  return { ...shape, sliding: findSliding(facts, shape) };
}

/** Writes out reduce axes from the innermost outwards while the block stays small. */
function unrollInner(facts: KernelFacts, accumulators: number): ReadonlyMap<string, number> {
  const unroll = new Map<string, number>();
  let block = accumulators;
  for (const axis of facts.reduceAxes.toReversed()) {
    const extent = facts.extents.get(axis)!;
    if (extent === RUNTIME_EXTENT || facts.clips.has(axis)) break;
    if (extent <= 4 && block * extent <= 100) {
      unroll.set(axis, extent);
      block *= extent;
      continue;
    }
    const factor = [extent, 4, 2].find((n) =>
      n === extent
        ? block * n <= MAX_BLOCK && n <= 32
        : block * n <= MAX_BLOCK / 2 && (extent % n === 0 || extent >= 4 * n),
    );
    if (factor) unroll.set(axis, factor);
    break;
  }
  return unroll;
}

/** A load that neighbouring points of the tile share because taps and outputs move the same window. */
function findSliding(facts: KernelFacts, shape: TileShape): Load | undefined {
  const reduceAxes = [...shape.unroll.keys()];
  const outputAxes = [...shape.tile.keys(), ...facts.windowAxes];
  const axes = [...outputAxes, ...reduceAxes];
  return facts.bodyLoads.find((load) => {
    const moves = (axis: string): boolean => coefficient(load.index[0], axis) !== 0;
    if (!outputAxes.some(moves) || !reduceAxes.some(moves)) return false;
    const points = axes.filter(moves).reduce((product, axis) => product * spanOf(facts, shape, axis), 1);
    return distinctAddresses(facts, shape, load, axes) < points;
  });
}

/** The order of two tile axes decides which operand of an outer product stays in registers. */
function pointOrders(shape: TileShape): TileShape[] {
  if (shape.tile.size < 2 || shape.sliding) return [shape];
  return [shape, { ...shape, tile: new Map([...shape.tile].reverse()) }];
}
