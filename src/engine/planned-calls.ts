import { nonzeroSumOf } from '../backends/wasm/nonzero-sum.ts';
import { rowWalkOf } from '../backends/wasm/row-walk.ts';
import { shardCount } from '../compiler/plan/contract-constants.ts';
import type { Kernel } from '../ir/kernel.ts';
import type { KernelCall, Plan } from '../ir/plan.ts';

/** A call of a plan. */
export interface PlannedCall {
  readonly call: KernelCall;
  readonly level: number;
  /** Samples that it computes: of a segment one or the micro-batch, otherwise 1. */
  readonly computes: number;
  /** Extent of the axis over samples, where the kernel has one. */
  readonly samples: number;
  /** How often a step makes it. */
  readonly repeats: number;
}

/** Calls of a step of a batch, in the order of the program; those for shards that leave a part of a micro-batch left out. */
export function plannedCalls(plan: Plan, batch: number): PlannedCall[] {
  const shards = shardCount(batch);
  return plan.levels.flatMap(({ border, segment }, level): PlannedCall[] => {
    const once = { level, computes: 1, samples: batch, repeats: 1 };
    const perShard = { level, computes: 1, samples: Math.ceil(batch / shards), repeats: shards };
    return [
      ...border.flatMap(({ items }) => items.flat().map((call) => ({ call, ...once }))),
      ...(segment?.steps ?? []).flatMap(({ kind, calls }) => {
        const computes = kind === 'samples' ? 1 : segment!.microBatch;
        return calls.map((call) => ({ call, level, computes, samples: 1, repeats: batch / computes }));
      }),
      ...(segment?.perShard ?? []).map((call) => ({ call, ...perShard })),
    ];
  });
}

/** False for a nest of which most points are left out: its operations are no measure of its time. */
export const runsAllPoints = (kernel: Kernel): boolean =>
  rowWalkOf(kernel) === undefined && nonzeroSumOf(kernel) === undefined;
