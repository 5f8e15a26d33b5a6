import { join } from 'node:path';
import { writeSamples } from './data.ts';
import type { NetworkDescription } from './networks/description.ts';
import type { Peer, Peers } from './peers.ts';

/** A network in a peer. */
export interface Built {
  readonly peer: Peer;
  readonly id: string;
  /** Prefix of the names of its ways to work. */
  readonly label: string;
  /** What the peer itself counts; engines that only predict do not. */
  readonly parameters: number | undefined;
  /** Ways to train; empty where it only predicts. */
  readonly methods: readonly string[];
  readonly predictions: readonly string[];
}

/** A peer that does not take part, and why. */
export interface LeftOut {
  readonly label: string;
  readonly reason: string;
}

export interface Everywhere {
  /** Samples that the peers hold. */
  readonly samples: number;
  readonly built: readonly Built[];
  readonly leftOut: readonly LeftOut[];
}

export interface BuildOptions {
  readonly batch: number;
  readonly folder: string;
  /** Build Keras with XLA as well. */
  readonly xla: boolean;
  /** Of Keras and Atrous; the others have Adam alone. Default `adam`. */
  readonly optimizer?: 'adam' | 'sgd';
}

type Answer = Pick<Built, 'predictions'> & Partial<Pick<Built, 'methods' | 'parameters'>>;

/**
 * Hands all peers the same samples and builds a network with the same weights in them: those that Keras draws.
 * @throws {Error} where Keras or Atrous cannot build it
 */
export async function buildEverywhere(
  peers: Peers,
  id: string,
  description: NetworkDescription,
  { batch, folder, xla, optimizer = 'adam' }: BuildOptions,
): Promise<Everywhere> {
  const { count: samples, ...files } = await writeSamples(description, batch, folder);
  const data = { call: 'data', ...files };
  const all = [...peers.atrous, ...peers.keras, ...peers.others];
  await Promise.all(all.map((peer) => peer.process.call(data)));
  const built: Built[] = [];
  const leftOut: LeftOut[] = [];
  const build = async (peer: Peer, name: string, label: string, request: object): Promise<void> => {
    const answer = await peer.process.call<Answer>({
      call: 'build',
      id: name,
      description,
      optimizer,
      ...request,
    });
    built.push({
      peer,
      id: name,
      label,
      parameters: answer.parameters,
      methods: answer.methods ?? [],
      predictions: answer.predictions,
    });
  };
  const ignoring = async (label: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      leftOut.push({ label, reason: (error as Error).message.split('\n')[0]! });
    }
  };

  const first = peers.keras[0]!;
  await build(first, id, first.label, { jit: false });
  const weights = join(folder, 'weights.f32');
  const formats = { onnx: join(folder, 'network.onnx'), tflite: join(folder, 'network.tflite') };
  await first.process.call({ call: 'weights', id, path: weights });
  if (peers.others.some(({ trains }) => !trains)) {
    await ignoring('ONNX', () => first.process.call({ call: 'save_onnx', id, path: formats.onnx }));
    await ignoring('TFLite', () => first.process.call({ call: 'save_tflite', id, path: formats.tflite }));
  }
  for (const peer of peers.atrous) await build(peer, id, peer.label, { weights });
  for (const peer of peers.keras.slice(1)) await build(peer, id, peer.label, { jit: false });
  if (xla)
    for (const peer of peers.keras) await build(peer, `${id}-xla`, `${peer.label}, XLA`, { jit: true });
  for (const peer of peers.others)
    await ignoring(peer.label, () => build(peer, id, peer.label, { weights, files: formats }));
  return { built, leftOut, samples };
}

/** Drops networks in the peers that hold them. */
export async function dropEverywhere({ built }: Everywhere): Promise<void> {
  for (const { peer, id } of built) await peer.process.call({ call: 'drop', id });
}
