import { RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { kernelText } from '../../ir/kernel-text.ts';
import {
  isLoopNest,
  isNonzeroProducts,
  type JoinedSum,
  type KernelCall,
  type Place,
  type Plan,
  type PlanKernel,
  type PlanLevel,
  type TensorLayout,
} from '../../ir/plan.ts';
import { findChosenRows } from './find-chosen-rows.ts';
import { markNonzeroProducts } from './find-nonzero-products.ts';
import { markNonzeroSums } from './find-nonzero-sums.ts';
import { findWindowProducts } from './find-window-products.ts';
import { fuseWindows } from './fuse-windows.ts';
import { chooseGranularity } from './granularity.ts';
import { type FusionGroup, type GroupedGraph, groupNodes } from './group-nodes.ts';
import { inlineElementwise } from './inline-elementwise.ts';
import { type Halo, haloOf, layoutOf } from './lay-out.ts';
import { type LoweredPiece, lowerGroup, toKernel } from './lower.ts';
import { lowerNonzeroProducts } from './lower-nonzero-products.ts';
import { lowerWindowProducts, productAccesses } from './lower-window-products.ts';
import { overreach } from './overreach.ts';
import { packOperands } from './pack-operands.ts';
import { placeJoins } from './place-joins.ts';
import {
  layoutKey,
  placeAccumulators,
  placeBorder,
  placeScratch,
  placeSlot,
  placeStored,
} from './place-tensors.ts';
import { borderParts, borderPhases, type PhaseWork } from './plan-border.ts';
import type { PlanGraph, PlanNode } from './plan-graph.ts';
import { buildSegment, outlineSegment, placeOf, type SegmentOutline } from './plan-segment.ts';
import { rematerialise } from './rematerialise.ts';
import { separateAssignments } from './separate-assignments.ts';
import { splitInterleaved } from './split-interleaved.ts';
import { pointsOf, splitKernel } from './split-kernel.ts';
import {
  canSpread,
  type GroupKernel,
  type GroupPart,
  isWorthSpreading,
  placeLists,
  placeSpread,
  type SpreadLimits,
  type SpreadUnit,
  spreadUnits,
} from './spread-sample.ts';
import { stageInputs } from './stage-inputs.ts';

/** Memory of the session in which a program is placed. */
export interface PlanMemory {
  /** Reserves bytes that are zero before the first step; returns their address, a multiple of 64. */
  readonly reserve: (bytes: number) => number;
  /** Address of a variable, reserved when first asked for. */
  readonly variable: (node: PlanNode, layout: TensorLayout) => number;
}

export interface PlanOptions {
  readonly maxBatch: number;
  /** Shards that a batch of at most `maxBatch` samples has at most, and samples of a shard at most. */
  readonly maxShards: number;
  readonly maxShardSamples: number;
  /** Bytes of a slot's header. */
  readonly slotHeader: number;
  /** Of a step over one sample, threads share its nests (`canSpread`). Default: a sample belongs to one thread. */
  readonly spread?: SpreadLimits;
  /** Samples of every micro-batch. Default: chosen by the planner; no bit depends on it. */
  readonly microBatch?: number;
}

/** The passes, in order. Each gives a graph of the same values. */
export function segmentGraph(graph: PlanGraph): GroupedGraph {
  const prepared = [
    findChosenRows,
    splitInterleaved,
    separateAssignments,
    stageInputs,
    markNonzeroProducts,
    fuseWindows,
    packOperands,
  ].reduce((g, pass) => pass(g), graph);
  return groupNodes(markNonzeroSums(inlineElementwise(findWindowProducts(rematerialise(prepared)))));
}

/** Plans a graph: segments, fusion, layouts, places. */
export function createPlan(ordered: PlanGraph, memory: PlanMemory, options: PlanOptions): Plan {
  const grouped = segmentGraph(ordered);
  const { graph, groups, stored } = grouped;
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const nodeOf = (id: number): PlanNode => byId.get(id)!;

  const lowered = new Map<FusionGroup, LoweredPiece[]>();
  const all = [...groups.flatMap(({ border, segment }) => [...border, ...segment]), ...grouped.prelude];
  for (const group of all) lowered.set(group, lowerGroup(group));
  const products = grouped.products.flatMap((match) => productAccesses(match, nodeOf));
  const halos = haloOf([...[...lowered.values()].flat(), ...products], nodeOf);
  const layouts = new Map(graph.nodes.map((node) => [node.id, layoutOf(node, halos.get(node.id))]));
  const table = {
    nodeOf,
    layoutOf: (id: number): TensorLayout => layouts.get(id)!,
    haloOf: (id: number): Halo | undefined => halos.get(id),
  };

  const kernelsOf = (group: FusionGroup): GroupKernel[] =>
    group.nonzero
      ? [{ group, ...lowerNonzeroProducts(group, lowered.get(group)![0]!, table) }]
      : lowered
          .get(group)!
          .map((piece) => ({ group, ...toKernel(piece, undefined, false, table, group.main.name) }));
  const limits = options.maxBatch === 1 && canSpread(ordered) ? options.spread : undefined;
  const spreadLevels = limits
    ? groups.map(({ border, segment }) => spreadUnits([...border, ...segment], kernelsOf, limits))
    : [];
  const spread = limits !== undefined && isWorthSpreading(spreadLevels, limits);
  const outlines = groups.map(({ segment }): SegmentOutline | undefined =>
    segment.length === 0 || spread
      ? undefined
      : outlineSegment(
          segment,
          chooseGranularity(segment, nodeOf),
          stored,
          (id) => ({
            bytes: layouts.get(id)!.bytes,
            key: halos.has(id) ? layoutKey(layouts.get(id)!) : '',
          }),
          options.microBatch,
        ),
  );
  const places = new Map<number, Place>();
  const slot = placeSlot(graph, layouts, places, options.slotHeader, options.maxBatch);
  const accumulators = placeAccumulators(groups, layouts, places, memory.reserve);
  const scratchStride = spread
    ? placeLists(groups, layouts, places)
    : placeScratch(outlines, layouts, places, options.maxShardSamples);
  for (const node of graph.nodes) {
    if (node.role === 'variable')
      places.set(node.id, placeOf('absolute', memory.variable(node, layouts.get(node.id)!)));
  }
  for (const { variable, value } of [...graph.assignments, ...graph.prelude])
    places.set(value, places.get(variable)!);
  placeStored(grouped, layouts, halos, places, options.maxBatch, memory.reserve);
  const shards = memory.reserve(accumulators.shard * options.maxShards);
  if (spread) placeSpread(spreadLevels, layouts, halos, places, memory.reserve);
  else placeBorder(groups, layouts, places, memory.reserve);

  const kernels: PlanKernel[] = [];
  const byText = new Map<string, number>();
  let behind = 0;
  const kernelNumber = (
    kernel: PlanKernel,
    tensors: readonly PlanNode[],
    shifts?: readonly number[],
  ): number => {
    const nest = isLoopNest(kernel) ? kernel : isNonzeroProducts(kernel) ? kernel.dense : undefined;
    const own = tensors.map(({ id }, k) => (layouts.get(id)?.bytes ?? Infinity) - (shifts?.[k] ?? 0));
    if (nest) behind = Math.max(behind, overreach(nest, own));
    const text = kernelText(kernel);
    let number = byText.get(text);
    if (number === undefined) {
      number = kernels.length;
      byText.set(text, number);
      kernels.push(kernel);
    }
    return number;
  };
  const placeFor = (node: PlanNode, stores: boolean): Place => {
    const place = places.get(node.id);
    if (!place) throw new Error(`internal: "${node.name}" has no place`);
    const joinedAt = stores ? undefined : accumulators.joinedAt.get(node.id);
    return joinedAt === undefined ? place : placeOf('absolute', joinedAt);
  };
  const outputsOf = (group: FusionGroup, node: PlanNode): boolean =>
    group.outputs.some((o) => o.id === node.id);
  const callsOf = (group: FusionGroup, samples: number | undefined, accumulate: boolean): KernelCall[] => {
    const made = group.products
      ? [lowerWindowProducts(group, table)]
      : group.nonzero
        ? [lowerNonzeroProducts(group, lowered.get(group)![0]!, table)]
        : lowered.get(group)!.map((piece) => toKernel(piece, samples, accumulate, table, group.main.name));
    return made.map(({ kernel, tensors }) => ({
      kernel: kernelNumber(kernel, tensors),
      places: tensors.map((t) => placeFor(t, outputsOf(group, t))),
    }));
  };
  const callOf = ({ group, kernel, tensors, shifts }: GroupPart): KernelCall => ({
    kernel: kernelNumber(kernel, tensors, shifts),
    places: tensors.map((t, k) => {
      const place = placeFor(t, outputsOf(group, t));
      return { ...place, address: place.address + shifts[k]! };
    }),
  });
  const spreadCalls = ({ items, work }: SpreadUnit): PhaseWork => ({
    items: items.map((parts) => parts.map(callOf)),
    work,
  });
  const borderCalls = (group: FusionGroup): PhaseWork => {
    const items: KernelCall[][] = [];
    let work = 0;
    for (const piece of lowered.get(group)!) {
      const samples = group.main.unsharded ? RUNTIME_EXTENT : undefined;
      const { kernel, tensors } = toKernel(piece, samples, false, table, group.main.name);
      work += pointsOf(kernel) * (samples ? options.maxBatch : 1);
      for (const part of splitKernel(kernel, borderParts)) items.push([callOf({ group, tensors, ...part })]);
    }
    // what fills the tensor comes before what is written into it
    return { items: group.main.definition!.fill === undefined ? items : [items.flat()], work };
  };

  const sumsOf = (level: number): readonly JoinedSum[] => accumulators.sums[level] ?? [];
  const levels = groups.map(({ border }, level): PlanLevel => {
    if (spread) return { border: borderPhases(spreadLevels[level]!, spreadCalls) };
    const outline = outlines[level];
    const phases = borderPhases(border, borderCalls);
    const joining = placeJoins(phases, sumsOf(level - 1), kernels);
    if (!outline) return { border: joining };
    const bytes = sumsOf(level).reduce((sum, own) => sum + own.bytes, 0);
    return { border: joining, segment: buildSegment(outline, callsOf, bytes) };
  });
  if (sumsOf(groups.length - 1).length > 0)
    throw new Error('internal: nothing reads the sums of the last level');
  const after = Math.max(...graph.prelude.map(({ value }) => grouped.levels.of.get(value)!));
  return {
    kernels,
    levels,
    ...(grouped.prelude.length > 0
      ? { prelude: { level: after, phases: borderPhases(grouped.prelude, borderCalls) } }
      : {}),
    accumulators: { address: shards, stride: accumulators.shard },
    scratchStride,
    overreach: behind,
    ...slot,
    ...(graph.guard === undefined ? {} : { guard: graph.guard }),
  };
}
