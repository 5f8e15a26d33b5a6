import type { JoinedSum, Place, Plan, TensorLayout } from '../../ir/plan.ts';
import type { LevelGroups } from './group-nodes.ts';
import { type PlanGraph, sourcesOf } from './plan-graph.ts';
import { isReduce, placeOf, type ScratchRegion, type SegmentOutline } from './plan-segment.ts';
import type { SegmentedGraph } from './rematerialise.ts';
import { allocateScratch, type ScratchUse } from './scratch.ts';

export const align = (bytes: number): number => Math.ceil(bytes / 64) * 64;
/** Room behind a tensor for vectors that start at its last element, and for masks of sixteen channels. */
export const SLACK = 64;

type Places = Map<number, Place>;
type Layouts = ReadonlyMap<number, TensorLayout>;

/** Inputs and outputs of a step lie one after another behind the header of its slot. */
export function placeSlot(
  graph: PlanGraph,
  layouts: Layouts,
  places: Places,
  header: number,
  maxBatch: number,
): Pick<Plan, 'slotBytes' | 'inputs' | 'outputs'> {
  let bytes = header;
  const place = (id: number, batched: boolean): { place: Place; layout: TensorLayout } => {
    const layout = layouts.get(id)!;
    const known = places.get(id);
    if (known?.region === 'slot') return { place: known, layout };
    const made = placeOf('slot', bytes, batched ? layout.bytes : 0);
    bytes = align(bytes + layout.bytes * (batched ? maxBatch : 1) + SLACK);
    places.set(id, made);
    return { place: made, layout };
  };
  const inputs = graph.nodes
    .filter((node) => node.role === 'input')
    .map((node) => ({ name: node.name, dtype: node.type.dtype, ...place(node.id, node.type.batched) }));
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const outputs = graph.outputs.map(({ name, node }) => {
    const { batched } = byId.get(node)!.type;
    return { name, batched, ...place(node, batched) };
  });
  return { slotBytes: bytes, inputs, outputs };
}

export interface PlacedAccumulators {
  /** Bytes of a shard: every level uses them anew. */
  readonly shard: number;
  /** Sums of each level. */
  readonly sums: readonly (readonly JoinedSum[])[];
  /** Address of each sum once it has joined. */
  readonly joinedAt: ReadonlyMap<number, number>;
}

/** Sums over the batch lie in every shard's accumulators, side by side, and once more where they have joined. */
export function placeAccumulators(
  groups: readonly LevelGroups[],
  layouts: Layouts,
  places: Places,
  reserve: (bytes: number) => number,
): PlacedAccumulators {
  const offsets = new Map<number, { joined: number; offset: number; bytes: number }>();
  let joined = 0;
  let shard = 0;
  const nodes = groups.map(({ segment }) => segment.flatMap((group) => group.members.filter(isReduce)));
  for (const level of nodes) {
    let offset = 0;
    for (const { id } of level) {
      const bytes = align(layouts.get(id)!.bytes + SLACK);
      places.set(id, placeOf('accumulator', offset));
      offsets.set(id, { joined, offset, bytes });
      offset += bytes;
      joined += bytes;
    }
    shard = Math.max(shard, offset);
  }
  const base = joined > 0 ? reserve(joined) : 0;
  const joinedAt = new Map([...offsets].map(([id, at]) => [id, base + at.joined]));
  const sums = nodes.map((level) =>
    level.map(({ id }): JoinedSum => {
      const { offset, bytes } = offsets.get(id)!;
      return { offset, bytes, to: joinedAt.get(id)! };
    }),
  );
  return { shard, sums, joinedAt };
}

/**
 * Scratch of a thread. Tensors without zeros around them share one region from segment to segment; those with
 * zeros keep theirs, so that the zeros are written once.
 */
