import { elementCount } from '../ir/tensor-type.ts';
import type { Network } from '../nn/network/network.ts';

const mostSamples = 128;
/** 16 MiB as float32: about what 128 colour pictures of 180 x 180 have. */
const mostNumbers = 2 ** 22;

/**
 * Samples that run at once where nobody says how many: as many as keep the inputs within 16 MiB, 1 to 128. A program that
 * was compiled for so many takes fewer, and others that come later, without being compiled again.
 */
export function usualBatch({ inputs }: Network): number {
  const numbers = inputs.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  return Math.min(mostSamples, Math.max(1, Math.floor(mostNumbers / numbers)));
}
