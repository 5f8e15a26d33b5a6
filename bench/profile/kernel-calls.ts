import { shardCount } from '../../src/compiler/plan/contract-constants.ts';
import type { KernelCall, Plan } from '../../src/ir/plan.ts';

/** A kernel of a plan, one of its calls, and how often a step makes them. */
export interface CountedCall {
  readonly call: KernelCall;
  /** Calls in a step. */
  readonly times: number;
  /** Samples that a call walks where the kernel has a run-time extent. */
  readonly samples: number;
}

/** All kernels that a step calls, each with its first call. */
export function countCalls(plan: Plan, batch: number): CountedCall[] {
  const shards = shardCount(batch);
  const counted = new Map<number, CountedCall>();
  const add = (calls: readonly KernelCall[], times: number, samples: number): void => {
    for (const call of calls) {
      const known = counted.get(call.kernel);
      counted.set(call.kernel, {
        call: known?.call ?? call,
        times: (known?.times ?? 0) + times,
        samples: known?.samples ?? samples,
      });
    }
  };
  for (const { border, segment } of plan.levels) {
    for (const { items } of border) for (const calls of items) add(calls, 1, batch);
    if (!segment) continue;
    for (const step of segment.steps)
      add(step.calls, step.kind === 'samples' ? batch : batch / segment.microBatch, 1);
    add(segment.perShard, shards, Math.ceil(batch / shards));
  }
  return [...counted.values()];
}