export function placeScratch(
  outlines: readonly (SegmentOutline | undefined)[],
  layouts: Layouts,
  places: Places,
  maxShardSamples: number,
): number {
  const samplesOf = (region: ScratchRegion, outline: SegmentOutline): number =>
    region === 'sample' ? 1 : region === 'microBatch' ? outline.microBatch : maxShardSamples;
  let shared = 0;
  const kept: { use: ScratchUse; region: ScratchRegion }[] = [];
  outlines.forEach((outline, level) => {
    if (!outline) return;
    const uses: ScratchUse[] = [];
    for (const { region, use } of outline.scratch.values()) {
      const sized = { ...use, bytes: use.bytes * samplesOf(region, outline) };
      if (use.key === '') uses.push(sized);
      // positions of different segments follow each other
      else
        kept.push({
          region,
          use: {
            ...sized,
            from: [level * SEGMENT + use.from[0], use.from[1]],
            to: [level * SEGMENT + Math.min(use.to[0], SEGMENT - 1), use.to[1]],
          },
        });
    }
    const { offsets, bytes } = allocateScratch(uses);
    shared = Math.max(shared, bytes);
    for (const [id, offset] of offsets)
      setScratch(id, offset, outline.scratch.get(id)!.region, layouts, places);
  });
  const { offsets, bytes } = allocateScratch(kept.map((k) => k.use));
  for (const { use, region } of kept)
    setScratch(use.id, shared + offsets.get(use.id)!, region, layouts, places);
  return align(shared + bytes + SLACK);
}

/** Tensors with zeros around them share a place only where the zeros lie alike: also those behind the last element. */
export const layoutKey = ({ shape, bytes, base, strides }: TensorLayout): string =>
  `${shape}:${bytes}:${base}:${strides}`;

/**
 * What is stored for the whole batch lives from its segment to the last one that reads it; a place is used again
 * afterwards.
 */
export function placeStored(
  { graph, levels, stored }: SegmentedGraph,
  layouts: Layouts,
  halos: ReadonlyMap<number, unknown>,
  places: Places,
  maxBatch: number,
  reserve: (bytes: number) => number,
): void {
  const last = new Map<number, number>();
  for (const node of graph.nodes) {
    const level = levels.of.get(node.id)!;
    for (const id of sourcesOf(node)) last.set(id, Math.max(last.get(id) ?? 0, level));
  }
  const uses = [...stored]
    .filter((id) => !places.has(id))
    .map((id): ScratchUse => {
      const layout = layouts.get(id)!;
      const from = levels.of.get(id)!;
      return {
        id,
        bytes: layout.bytes * maxBatch,
        from: [from, 0],
        to: [last.get(id) ?? from, 1],
        key: halos.has(id) ? layoutKey(layout) : '',
      };
    });
  const { offsets, bytes } = allocateScratch(uses);
  const base = bytes > 0 ? reserve(bytes) : 0;
  for (const [id, offset] of offsets)
    places.set(id, placeOf('stored', base + offset, layouts.get(id)!.bytes));
}

/** Values without a batch lie one after another. */
export function placeBorder(
  groups: readonly LevelGroups[],
  layouts: Layouts,
  places: Places,
  reserve: (bytes: number) => number,
): void {
  const offsets = new Map<number, number>();
  let bytes = 0;
  for (const node of groups.flatMap(({ border }) => border).flatMap((group) => group.outputs)) {
    if (places.has(node.id)) continue;
    offsets.set(node.id, bytes);
    bytes = align(bytes + layouts.get(node.id)!.bytes + SLACK);
  }
  const base = bytes > 0 ? reserve(bytes) : 0;
  for (const [id, offset] of offsets) places.set(id, placeOf('absolute', base + offset));
}

/** More steps than any segment has. */
const SEGMENT = 1 << 20;

function setScratch(
  id: number,
  address: number,
  region: ScratchRegion,
  layouts: Layouts,
  places: Places,
): void {
  places.set(id, placeOf(region, address, region === 'sample' ? 0 : layouts.get(id)!.bytes));
}
