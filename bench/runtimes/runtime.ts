import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PeerProcess } from '../peers/child.ts';

/** A process or page that runs the calls of `steps.ts`. */
export interface Runtime {
  call<Answer>(call: 'prepare' | 'time', request: object): Promise<Answer>;
}

/** A way to run a network. */
export interface Way {
  /** `Node 26`, `Chromium`. */
  readonly runtime: string;
  readonly revectorize: boolean;
  readonly threads: number;
  readonly shared: boolean;
}

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** The executable of each major version of Node that is here, this process's own last. */
export function nodeVersions(): ReadonlyMap<number, string> {
  const installed = [22, 24].map(
    (major) => [major, path(`../node_modules/node-${major}-linux-x64/bin/node`)] as const,
  );
  const own = [Number(process.versions.node.split('.')[0]), process.execPath] as const;
  return new Map([...installed.filter(([, file]) => existsSync(file)), own]);
}

/** V8 has the flag from Node 23.5 on, on x86-64. */
const revectorizes = (major: number): boolean => major >= 24 && process.arch === 'x64';

/** All ways of Node: with so many shared threads, on one thread, and in memory that is not shared. */
export function waysOfNode(majors: readonly number[], threads: number): Way[] {
  const sharing = [
    { threads, shared: true },
    { threads: 1, shared: true },
    { threads: 1, shared: false },
  ];
  return sharing.flatMap((how) =>
    majors.flatMap((major) =>
      (revectorizes(major) ? [false, true] : [false]).map((revectorize) => ({
        runtime: `Node ${major}`,
        revectorize,
        ...how,
      })),
    ),
  );
}

/** The ways of a page. */
export const waysOfPages = (threads: number): Way[] => [
  { runtime: 'Chromium', revectorize: false, threads, shared: true },
  { runtime: 'Chromium', revectorize: false, threads: 1, shared: true },
  { runtime: 'Chromium', revectorize: false, threads: 1, shared: false },
];

export const labelOf = ({ runtime, revectorize, threads, shared }: Way): string =>
  `${runtime}${revectorize ? ', revectorize' : ''}, ${shared ? `${threads} ${threads === 1 ? 'thread' : 'threads'}` : 'not shared'}`;

/** Starts a version of Node. */
export function startNode(label: string, executable: string, revectorize: boolean): PeerRuntime {
  const flags = ['--no-warnings', ...(revectorize ? ['--experimental-wasm-revectorize'] : [])];
  const peer = new PeerProcess(label, executable, [...flags, path('node-runtime.ts')], process.env);
  return {
    call: (call, request) => peer.call({ ...request, call }),
    close: () => peer.close(),
  };
}

export interface PeerRuntime extends Runtime {
  close(): void;
}
