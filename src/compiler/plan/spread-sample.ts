import { axesOf, equalAffine, isSingleAxis } from '../../ir/affine.ts';
import type { Kernel } from '../../ir/kernel.ts';
import type { NonzeroProducts } from '../../ir/nonzero-products.ts';
import { isNonzeroProducts, type Place, type TensorLayout } from '../../ir/plan.ts';
import type { FusionGroup, LevelGroups } from './group-nodes.ts';
import { listBytes, listTensor } from './lower-nonzero-products.ts';
import { align, layoutKey, SLACK } from './place-tensors.ts';
import { depthsOf } from './plan-border.ts';
import { nodeLoads, type PlanGraph, type PlanNode, piecesOf } from './plan-graph.ts';
import { isReduce, placeOf } from './plan-segment.ts';
import { allocateScratch, type ScratchUse } from './scratch.ts';
import { type Cut, cutKernel, findCut, type KernelPart, type PartLimits, pointsOf } from './split-kernel.ts';
import { cutNonzeroProducts } from './split-nonzero-products.ts';

/**
 * A step over one sample gives threads no shards to share. Instead they share its nests, as those of borders. Condition:
 * nothing is summed over the batch.
 */
export const canSpread = ({ nodes }: PlanGraph): boolean => !nodes.some(isReduce);

export interface SpreadLimits extends PartLimits {
  /** Points of a phase on average, from which threads share phases at all. */
  readonly perPhase: number;
}

/**
 * A part is a few microseconds of work, where a phase costs about one; few parts, so that most of what a thread reads in a
 * phase is what it wrote in the one before.
 */
export const sampleLimits: SpreadLimits = { most: 8, least: 8192, perPhase: 128 * 1024 };

/** What the nests of a sample become without sums over the batch. */
export type SpreadKernel = Kernel | NonzeroProducts;

/** A kernel of a group with the nodes behind its buffers. */
export interface GroupKernel {
  readonly group: FusionGroup;
  readonly kernel: SpreadKernel;
  readonly tensors: readonly PlanNode[];
}

/** A part of one. */
export interface GroupPart extends GroupKernel {
  readonly shifts: readonly number[];
}

/** Groups that run in the same phase: items that do not depend on each other, each of parts in their order. */
export interface SpreadUnit {
  readonly members: readonly PlanNode[];
  readonly sources: readonly number[];
  readonly outputs: readonly PlanNode[];
  readonly items: readonly (readonly GroupPart[])[];
  readonly work: number;
  /** Where its kernels were cut, and along which dimension of the value of each node. */
  readonly cut?: Pick<Cut, 'bounds'> & { readonly dimensions: ReadonlyMap<number, number> };
}

/**
 * Cuts the kernels of groups into parts. A part of a group follows the part whose result it reads, in the same item: what
 * passes between them stays with the thread, and a phase is saved. Condition: along the cut it reads that only where it
 * stands itself (as pointwise and depthwise steps of one position do), it can be cut there, alone it would not have twice
 * as many parts, and all else that it reads is computed before.
 */
export function spreadUnits(
  groups: readonly FusionGroup[],
  kernelsOf: (group: FusionGroup) => readonly GroupKernel[],
  limits: PartLimits,
): SpreadUnit[] {
  const units: SpreadUnit[] = [];
  const homeOf = new Map<number, number>();
  for (const group of groups) {
    const kernels = kernelsOf(group);
    const latest = Math.max(-1, ...group.sources.flatMap((id) => homeOf.get(id) ?? []));
    const joined =
      kernels.length === 1 && latest >= 0 ? follow(units[latest]!, kernels[0]!, limits) : undefined;
    if (joined) units[latest] = joined;
    else units.push(unitOf(group, kernels, limits));
    const home = joined ? latest : units.length - 1;
    for (const { id } of group.members) homeOf.set(id, home);
  }
  return units;
}

function unitOf(
  { main, members, sources, outputs }: FusionGroup,
  kernels: readonly GroupKernel[],
  limits: PartLimits,
): SpreadUnit {
  const work = kernels.reduce((sum, { kernel }) => sum + pointsOf(denseOf(kernel)), 0);
  const unit = { members, sources, outputs, work };
  const only = kernels.length === 1 ? kernels[0]! : undefined;
  const cut = only && findCut(denseOf(only.kernel), limits);
  const parts = cut && cutAt(only, cut);
  if (!parts) {
    const calls = kernels.map(uncut);
    // what fills the value comes before what is written into it
    return { ...unit, items: main.definition!.fill === undefined ? calls.map((call) => [call]) : [calls] };
  }
  const dimension = piecesOf(main)[0]!.index.findIndex(
    (form) => isSingleAxis(form) && axesOf(form)[0] === cut.axis,
  );
  return {
    ...unit,
    items: parts.map((part) => [part]),
    ...(dimension < 0 ? {} : { cut: { bounds: cut.bounds, dimensions: dimensionsOf(members, dimension) } }),
  };
}

