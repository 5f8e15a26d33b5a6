import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existingPython, pythonVariables } from '../fixtures/python.ts';
import { mnist } from '../src/data/node-mnist.ts';
import type { Options } from './options.ts';
import { PeerProcess } from './peers/child.ts';

/** A process that takes part, and how it is set up. */
export interface Peer {
  readonly label: string;
  readonly process: PeerProcess;
  /** Versions and settings as the process itself reports them. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface Peers {
  /** Atrous with V8's wider vectors, then without. */
  readonly atrous: readonly Peer[];
  /** Keras with oneDNN, then without. */
  readonly keras: readonly Peer[];
  readonly onnxruntime: Peer | undefined;
  readonly jax: Peer | undefined;
  /** Names of peers that are not installed. */
  readonly missing: readonly string[];
  close(): void;
}

const peerFile = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url));

/**
 * Starts every peer that is installed and hands it the training images of MNIST.
 * @throws {Error} without Keras, whose losses the bench checks Atrous against
 */
export async function startPeers(options: Options, folder: string): Promise<Peers> {
  const python = existingPython();
  if (python === undefined)
    throw new Error('The Python environment with Keras is missing. Run: npm run bench:setup');
  const data = { call: 'data', ...(await writeImages(folder)) };
  const running: PeerProcess[] = [];
  const closeAll = (): void => {
    for (const child of running) child.close();
  };
  const env = { ...process.env, BENCH_THREADS: String(options.threads) };
  const start = async (
    label: string,
    command: string,
    args: readonly string[],
    variables: NodeJS.ProcessEnv,
  ): Promise<Peer | undefined> => {
    const child = new PeerProcess(label, command, args, variables);
    running.push(child);
    const about = await child.call<Record<string, unknown>>({ call: 'hello' });
    if (about.installed === false) {
      child.close();
      return undefined;
    }
    await child.call(data);
    return { label, process: child, about };
  };
  const node = (label: string, file: string, flags: readonly string[] = []): Promise<Peer | undefined> =>
    start(label, process.execPath, [...flags, peerFile(file)], env);
  const keras = (label: string, oneDnn: '0' | '1'): Promise<Peer | undefined> =>
    start(label, python, [peerFile('keras_peer.py')], {
      ...pythonVariables({ TF_ENABLE_ONEDNN_OPTS: oneDnn }),
      BENCH_THREADS: String(options.threads),
    });
  try {
    const atrous = [
      await node('Atrous, revectorize', 'atrous-peer.ts', ['--experimental-wasm-revectorize']),
      await node('Atrous, 128-bit', 'atrous-peer.ts'),
    ];
    const { without } = options;
    const optional = {
      'onnxruntime-node': without.has('onnxruntime')
        ? undefined
        : await node('onnxruntime', 'onnxruntime-peer.ts'),
      'jax-js': without.has('jax') ? undefined : await node('jax-js', 'jax-peer.ts'),
    };
    return {
      atrous: atrous as Peer[],
      keras: [await keras('Keras, oneDNN', '1'), await keras('Keras, no oneDNN', '0')] as Peer[],
      onnxruntime: optional['onnxruntime-node'],
      jax: optional['jax-js'],
      missing: Object.entries(optional)
        .filter(([name, peer]) => peer === undefined && !without.has(name.split('-')[0]!))
        .map(([name]) => name),
      close: closeAll,
    };
  } catch (error) {
    closeAll();
    throw error;
  }
}

async function writeImages(folder: string): Promise<{ images: string; labels: string; size: number }> {
  const { train } = await mnist();
  const images = join(folder, 'images');
  const labels = join(folder, 'labels');
  writeFileSync(images, train.inputs[0]!.data as Uint8Array);
  writeFileSync(labels, train.targets[0]!.data as Uint8Array);
  return { images, labels, size: train.inputs[0]!.shape[0]! };
}
