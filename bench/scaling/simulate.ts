import type { PhaseKind, WorkPhase } from './phases.ts';

/** What keeps a step on n cores from taking an n-th of its time. */
export type Cause = PhaseKind | 'phases' | 'memory' | 'main thread';

/** Costs that depend on the machine and not on the plan. */
export interface MachineCosts {
  /** Milliseconds that each thread adds to a phase: its count of what it did and its look for an item. */
  readonly perThread: number;
  /** GB/s of memory that all cores share. */
  readonly sharedRate: number;
  /** Milliseconds a step of the thread that feeds and reads jobs, while others compute. */
  readonly host: number;
}

export interface Simulated {
  readonly threads: number;
  /** Milliseconds of a step. */
  readonly ms: number;
  /** Milliseconds beyond an n-th of one thread's step, by cause; they sum up to the difference. */
  readonly lost: Readonly<Record<Cause, number>>;
}

/** A step on so many cores: in every phase each takes the next item when it has finished one, then the phase is over. */
export function simulate(phases: readonly WorkPhase[], threads: number, costs: MachineCosts): Simulated {
  const lost = { shards: 0, border: 0, join: 0, phases: 0, memory: 0, 'main thread': 0 };
  let ms = 0;
  for (const { kind, items, sharedBytes } of phases) {
    const even = items.reduce((a, b) => a + b, 0) / threads;
    const span = spanOf(items, threads);
    const memory = Math.max(span, sharedBytes / costs.sharedRate / 1e6) - span;
    const begin = threads > 1 ? costs.perThread * threads : 0;
    lost[kind] += span - even;
    lost.memory += memory;
    lost.phases += begin;
    ms += span + memory + begin;
  }
  lost['main thread'] = Math.max(0, costs.host - ms);
  return { threads, ms: ms + lost['main thread'], lost };
}

/** When the last of the items is finished that threads take in order as they become free. */
function spanOf(items: readonly number[], threads: number): number {
  const free = new Array<number>(threads).fill(0);
  for (const item of items) {
    const next = free.indexOf(Math.min(...free));
    free[next]! += item;
  }
  return Math.max(...free);
}

export interface FirstLimit {
  readonly threads: number;
  readonly cause: Cause;
}

/** Less than this share of n times the speed of one thread counts as a limit. */
const scales = 0.8;

/** The fewest threads that no longer scale, and what costs them most. */
export function firstLimit(steps: readonly Simulated[]): FirstLimit | undefined {
  const [one, ...more] = steps;
  const limited = more.find(({ threads, ms }) => one!.ms / ms < scales * threads);
  if (!limited) return undefined;
  const [cause] = Object.entries(limited.lost).toSorted((a, b) => b[1] - a[1])[0]!;
  return { threads: limited.threads, cause: cause as Cause };
}
