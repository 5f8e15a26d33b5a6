/** A way to run a network; none changes a bit. */
export interface Combination {
  readonly threads: number;
  /** Undefined: the planner's choice. */
  readonly microBatch: number | undefined;
  readonly revectorize: boolean;
}

function product(threads: readonly number[], microBatches: readonly (number | undefined)[]): Combination[] {
  return [false, true].flatMap((revectorize) =>
    threads.flatMap((n) => microBatches.map((microBatch) => ({ threads: n, microBatch, revectorize }))),
  );
}

/** Small batches have shards of one sample or two: larger micro-batches would be as good as those of two. */
export const smallCombinations: readonly Combination[] = product([1, 2, 3], [undefined, 1, 2]);

/** One thread, and two further combinations in rotation, so that neighbouring seeds take different ones. */
export function rotateSmall(seed: number): Combination[] {
  const one: Combination = { threads: 1, microBatch: undefined, revectorize: seed % 2 === 1 };
  const others = smallCombinations.filter((c) => c.threads > 1 || c.microBatch !== undefined);
  const at = (k: number): Combination => others[(7 * k) % others.length]!;
  return [one, at(2 * seed), at(2 * seed + 1)];
}

const threadCounts = [1, 2, 3, 5, 8];
const microBatches = [undefined, 1, 2, 3, 4, 8];

/** Wide batches have shards of many samples, which micro-batches divide or not. */
export const wideCombinations: readonly Combination[] = product(threadCounts, microBatches);

/** Every number of threads once, with micro-batches and modes in rotation. */
export const rotateWide = (seed: number): Combination[] =>
  threadCounts.map((threads, k) => ({
    threads,
    microBatch: microBatches[(seed + k) % microBatches.length],
    revectorize: (seed + k) % 2 === 1,
  }));

export const nameOf = ({ threads, microBatch, revectorize }: Combination): string =>
  `${threads} threads, micro-batch ${microBatch ?? 'chosen'}, ${revectorize ? '256' : '128'} bits`;
