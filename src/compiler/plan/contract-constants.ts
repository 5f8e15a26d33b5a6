/**
 * Numbers and rules of the bit contract that depend on extents and the batch size alone. They are part of the
 * version: changing one changes the bits of results.
 */

/** A sum within a sample is interleaved only if its last extent is at least this. */
export const INTERLEAVE_EXTENT = 16;
/** ... and either fewer outputs a sample than this ... */
export const INTERLEAVE_OUTPUTS = 64;
/** ... or an innermost output extent below this. */
export const INTERLEAVE_INNERMOST = 4;
/** A sum over batch and positions is interleaved only if the result has fewer elements than this ... */
export const BATCH_INTERLEAVE_ELEMENTS = 32;
/** ... and the innermost position axis has at least this extent. */
export const BATCH_INTERLEAVE_EXTENT = 8;
/** A batch has at least this many shards (if it has as many samples). */
export const FEWEST_SHARDS = 8;
/** Larger batches have a power of two of shards of at least this many samples. */
export const SAMPLES_PER_SHARD = 16;

/** Number of shards of a batch of n samples: min(n, max(8, 2^floor(log2(n / 16)))). */
export function shardCount(n: number): number {
  let most = 1;
  while (2 * most * SAMPLES_PER_SHARD <= n) most *= 2;
  return Math.min(n, Math.max(FEWEST_SHARDS, most));
}

/** First sample of shard s of S; shard s ends where shard s + 1 starts. */
export const shardStart = (s: number, n: number, S: number): number => Math.floor((s * n) / S);

/**
 * Joins partial results 0 to count - 1 in the tree (0,1), (2,3), ..., then pairs of those; an odd last one passes
 * up. `join(a, b)` adds b to a; the result is in 0.
 */
export function joinInTree(count: number, join: (a: number, b: number) => void): void {
  for (let distance = 1; distance < count; distance *= 2) {
    for (let a = 0; a + distance < count; a += 2 * distance) join(a, a + distance);
  }
}
