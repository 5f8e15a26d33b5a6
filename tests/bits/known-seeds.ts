import type { KindName } from './kinds.ts';

/** Seeds of networks that once were wrong: they run first. */
export const knownSeeds: Readonly<Record<KindName, readonly number[]>> = {
  small: [],
  wide: [],
};
