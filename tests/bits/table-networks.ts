import type { NetworkDescription } from '../../bench/networks/description.ts';
import { seed, standard } from '../../bench/networks/digits.ts';
import { dsCnn } from '../../bench/networks/ds-cnn.ts';
import { mobileNetV2 } from '../../bench/networks/mobile-net-v2.ts';
import { tcn } from '../../bench/networks/tcn.ts';

/** A network of the bench's table, and a training of it that is short. */
export interface TableNetwork {
  readonly network: NetworkDescription;
  readonly samples: number;
  /** Divides neither the samples, so that the last batch is short, nor into equal shards. */
  readonly batchSize: number;
}

const dropout = 0.5;

/** All networks of the bench's table by name. A batch of 300 has 16 shards, the others have 8. */
export const tableNetworks: Readonly<Record<string, TableNetwork>> = Object.fromEntries(
  [
    { network: seed(1, dropout), samples: 113, batchSize: 50 },
    { network: seed(2, dropout), samples: 613, batchSize: 300 },
    { network: seed(8, dropout), samples: 113, batchSize: 50 },
    { network: standard(dropout), samples: 69, batchSize: 30 },
    { network: dsCnn(), samples: 33, batchSize: 13 },
    { network: tcn(), samples: 33, batchSize: 13 },
    { network: mobileNetV2(), samples: 33, batchSize: 13 },
  ].map((entry) => [entry.network.name, entry]),
);
