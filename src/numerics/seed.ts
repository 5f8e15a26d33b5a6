import { nonNegativeInteger } from '../errors/index.ts';

/** The 64-bit key of all random numbers, as two unsigned halves. */
export type Seed = readonly [low: number, high: number];

/**
 * The key of a whole number from 0 to 2^53 - 1.
 * @throws {InvalidArgumentError} for anything else
 */
export function seedOf(value: number): Seed {
  const whole = nonNegativeInteger(value, 'seed', { call: 'seedOf' });
  return [whole >>> 0, Math.floor(whole / 2 ** 32)];
}
