import type { Host, WorkerEvents, WorkerHandle } from './host.ts';
import type { FromWorker } from './messages.ts';
import { workerSource } from './worker-source.ts';

const revectorizeFlag = 'experimental-wasm-revectorize';

/**
 * The port of a worker. Listening by `on` hands over the data alone: for the event that `onmessage` gets, Node loads its
 * HTTP client first, which takes two thirds of the start of a worker.
 */
const port = `((port) => ({
  postMessage: (message) => port.postMessage(message),
  set onmessage(listener) { port.on('message', (data) => listener({ data })); },
}))(process.getBuiltinModule('node:worker_threads').parentPort)`;

type NodeProcess = Pick<typeof import('node:process'), 'versions' | 'arch' | 'getBuiltinModule'>;

/**
 * Node, or undefined elsewhere. Built-in modules are asked for when they are used, not imported: one file serves
 * every entry, and a bundle for browsers holds no reference to a module of Node.
 */
export function nodeHost(): Host | undefined {
  const { process, document } = globalThis as { process?: NodeProcess; document?: unknown };
  if (!process?.versions?.node || typeof process.getBuiltinModule !== 'function') return undefined;
  if (document !== undefined && typeof Worker === 'function') return undefined;
  let revectorizes: boolean | undefined;
  return {
    name: 'node',
    parallelism: process.getBuiltinModule('node:os').availableParallelism(),
    sharesMemory: true,
    startWorker: (events) => startWorker(process, events),
    afterEvents(callback) {
      setImmediate(callback);
    },
    later(milliseconds, callback) {
      setTimeout(callback, milliseconds).unref();
    },
    get revectorizes() {
      revectorizes ??= canRevectorize(process) && revectorizeState(process, undefined);
      return revectorizes;
    },
    revectorize(on) {
      revectorizes = canRevectorize(process) && revectorizeState(process, on);
      return revectorizes;
    },
  };
}

function startWorker(process: NodeProcess, events: WorkerEvents): WorkerHandle {
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  const worker = new Worker(workerSource(port), { eval: true, execArgv: [], name: 'atrous' });
  let ended = false;
  let reason = '';
  worker.on('message', (message: FromWorker) => events.message(message));
  worker.on('error', (error: unknown) => {
    reason = error instanceof Error ? `: ${error.message}` : '';
  });
  worker.on('messageerror', () => events.failure('A worker sent a message that cannot be read.'));
  worker.on('exit', () => {
    if (!ended) events.failure(`A worker ended${reason.replace(/\.$/, '')}.`);
    ended = true;
  });
  worker.unref();
  return {
    post: (message) => worker.postMessage(message),
    async terminate() {
      ended = true;
      await worker.terminate();
    },
    keepAlive(keep) {
      if (keep) worker.ref();
      else worker.unref();
    },
  };
}

/** V8 has the flag, and does something below it, from Node 23.5 on x86-64. Bun tells of a V8, and has none. */
function canRevectorize({ versions, arch }: NodeProcess): boolean {
  if (versions.bun !== undefined) return false;
  const [major, minor] = versions.node.split('.').map(Number);
  return arch === 'x64' && versions.v8 !== undefined && (major > 23 || (major === 23 && minor >= 5));
}

/**
 * Sets the flag (undefined: leaves it) and tells whether it is on. V8 cannot be asked, but the tag of its code caches
 * is made from its flags, so the tag changes exactly when a flag does.
 */
function revectorizeState(process: NodeProcess, wanted: boolean | undefined): boolean {
  const v8 = process.getBuiltinModule('node:v8');
  const before = v8.cachedDataVersionTag();
  v8.setFlagsFromString(`--no-${revectorizeFlag}`);
  const off = v8.cachedDataVersionTag();
  if (!(wanted ?? before !== off)) return false;
  v8.setFlagsFromString(`--${revectorizeFlag}`);
  return v8.cachedDataVersionTag() !== off;
}
