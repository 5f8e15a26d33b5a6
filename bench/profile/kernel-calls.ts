import { type PlannedCall, plannedCalls } from '../../src/engine/planned-calls.ts';
import type { Plan } from '../../src/ir/plan.ts';

/** All kernels that a step calls, each with its first call, and how often a step calls it in all. */
export function countCalls(plan: Plan, batch: number): PlannedCall[] {
  const counted = new Map<number, PlannedCall>();
  for (const one of plannedCalls(plan, batch)) {
    const known = counted.get(one.call.kernel);
    counted.set(one.call.kernel, known ? { ...known, repeats: known.repeats + one.repeats } : one);
  }
  return [...counted.values()];
}
