import type { ModelMemory } from './breakdown.ts';
import type { Holding } from './short-lived.ts';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** A line a part of a model's memory, the largest first within each program. */
export function breakdownLines({ parameters, optimizer, programs, shared, total }: ModelMemory): string[] {
  const line = (name: string, bytes: number, about = ''): string =>
    `  ${megabytes(bytes).padStart(9)}  ${name}${about}`;
  return [
    line('parameters', parameters),
    line('state of the optimizer', optimizer),
    ...programs.flatMap(({ name, shards, threads, jobs, ...parts }) => {
      const each = (bytes: number, count: number): string => ` (${count} x ${megabytes(bytes / count)})`;
      const rows: readonly (readonly [string, number, string])[] = [
        ['tensors of the whole batch', parts.stored, ''],
        ['sums of shards', parts.accumulators, each(parts.accumulators, shards)],
        ['scratch of threads', parts.scratch, each(parts.scratch, threads)],
        ['slots of jobs', parts.slots, each(parts.slots, jobs)],
        ['values without a batch', parts.border, ''],
      ];
      return rows
        .filter(([, bytes]) => bytes > 0)
        .toSorted((a, b) => b[1] - a[1])
        .map(([part, bytes, about]) => line(`${name}: ${part}`, bytes, about));
    }),
    ...(shared > 0 ? [line('of it the same memory', -shared)] : []),
    line('in all', total),
  ];
}

/** How much more the process holds at the end than after the first mark, and whether threads stayed as many. */
export function growth(holdings: readonly Holding[]): { bytes: number; threads: number } {
  const [first, last] = [holdings[0]!, holdings.at(-1)!];
  return { bytes: last.resident - first.resident, threads: (last.threads ?? 0) - (first.threads ?? 0) };
}
