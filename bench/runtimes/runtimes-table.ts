import type { Outcome } from '../rounds.ts';
import { labelOf, type Way } from './runtime.ts';

/** What is asked of the browser: its speed by that of Node without the flag, on as many threads. */
const browserGoal = 0.85;

export interface RuntimeResult {
  readonly way: Way;
  readonly outcome: Outcome;
  /** SHA-256 of the weights. */
  readonly weights: string;
}

/** The weights that other results than the most do not have. */
export function strangers(results: readonly RuntimeResult[]): RuntimeResult[] {
  const groups = [...Map.groupBy(results, ({ weights }) => weights).values()];
  const most = groups.toSorted((a, b) => b.length - a.length)[0];
  return results.filter((result) => !most?.includes(result));
}

/** A line a way, then whether weights agree, then Chromium by Node. @param node the version to compare with */
export function runtimeLines(results: readonly RuntimeResult[], node: string): string[] {
  const rows = results.map(({ way, outcome: { median, low, high }, weights }) => [
    labelOf(way),
    median.toFixed(2),
    `${low.toFixed(2)}-${high.toFixed(2)}`,
    weights.slice(0, 12),
  ]);
  const head = ['runtime', 'ms a step', '10-90 %', 'weights'];
  const widths = head.map((title, k) => Math.max(title.length, ...rows.map((row) => row[k]!.length)));
  const line = (cells: readonly string[]): string =>
    `  ${cells.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('  ')}`;
  const other = strangers(results);
  const agreement =
    other.length === 0
      ? '  the same weights everywhere'
      : `  OTHER WEIGHTS in ${other.map(({ way }) => labelOf(way)).join('; ')}`;
  return [line(head), ...rows.map(line), agreement, ...browserLines(results, node)];
}

function browserLines(results: readonly RuntimeResult[], node: string): string[] {
  return results.flatMap(({ way, outcome }) => {
    if (way.runtime !== 'Chromium') return [];
    const { threads, shared } = way;
    const same = results.find(
      (r) =>
        r.way.runtime === node && !r.way.revectorize && r.way.threads === threads && r.way.shared === shared,
    );
    if (!same) return [];
    const speed = same.outcome.median / outcome.median;
    const verdict = speed >= browserGoal ? '' : ', NOT reached';
    const how = shared ? `${threads} ${threads === 1 ? 'thread' : 'threads'}` : 'not shared';
    return [`  Chromium at ${speed.toFixed(2)} of ${node}'s speed, ${how} (goal ${browserGoal}${verdict})`];
  });
}
