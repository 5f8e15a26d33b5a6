import { join } from 'node:path';
import type { Case } from './cases.ts';
import type { Peer, Peers } from './peers.ts';

/** Names of the files with one set of weights for all peers. */
interface Files {
  readonly weights: string;
  readonly keras: string;
  readonly onnx: string;
}

const filesOf = (folder: string, entry: Case): Files => ({
  weights: join(folder, `${entry.name}.f32`),
  keras: join(folder, `${entry.name}.keras`),
  onnx: join(folder, `${entry.name}.onnx`),
});

export interface KerasBuild {
  readonly parameters: number;
  readonly methods: readonly string[];
  readonly predictions: readonly string[];
}

/** Builds a case in one Keras peer. A case that Keras has no code for comes from the file that Atrous saved. */
export function buildInKeras(
  peer: Peer,
  id: string,
  entry: Case,
  dropout: number,
  jit: boolean,
  folder: string,
): Promise<KerasBuild> {
  const { network, dilation, everywhere } = entry;
  const path = everywhere ? {} : { path: filesOf(folder, entry).keras };
  return peer.process.call({ call: 'build', id, network, dilation, dropout, jit, ...path });
}

/**
 * Builds a case with the same weights under the same name in Keras (without XLA) and in every other peer that has it.
 */
export async function buildEverywhere(
  peers: Peers,
  id: string,
  entry: Case,
  dropout: number,
  folder: string,
): Promise<{ parameters: number }> {
  const { network, dilation, everywhere } = entry;
  const files = filesOf(folder, entry);
  const keras = peers.keras[0]!;
  const request = { call: 'build', id, network, dilation, dropout };
  if (!everywhere) {
    const [first, ...others] = peers.atrous;
    await first!.process.call(request);
    await first!.process.call({ call: 'save', id, path: files.keras });
    const built = await buildInKeras(keras, id, entry, dropout, false, folder);
    await keras.process.call({ call: 'weights', id, path: files.weights });
    for (const peer of others) await peer.process.call({ ...request, weights: files.weights });
    return built;
  }
  const built = await buildInKeras(keras, id, entry, dropout, false, folder);
  await keras.process.call({ call: 'weights', id, path: files.weights });
  for (const peer of [...peers.atrous, ...(peers.jax ? [peers.jax] : [])])
    await peer.process.call({ ...request, weights: files.weights });
  if (peers.onnxruntime) {
    await keras.process.call({ call: 'save_onnx', id, path: files.onnx });
    await peers.onnxruntime.process.call({ call: 'build', id, onnx: files.onnx });
  }
  return built;
}

/** Drops a network in the peers that hold it. */
export async function dropEverywhere(peers: Peers, id: string): Promise<void> {
  for (const peer of [...peers.atrous, peers.keras[0]!, ...(peers.jax ? [peers.jax] : [])])
    await peer.process.call({ call: 'drop', id });
}
