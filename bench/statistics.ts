/** A measurement repeated: its middle and its spread. */
export interface Spread {
  readonly median: number;
  /** A tenth of the values lie below. */
  readonly low: number;
  /** A tenth of the values lie above. */
  readonly high: number;
  readonly count: number;
}

/** The value below which `share` of the values lie, between neighbours by straight line. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/** @throws {Error} without values */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('There is nothing to take the median of.');
  return {
    median: quantile(values, 0.5),
    low: quantile(values, 0.1),
    high: quantile(values, 0.9),
    count: values.length,
  };
}
