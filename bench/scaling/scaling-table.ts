import { quantile } from '../statistics.ts';
import { firstLimit, type Simulated } from './simulate.ts';

/** What is asked of threads. */
export const scalingGoals = {
  /** Of one thread's time over that of two. */
  ratio: (network: string): number => (network.startsWith('seed') ? 1.8 : 1.7),
  /** More than two threads' time, at most, where there are two cores. */
  loss: 0.15,
  /** Nearly all ticks of a timer are less late, in ms. */
  late: { share: 0.99, ms: 15 },
} as const;

const verdict = (holds: boolean): string => (holds ? '' : ', NOT reached');

/** Steps measured with some numbers of threads. @param ms medians by number of threads */
export function measuredLines(network: string, ms: ReadonlyMap<number, number>): string[] {
  const [one, two] = [ms.get(1)!, ms.get(2)!];
  const goal = scalingGoals.ratio(network);
  const ratio = one / two;
  const lines = [
    `  measured: ${[...ms].map(([threads, value]) => `${threads} ${threads === 1 ? 'thread' : 'threads'} ${value.toFixed(2)} ms`).join(', ')}`,
    `  1 to 2 threads ${ratio.toFixed(2)}x (goal ${goal}x${verdict(ratio >= goal)})`,
  ];
  for (const [threads, value] of ms) {
    if (threads <= 2) continue;
    const loss = value / two - 1;
    lines.push(
      `  ${threads} threads against 2: ${loss >= 0 ? '+' : ''}${(100 * loss).toFixed(0)} % (goal under 15 %${verdict(loss < scalingGoals.loss)})`,
    );
  }
  return lines;
}

/** How late a timer's ticks were. */
export function latenessLine(late: readonly number[], busyMs: number): string {
  const { share, ms } = scalingGoals.late;
  const value = quantile(late, share);
  return (
    `  10 ms timer beside two threads: 99 % of ${late.length} ticks late by less than ${value.toFixed(1)} ms ` +
    `(goal ${ms} ms${verdict(value < ms)}); the main thread is busy ${busyMs.toFixed(2)} ms a step`
  );
}

/** What more cores would give, and what stops it first. @param shards items of a phase of shards */
export function paperLines(steps: readonly Simulated[], batch: number, shards: number): string[] {
  const one = steps[0]!;
  const rows = steps.map(({ threads, ms, lost }) => {
    const parts = Object.entries(lost)
      .filter(([, value]) => value > 0.005 * ms)
      .toSorted((a, b) => b[1] - a[1])
      .map(([cause, value]) => `${cause} ${value.toFixed(value < 0.1 ? 3 : 2)}`);
    const times = one.ms / ms;
    return (
      `  ${String(threads).padStart(5)} cores  ${ms.toFixed(2).padStart(7)} ms  ${times.toFixed(2).padStart(5)}x` +
      `${parts.length > 0 ? `  lost, ms: ${parts.join(', ')}` : ''}`
    );
  });
  const limit = firstLimit(steps);
  const why =
    limit?.cause === 'shards'
      ? ` (a batch of ${batch} has ${shards} shards, which is all that such a phase has to give out)`
      : '';
  return [
    `  on paper, batch ${batch}, ${shards} shards:`,
    ...rows,
    limit === undefined
      ? '  nothing stops it so far'
      : `  first limit: ${limit.cause}, at ${limit.threads} cores${why}`,
  ];
}