const dimensionsOf = (members: readonly PlanNode[], dimension: number): ReadonlyMap<number, number> =>
  new Map(members.map(({ id }) => [id, dimension]));

function follow(
  { cut, ...leader }: SpreadUnit,
  own: GroupKernel,
  limits: PartLimits,
): SpreadUnit | undefined {
  const { main, members, sources, outputs } = own.group;
  const dimension = cut && followedDimension(members, cut.dimensions);
  if (!cut || dimension === undefined) return undefined;
  const alone = findCut(denseOf(own.kernel), limits)?.bounds.length ?? 1;
  if (alone - 1 >= 2 * (cut.bounds.length - 1)) return undefined;
  const [axis] = axesOf(piecesOf(main)[0]!.index[dimension]!);
  const parts = cutAt(own, { axis: axis!, bounds: cut.bounds });
  if (!parts) return undefined;
  return {
    members: [...leader.members, ...members],
    sources: [...new Set([...leader.sources, ...sources])],
    outputs: [...leader.outputs, ...outputs],
    items: leader.items.map((item, k) => [...item, parts[k]!]),
    work: leader.work + pointsOf(denseOf(own.kernel)),
    cut: { ...cut, dimensions: new Map([...cut.dimensions, ...dimensionsOf(members, dimension)]) },
  };
}

/** The dimension of the members along which all that they read of a unit stands where they do. */
function followedDimension(
  members: readonly PlanNode[],
  cut: ReadonlyMap<number, number>,
): number | undefined {
  const found = new Set(
    members.flatMap((member) => {
      const { index } = piecesOf(member)[0]!;
      return nodeLoads(member)
        .filter(({ source }) => cut.has(source))
        .map((l) =>
          index.findIndex((form) => isSingleAxis(form) && equalAffine(form, l.index[cut.get(l.source)!]!)),
        );
    }),
  );
  const [dimension] = found;
  return found.size === 1 && dimension !== -1 ? dimension : undefined;
}

const denseOf = (kernel: SpreadKernel): Kernel => (isNonzeroProducts(kernel) ? kernel.dense : kernel);

const uncut = (own: GroupKernel): GroupPart => ({ ...own, shifts: own.tensors.map(() => 0) });

function cutAt(own: GroupKernel, cut: Cut): GroupPart[] | undefined {
  const { kernel } = own;
  const parts: readonly KernelPart<SpreadKernel>[] | undefined = isNonzeroProducts(kernel)
    ? cutNonzeroProducts(kernel, cut)
    : cutKernel(kernel, cut);
  return parts?.map((part) => ({ ...own, ...part }));
}

/** The lists of a walk over nonzero values are used by one call alone: all lie at the start of a thread's scratch. */
export function placeLists(
  groups: readonly LevelGroups[],
  layouts: ReadonlyMap<number, TensorLayout>,
  places: Map<number, Place>,
): number {
  let bytes = 0;
  for (const group of groups.flatMap(({ segment }) => segment)) {
    if (!group.nonzero) continue;
    places.set(listTensor(group).id, placeOf('sample', 0));
    bytes = Math.max(bytes, listBytes(group, layouts.get(group.nonzero.input.source)!.bytes));
  }
  return align(bytes + SLACK);
}

/** Whether sharing phases gains more than they cost. */
export function isWorthSpreading(
  levels: readonly (readonly SpreadUnit[])[],
  { perPhase }: SpreadLimits,
): boolean {
  const phases = levels.reduce((sum, units) => sum + Math.max(-1, ...depthsOf(units).values()) + 1, 0);
  const work = levels.flat().reduce((sum, unit) => sum + unit.work, 0);
  return work >= perPhase * phases;
}

/** Values of the sample live from the phase that computes them to the last one that reads them. */
export function placeSpread(
  levels: readonly (readonly SpreadUnit[])[],
  layouts: ReadonlyMap<number, TensorLayout>,
  halos: ReadonlyMap<number, unknown>,
  places: Map<number, Place>,
  reserve: (bytes: number) => number,
): void {
  const uses = levels.flatMap((units, level) => {
    const depths = depthsOf(units);
    return units.flatMap((unit) =>
      unit.outputs
        .filter(({ id }) => !places.has(id))
        .map(({ id }): ScratchUse => {
          const readers = units.filter(({ sources }) => sources.includes(id));
          const last = Math.max(...[unit, ...readers].map((reader) => depths.get(reader)!));
          const layout = layouts.get(id)!;
          return {
            id,
            bytes: layout.bytes,
            from: [level, depths.get(unit)!],
            to: [level, last],
            key: halos.has(id) ? layoutKey(layout) : '',
          };
        }),
    );
  });
  const { offsets, bytes } = allocateScratch(uses);
  const base = bytes > 0 ? reserve(bytes) : 0;
  for (const [id, offset] of offsets) places.set(id, placeOf('absolute', base + offset));
}
