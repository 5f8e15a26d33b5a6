import { seedOf } from '../../numerics/seed.ts';
import type { Initializer } from './initializer.ts';

/**
 * First values of a weight. An initialiser with a seed of its own uses it instead of the model's.
 * @param stream number of the weight in its model
 */
export function initialValues(
  initializer: Initializer,
  shape: readonly number[],
  seed: number,
  stream: number,
): Float32Array {
  const own = initializer.config.seed;
  return initializer.values(shape, seedOf(typeof own === 'number' ? own : seed), stream);
}
