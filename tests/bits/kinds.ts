import {
  type Combination,
  rotateSmall,
  rotateWide,
  smallCombinations,
  wideCombinations,
} from './combinations.ts';
import { type Limits, smallNetworks } from './random-network.ts';

/** What seeds make. */
export type KindName = 'small' | 'wide';

/** A family of random networks and how they run. */
export interface Kind {
  readonly limits: Limits;
  readonly all: readonly Combination[];
  readonly rotated: (seed: number) => readonly Combination[];
  /** Derivatives are compared with finite differences. */
  readonly differences: boolean;
}

/** Batches that divide by nothing: shards of unequal length, micro-batches with a rest, sums without shards. */
const wideBatches: Limits = {
  layer: 16_000_000,
  network: 24_000_000,
  large: { share: 0.4, batchSizes: [128, 150, 200] },
  batchSizes: [10, 11, 13, 17, 19, 23, 29, 31, 37, 40, 128, 200],
};

export const kinds: Readonly<Record<KindName, Kind>> = {
  small: { limits: smallNetworks, all: smallCombinations, rotated: rotateSmall, differences: true },
  wide: { limits: wideBatches, all: wideCombinations, rotated: rotateWide, differences: false },
};
