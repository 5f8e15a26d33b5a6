import { shardCount } from '../../src/compiler/plan/contract-constants.ts';
import { createPlan } from '../../src/compiler/plan/create-plan.ts';
import { unshardedNodes } from '../../src/compiler/plan/order.ts';
import { toPlanGraph } from '../../src/compiler/plan/plan-graph.ts';
import { scheduleKernel } from '../../src/compiler/schedule/schedule.ts';
import { prepare } from '../../src/engine/prepare.ts';
import type { Graph } from '../../src/graph/node.ts';
import {
  isNonzeroProducts,
  isWindowConvolutions,
  isWindowProducts,
  type KernelCall,
  type Plan,
  type PlanKernel,
} from '../../src/ir/plan.ts';

/** A plan of a graph in a memory that does not exist. */
export function planOf(graph: Graph, maxBatch: number): Plan {
  const prepared = prepare(graph);
  const unsharded = unshardedNodes(prepared, maxBatch);
  let end = 1024;
  const reserve = (bytes: number): number => {
    const address = end;
    end += Math.ceil(bytes / 64) * 64;
    return address;
  };
  const maxShards = shardCount(maxBatch);
  return createPlan(
    toPlanGraph(prepared, (id) => unsharded.has(id)),
    { reserve, variable: (_, layout) => reserve(layout.bytes + 16) },
    { maxBatch, maxShards, maxShardSamples: Math.ceil(maxBatch / maxShards), slotHeader: 64 },
  );
}

/**
 * The decisions of a plan whose kinds could be chosen: which operations share a kernel, how many samples it walks, and
 * whether its lanes are contiguous, gathered or none. One line a step of each level.
 */
export function planKinds(plan: Plan): string[] {
  const paths = plan.kernels.map(pathOf);
  const kernel = (call: KernelCall): string => paths[call.kernel]!;
  return plan.levels.flatMap(({ border, segment }, level) => [
    // how many parts a kernel without a batch is split into follows from its work
    ...border.map(({ items }) => `level ${level} border: ${[...new Set(items.flat().map(kernel))]}`),
    ...(segment?.steps ?? []).map((step) => `level ${level} ${step.kind}: ${step.calls.map(kernel)}`),
    ...(segment?.perShard ?? []).map((call) => `level ${level} shard: ${kernel(call)}`),
  ]);
}

function pathOf(kernel: PlanKernel): string {
  if (isWindowProducts(kernel) || isWindowConvolutions(kernel)) return `${kernel.name} walk`;
  if (isNonzeroProducts(kernel)) return `${kernel.name} nonzero`;
  const { path } = scheduleKernel(kernel);
  return `${kernel.name} ${path}/${kernel.stores.length}`;
}

/**
 * Extents at which `kinds` differ from those of all their neighbours, while the neighbours agree: a rule that names a
 * single extent. Neighbours are those `step` apart; they reach as far as six of them, so that the rest of a stride or
 * window, which returns after its period, is no such rule. With a step of one, multiples of four (the lanes of a
 * vector) may differ, and so may the extents that others have: tensors of equal shape may share a kernel.
 */
export function isolatedExtents(
  middle: number,
  step: number,
  kinds: (extent: number) => readonly string[],
  others: readonly number[] = [],
): { readonly extent: number; readonly own: string[]; readonly near: string[] }[] {
  const extents = Array.from({ length: 15 }, (_, k) => middle + (k - 7) * step).filter((n) => n > 1);
  const lines = extents.map(kinds);
  const texts = lines.map((list) => list.join('\n'));
  return extents.flatMap((extent, k) => {
    if (k === 0 || k === extents.length - 1 || texts[k - 1] !== texts[k + 1]) return [];
    if ((step === 1 && extent % 4 === 0) || others.includes(extent)) return [];
    if (texts.some((text, other) => other !== k && Math.abs(other - k) <= 6 && text === texts[k])) return [];
    const [own, near] = [lines[k]!, lines[k - 1]!];
    return [
      {
        extent,
        own: own.filter((line) => !near.includes(line)),
        near: near.filter((line) => !own.includes(line)),
      },
    ];
  });
}
