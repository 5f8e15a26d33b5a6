import { JOIN_BYTES } from '../../src/backends/wasm/join-shards.ts';
import { shardCount, shardStart } from '../../src/compiler/plan/contract-constants.ts';
import { RUNTIME_EXTENT } from '../../src/ir/kernel.ts';
import type { JoinedSum, KernelCall, Plan, PlanLevel } from '../../src/ir/plan.ts';
import { countCalls } from '../profile/kernel-calls.ts';
import type { KernelProfile } from '../profile/profile.ts';

/** Parts of a step that begin when the one before is done: updates without a batch (and joins), samples by shards, joins of shards alone. */
export type PhaseKind = 'border' | 'shards' | 'join';

/** What the threads do in one part. */
export interface WorkPhase {
  readonly kind: PhaseKind;
  /** Milliseconds of each item on one thread, in the order in which threads take them. */
  readonly items: readonly number[];
  /** Bytes of the whole batch that pass through memory which all threads share. */
  readonly sharedBytes: number;
}

/** Milliseconds of a call of a kernel; `samples` counts where the kernel walks a run-time number of them. */
export type CallCost = (kernel: number, samples: number) => number;

/** Costs of calls as they were timed alone on one thread. */
export function measuredCosts(plan: Plan, batch: number, kernels: readonly KernelProfile[]): CallCost {
  const byNumber = new Map(kernels.map((kernel) => [kernel.number, kernel.ms / kernel.calls]));
  const timedSamples = new Map(countCalls(plan, batch).map(({ call, samples }) => [call.kernel, samples]));
  const grows = plan.kernels.map(
    (kernel) => 'axes' in kernel && kernel.axes.some(({ extent }) => extent === RUNTIME_EXTENT),
  );
  return (kernel, samples) =>
    byNumber.get(kernel)! * (grows[kernel] ? samples / timedSamples.get(kernel)! : 1);
}

/**
 * The phases of a step over a batch of any size that the plan serves or would serve.
 * @param joinRate GB/s of a sum of two vectors into a third
 */
export function phasesOf(plan: Plan, batch: number, cost: CallCost, joinRate: number): WorkPhase[] {
  const shards = shardCount(batch);
  const costOf = (calls: readonly KernelCall[], samples: number): number =>
    calls.reduce((sum, { kernel }) => sum + cost(kernel, samples), 0);
  const joinCost = (bytes: number): number => (3 * bytes * (shards - 1)) / joinRate / 1e6;
  const sumOf = (sums: readonly JoinedSum[]): number => sums.reduce((total, { bytes }) => total + bytes, 0);
  const joinsOf = (calls: readonly KernelCall[]): number => sumOf(calls.flatMap(({ joins = [] }) => joins));
  const pieces = ({ bytes }: JoinedSum): number[] =>
    Array.from({ length: Math.ceil(bytes / JOIN_BYTES) }, (_, k) =>
      joinCost(Math.min(JOIN_BYTES, bytes - k * JOIN_BYTES)),
    );
  return plan.levels.flatMap((level): WorkPhase[] => {
    const { border, segment } = level;
    const phases = border.map(
      ({ items, joins = [] }): WorkPhase => ({
        kind: items.length > 0 ? 'border' : 'join',
        items: [
          ...items.map((calls) => costOf(calls, batch) + joinCost(joinsOf(calls))),
          ...joins.flatMap(pieces),
        ],
        sharedBytes: shards * (joinsOf(items.flat()) + sumOf(joins)),
      }),
    );
    if (segment) {
      const { microBatch, steps, perShard } = segment;
      const perSample = steps.reduce(
        (sum, { kind, calls }) => sum + costOf(calls, 1) / (kind === 'samples' ? 1 : microBatch),
        0,
      );
      const items = Array.from({ length: shards }, (_, s) => {
        const samples = shardStart(s + 1, batch, shards) - shardStart(s, batch, shards);
        return samples * perSample + costOf(perShard, samples);
      });
      phases.push({ kind: 'shards', items, sharedBytes: batchBytes(level) * batch });
    }
    return phases;
  });
}

/** Bytes a sample of the tensors of the whole batch that a segment reads or writes. */
function batchBytes({ segment }: PlanLevel): number {
  const tensors = new Map<string, number>();
  const { steps, perShard } = segment!;
  for (const { places } of [...steps.flatMap(({ calls }) => calls), ...perShard])
    for (const { region, address, sampleStride } of places)
      if (region === 'stored' || region === 'slot') tensors.set(`${region} ${address}`, sampleStride);
  return [...tensors.values()].reduce((a, b) => a + b, 0);
}
