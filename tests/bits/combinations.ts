/** A way to run a network; none changes a bit. */
export interface Combination {
  readonly threads: number;
  /** Undefined: the planner's choice. */
  readonly microBatch: number | undefined;
  readonly revectorize: boolean;
}

const product = (threads: readonly number[], microBatches: readonly (number | undefined)[]): Combination[] =>
  [false, true].flatMap((revectorize) =>
    threads.flatMap((n) => microBatches.map((microBatch) => ({ threads: n, microBatch, revectorize }))),
  );

/** All combinations. */
export const allCombinations: readonly Combination[] = product([1, 2, 3], [undefined, 1, 2, 3, 8]);

/** One thread, and two further combinations in rotation, so that neighbouring seeds take different ones. */
export function rotated(seed: number): Combination[] {
  const one: Combination = { threads: 1, microBatch: undefined, revectorize: seed % 2 === 1 };
  const others = allCombinations.filter((c) => c.threads > 1 || c.microBatch !== undefined);
  const at = (k: number): Combination => others[(11 * k) % others.length]!;
  return [one, at(2 * seed), at(2 * seed + 1)];
}

export const nameOf = ({ threads, microBatch, revectorize }: Combination): string =>
  `${threads} threads, micro-batch ${microBatch ?? 'chosen'}, ${revectorize ? '256' : '128'} bits`;
