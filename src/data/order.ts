import { seedOf } from '../numerics/seed.ts';
import { permutation } from '../numerics/shuffle.ts';

/** Of the random numbers that shuffle: training data are the only ones that are shuffled. */
const STREAM = 0;

/**
 * The order of the samples of one epoch: 0, 1, 2, … or, shuffled, `permutation` of the seed, stream 0, the epoch and
 * the number of samples (src/numerics/shuffle.ts: Fisher-Yates over Philox, unbiased). So it depends on samples, seed
 * and epoch alone, and batch b of size B holds the items from b * B on.
 * @param options.seed a whole number from 0 to 2^53 - 1
 */
export function sampleOrder(
  samples: number,
  options: { readonly shuffle: boolean; readonly seed: number; readonly epoch: number },
): Int32Array {
  if (!options.shuffle) return Int32Array.from({ length: samples }, (_, i) => i);
  // Samples are below 2^31, so the same bits are the same numbers.
  return new Int32Array(permutation(seedOf(options.seed), STREAM, options.epoch, samples).buffer);
}
