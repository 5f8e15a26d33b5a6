import { allCombinations, type Combination, rotated } from './combinations.ts';
import { type Limits, smallNetworks } from './random-network.ts';

/** A family of random networks and how they run. */
export interface Kind {
  readonly limits: Limits;
  readonly all: readonly Combination[];
  readonly rotated: (seed: number) => readonly Combination[];
}

const widths: readonly Combination[] = [1, 2, 3, 5, 8].flatMap((threads) =>
  [undefined, 4].flatMap((microBatch) =>
    [false, true].map((revectorize) => ({ threads, microBatch, revectorize })),
  ),
);

/** Batches that divide by nothing: shards of unequal length, micro-batches with a rest, sums without shards. */
const wide: Kind = {
  limits: {
    layer: 16_000_000,
    network: 24_000_000,
    large: { share: 0.4, batchSizes: [128, 150, 200] },
    batchSizes: [10, 11, 13, 17, 19, 23, 29, 31, 37, 40, 128, 200],
  },
  all: widths,
  rotated: () => widths.filter(({ microBatch, threads }) => microBatch === undefined || threads === 3),
};

/** What seeds make. */
export type KindName = 'small' | 'wide';

export const kinds: Readonly<Record<KindName, Kind>> = {
  small: { limits: smallNetworks, all: allCombinations, rotated },
  wide,
};
