import type { BorderPhase, KernelCall } from '../../ir/plan.ts';
import type { PlanNode } from './plan-graph.ts';
import type { PartLimits } from './split-kernel.ts';

/** Points of a loop nest from which a border's work is spread over threads. */
const SPREAD = 8192;

/** Parts of a nest without a batch. */
export const borderParts: PartLimits = { most: 16, least: SPREAD / 2 };

/** What runs in one phase. */
export interface PhaseWork {
  /** Items that do not depend on each other; the calls of an item run in order. */
  readonly items: readonly (readonly KernelCall[])[];
  /** Points of its loops. */
  readonly work: number;
}

/** Of what is computed together: nodes, and numbers of those that they read. */
export interface Maker {
  readonly members: readonly PlanNode[];
  readonly sources: readonly number[];
}

/** How many makers each has in front of it, on the longest way: those of the same depth do not need each other. */
export function depthsOf<M extends Maker>(makers: readonly M[]): ReadonlyMap<M, number> {
  const depths = new Map<M, number>();
  const makerOf = new Map(makers.flatMap((maker) => maker.members.map((node) => [node.id, maker] as const)));
  for (const maker of makers) {
    const before = maker.sources.flatMap((id) => makerOf.get(id) ?? []).filter((other) => other !== maker);
    depths.set(maker, Math.max(-1, ...before.map((other) => depths.get(other) ?? -1)) + 1);
  }
  return depths;
}

/**
 * Phases of a border: makers whose operands are ready run side by side; phases with little work in all are joined
 * into one item, because a barrier costs more than they do.
 */
export function borderPhases<M extends Maker>(
  makers: readonly M[],
  workOf: (maker: M) => PhaseWork,
): BorderPhase[] {
  const byDepth: M[][] = [];
  for (const [maker, depth] of depthsOf(makers)) byDepth[depth] = [...(byDepth[depth] ?? []), maker];
  const phases: { items: (readonly KernelCall[])[]; small: boolean }[] = [];
  for (const level of byDepth) {
    const parts = level.map(workOf);
    const work = parts.reduce((sum, part) => sum + part.work, 0);
    const small = work < SPREAD;
    const items = parts.flatMap((part) => part.items);
    const last = phases[phases.length - 1];
    if (small && last?.small) last.items = [[...last.items.flat(), ...items.flat()]];
    else phases.push(small ? { items: [items.flat()], small } : { items, small });
  }
  return phases.map(({ items }) => ({ items }));
}
