import { InvalidArgumentError, nearest } from '../errors/index.ts';
import { camelCase } from '../nn/naming.ts';
import { choice, optional, type Rule, string } from '../nn/options.ts';
import type { Logs } from './means.ts';

export type MonitorMode = 'auto' | 'min' | 'max';

export const monitorRules: { readonly monitor: Rule<string>; readonly mode: Rule<MonitorMode> } = {
  monitor: optional(string, 'valLoss'),
  mode: optional(choice(['auto', 'min', 'max']), 'auto'),
};

/** Compares values of one key of the logs. */
export interface Monitor {
  /** @throws {InvalidArgumentError} if the logs have no such key */
  value(logs: Logs): number;
  /** True if `a` is better than `b` by more than `minDelta`. */
  isBetter(a: number, b: number, minDelta?: number): boolean;
  /** Worse than any value. */
  readonly worst: number;
}

/** Under `auto` accuracies rise and all else falls. */
export function monitorOf(monitor: string, mode: MonitorMode, call: string): Monitor {
  const key = camelCase(monitor);
  const rises = mode === 'max' || (mode === 'auto' && /acc(uracy)?$/i.test(key));
  return {
    value: (logs) => {
      const found = logs[monitor] ?? logs[key];
      if (found !== undefined) return found;
      const keys = Object.keys(logs);
      throw new InvalidArgumentError({
        call,
        argument: 'monitor',
        expected: `one of ${keys.join(', ')}`,
        received: monitor,
        suggestion: nearest(monitor, keys),
      });
    },
    isBetter: (a, b, minDelta = 0) => (rises ? a - minDelta > b : a + minDelta < b),
    worst: rises ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
  };
}
