import { nonNegativeInteger } from '../errors/index.ts';
import { philox } from '../numerics/philox.ts';
import { scalar } from '../numerics/scalar.ts';

/** Stream of shuffling ("SHUF"), apart from those of random layers, which count from 0. */
const SHUFFLE_STREAM = 0x53485546;

/**
 * The order of the samples of one epoch. Unshuffled: 0, 1, 2, … Shuffled: that list after a Fisher-Yates shuffle,
 * for i = samples - 1 down to 1 exchanging items i and floor(w(i) * (i + 1) / 2^32), where w(i) is word i mod 4 of
 * Philox 4x32-10 with the counter [floor(i / 4), 0, epoch, SHUFFLE_STREAM] and the key (low and high half of the
 * seed in two's complement). So the order depends on samples, seed and epoch alone, and batch b of size B
 * holds the items from b * B on.
 */
export function sampleOrder(
  samples: number,
  options: { readonly shuffle: boolean; readonly seed: number; readonly epoch: number },
): Int32Array {
  nonNegativeInteger(samples, 'samples');
  const order = Int32Array.from({ length: samples }, (_, i) => i);
  if (!options.shuffle) return order;
  const keyLow = Number(BigInt.asIntN(32, BigInt(options.seed)));
  const keyHigh = Number(BigInt.asIntN(32, BigInt(options.seed) >> 32n));
  let words: readonly number[] = [];
  let block = -1;
  for (let i = samples - 1; i > 0; i--) {
    if (i >>> 2 !== block) {
      block = i >>> 2;
      words = philox(scalar, [block, 0, options.epoch, SHUFFLE_STREAM], keyLow, keyHigh);
    }
    // The product needs up to 63 bits: split the word in halves so that doubles hold every step exactly.
    const word = words[i & 3]! >>> 0;
    const high = (word >>> 16) * (i + 1);
    const low = (word & 0xffff) * (i + 1);
    const other = Math.floor((high + Math.floor(low / 65536)) / 65536);
    const item = order[i]!;
    order[i] = order[other]!;
    order[other] = item;
  }
  return order;
}
