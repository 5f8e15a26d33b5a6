import type { Case } from './cases.ts';
import { findKerasVariants, type KerasVariant } from './keras-variants.ts';
import { buildEverywhere, dropEverywhere } from './networks-of-peers.ts';
import type { Options } from './options.ts';
import type { Peer, Peers } from './peers.ts';
import { alternate, type Contestant, type Outcome } from './rounds.ts';

/** One measurement of a case: Atrous, and the fastest way of each peer. */
export interface Timing {
  readonly name: string;
  readonly outcomes: readonly Outcome[];
  /** Peers that would need too long. */
  readonly leftOut: readonly string[];
}

export interface Timings {
  readonly parameters: number;
  readonly training: Timing;
  readonly predictMany: Timing;
  readonly predictOne: Timing;
}

const repeats = { many: 10, one: 50 };
/** A batch that takes a peer longer than this, as one image foretells, is left out. */
const longestBatchMs = 3_000;

/** Times a training step and prediction of a case, with dropout, in all peers. */
export async function timingsOf(
  peers: Peers,
  entry: Case,
  options: Options,
  folder: string,
): Promise<Timings> {
  const id = 'timed';
  const { batch, rounds } = options;
  await buildEverywhere(peers, id, entry, 0.5, folder);
  const keras = await findKerasVariants(peers.keras, entry, options, folder);
  const own = peers.atrous;
  const jax = entry.everywhere && peers.jax ? [peers.jax] : [];
  const slow = await slowPeers(jax, id, batch);
  const quick = jax.filter((peer) => !slow.includes(peer));
  const ort = entry.everywhere && peers.onnxruntime ? [peers.onnxruntime] : [];

  const training = [
    ...[...own, ...quick].map((peer) => trainer(peer, peer.label, { id }, options)),
    ...keras.training.map(({ peer, label, id: at, method }) =>
      trainer(peer, label, { id: at, method }, options),
    ),
  ];
  const predicting = (variants: readonly KerasVariant[], count: number, times: number): Contestant[] => [
    ...[...own, ...ort, ...(count === 1 ? jax : quick)].map((peer) =>
      predictor(peer, peer.label, { id }, count, times),
    ),
    ...variants.map(({ peer, label, id: at, method }) =>
      predictor(peer, label, { id: at, method }, count, times),
    ),
  ];
  const result: Timings = {
    parameters: keras.parameters,
    training: timing(`training step, batch ${batch}`, await alternate(training, rounds), slow),
    predictMany: timing(
      `predict ${batch}`,
      await alternate(predicting(keras.predictMany, batch, repeats.many), rounds),
      slow,
    ),
    predictOne: timing(
      'predict 1',
      await alternate(predicting(keras.predictOne, 1, repeats.one), rounds),
      [],
    ),
  };
  await dropEverywhere(peers, id);
  for (const peer of peers.keras)
    for (const kind of ['plain', 'xla'])
      await peer.process.call({ call: 'drop', id: `${entry.name}-${kind}` });
  return result;
}

async function slowPeers(peers: readonly Peer[], id: string, batch: number): Promise<Peer[]> {
  const found: Peer[] = [];
  for (const peer of peers) {
    const request = { call: 'predict', id, count: 1, repeats: 3 };
    const { ms } = await peer.process.call<{ ms: number[] }>(request);
    if (Math.min(...ms) * batch > longestBatchMs) found.push(peer);
  }
  return found;
}

function trainer(peer: Peer, label: string, which: object, { steps, batch }: Options): Contestant {
  return {
    label,
    turn: async () => {
      // A peer this slow shows its time in a single step.
      const count = peer.label === 'jax-js' ? 1 : steps;
      const request = { call: 'train', ...which, steps: count, batch };
      return [(await peer.process.call<{ msPerStep: number }>(request)).msPerStep];
    },
  };
}

function predictor(peer: Peer, label: string, which: object, count: number, times: number): Contestant {
  return {
    label,
    turn: async () => {
      const request = { call: 'predict', ...which, count, repeats: peer.label === 'jax-js' ? 1 : times };
      return (await peer.process.call<{ ms: number[] }>(request)).ms;
    },
  };
}

/** Of the ways that Keras took part in, the fastest stands for it. */
function timing(name: string, outcomes: readonly Outcome[], leftOut: readonly Peer[]): Timing {
  const keras = outcomes.filter(({ label }) => label.startsWith('Keras')).sort((a, b) => a.median - b.median);
  return {
    name,
    outcomes: [...outcomes.filter(({ label }) => !label.startsWith('Keras')), keras[0]!],
    leftOut: leftOut.map(({ label }) => label),
  };
}
