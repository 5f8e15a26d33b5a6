import type { Case } from './cases.ts';
import { buildEverywhere, dropEverywhere } from './networks-of-peers.ts';
import type { Peers } from './peers.ts';

export interface Epoch {
  readonly label: string;
  readonly seconds: number;
  readonly loss: number;
}

const samples = 60_000;

/** One epoch of `fit` over all training images, as a user calls it, first in Atrous and then in Keras. */
export async function epochsOf(peers: Peers, entry: Case, batch: number, folder: string): Promise<Epoch[]> {
  const network = entry.network(0.5);
  if (network.input.dtype !== 'u8') return [];
  const id = 'epoch';
  const everywhere = await buildEverywhere(peers, id, network, { batch, folder, xla: false });
  const results: Epoch[] = [];
  for (const peer of [...peers.atrous, peers.keras[0]!]) {
    const request = { call: 'epoch', id, batch, samples };
    const { seconds, loss } = await peer.process.call<{ seconds: number; loss: number }>(request);
    results.push({ label: peer.label, seconds, loss });
  }
  await dropEverywhere(everywhere);
  return results;
}
