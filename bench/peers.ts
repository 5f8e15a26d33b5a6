import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { existingPython, pythonVariables } from '../fixtures/python.ts';
import { PeerProcess } from './peers/child.ts';

/** A process that takes part, and how it is set up. */
export interface Peer {
  readonly label: string;
  /** Peers of one family, and all their ways to work, stand in the table as one: the fastest. */
  readonly family: string;
  readonly trains: boolean;
  readonly process: PeerProcess;
  /** Versions and settings as the process itself reports them. */
  readonly about: Readonly<Record<string, unknown>>;
}

export interface Peers {
  /** Atrous with V8's wider vectors, then without. */
  readonly atrous: readonly Peer[];
  /** Keras with oneDNN, then without. */
  readonly keras: readonly Peer[];
  readonly others: readonly Peer[];
  /** Names of peers that are not installed. */
  readonly missing: readonly string[];
  close(): void;
}

interface Kind {
  readonly name: string;
  readonly label: string;
  readonly family: string;
  readonly trains: boolean;
  /** Undefined: not installed. */
  readonly command: string | undefined;
  readonly args: readonly string[];
  readonly variables: NodeJS.ProcessEnv;
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The interpreter of the environment with PyTorch, JAX, OpenVINO and LiteRT, where it is installed. */
export function peersPython(): string | undefined {
  const path = join(file('.venv'), process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  return existsSync(path) ? path : undefined;
}

const node = (
  label: string,
  script: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
) => ({
  label,
  family: label,
  command: process.execPath,
  args: [...flags, file(`peers/${script}`), ...args],
  variables: { ...process.env },
});

const python = (label: string, script: string, args: readonly string[] = []) => ({
  label,
  family: label,
  command: peersPython(),
  args: [file(`peers/${script}`), ...args],
  variables: pythonVariables(),
});

const keras = (label: string, oneDnn: '0' | '1') => ({
  label,
  family: 'Keras',
  command: existingPython(),
  args: [file('peers/keras_peer.py')],
  variables: pythonVariables({ TF_ENABLE_ONEDNN_OPTS: oneDnn }),
});

const kinds = (): readonly Kind[] => [
  {
    name: 'atrous',
    trains: true,
    ...node('Atrous, revectorize', 'atrous-peer.ts', [], ['--experimental-wasm-revectorize']),
  },
  { name: 'atrous', trains: true, ...node('Atrous, 128-bit', 'atrous-peer.ts') },
  { name: 'keras', trains: true, ...keras('Keras, oneDNN', '1') },
  { name: 'keras', trains: true, ...keras('Keras, no oneDNN', '0') },
  { name: 'torch', trains: true, ...python('PyTorch', 'torch_peer.py') },
  { name: 'jax', trains: true, ...python('JAX', 'jax_peer.py') },
  { name: 'jax-js', trains: true, ...node('jax-js', 'jax-peer.ts') },
  {
    name: 'onnxruntime',
    trains: false,
    ...node('onnxruntime', 'onnxruntime-peer.ts', ['onnxruntime-node']),
  },
  {
    name: 'onnxruntime-web',
    trains: false,
    ...node('onnxruntime-web', 'onnxruntime-peer.ts', ['onnxruntime-web']),
  },
  { name: 'openvino', trains: false, ...python('OpenVINO', 'inference_peers.py', ['openvino']) },
  { name: 'litert', trains: false, ...python('LiteRT', 'inference_peers.py', ['litert']) },
];

/** Peers that can be left out. */
export const optionalPeers = [
  'torch',
  'jax',
  'jax-js',
  'onnxruntime',
  'onnxruntime-web',
  'openvino',
  'litert',
] as const;

/**
 * Starts every peer that is installed.
 * @throws {Error} without Keras, whose losses the bench checks Atrous against
 */
export async function startPeers(threads: number, without: ReadonlySet<string>): Promise<Peers> {
  if (existingPython() === undefined)
    throw new Error('The Python environment with Keras is missing. Run: npm run bench:setup');
  const running: PeerProcess[] = [];
  const started: (Peer & { readonly name: string })[] = [];
  const missing: string[] = [];
  const close = (): void => {
    for (const child of running) child.close();
  };
  try {
    for (const { name, label, family, trains, command, args, variables } of kinds()) {
      if (without.has(name)) continue;
      const child =
        command === undefined
          ? undefined
          : new PeerProcess(label, command, args, { ...variables, BENCH_THREADS: String(threads) });
      if (child) running.push(child);
      const about = await child?.call<Record<string, unknown>>({ call: 'hello' });
      if (child === undefined || about?.installed === false) {
        child?.close();
        missing.push(name);
      } else started.push({ name, label, family, trains, process: child, about: about! });
    }
  } catch (error) {
    close();
    throw error;
  }
  const named = (name: string): Peer[] => started.filter((peer) => peer.name === name);
  return {
    atrous: named('atrous'),
    keras: named('keras'),
    others: started.filter(({ name }) => name !== 'atrous' && name !== 'keras'),
    missing,
    close,
  };
}
