import { Worker } from 'node:worker_threads';
import type { Hdf5Host, Hdf5Reply, Hdf5Request } from './hdf5-content.ts';
import { runHdf5 } from './hdf5-program.ts';

export interface Hdf5WorkerOptions {
  /** Milliseconds for one request, after the library has been loaded. Default 5,000 and 1 for each 5,000 bytes. */
  readonly timeout?: number;
}

const idleTime = 5_000;
const loadTime = 60_000;
/** A new worker after this many requests bounds what damaged files make the library leak. */
const mostRequests = 500;
const mostHeapMegabytes = 512;

/**
 * Runs the HDF5 library (C code, over bytes that may be anyone's) in a worker of its own, which is ended when it
 * takes too long, fails, or has been idle for a while; it never keeps the process alive.
 */
export class Hdf5Worker implements Hdf5Host {
  readonly #timeout: number | undefined;
  #tail: Promise<unknown> = Promise.resolve();
  #worker: Worker | undefined;
  #requests = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Hdf5WorkerOptions = {}) {
    this.#timeout = options.timeout;
  }

  run(request: Hdf5Request): Promise<Hdf5Reply> {
    const result = this.#tail.then(() => this.#runNow(request));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Ends the worker; the next request starts another. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    clearTimeout(this.#idle);
    this.#worker = undefined;
    this.#requests = 0;
    await worker?.terminate();
  }

  async #runNow(request: Hdf5Request): Promise<Hdf5Reply> {
    clearTimeout(this.#idle);
    let finished = false;
    try {
      this.#worker ??= await startWorker();
      const bytes = request.kind === 'read' ? request.bytes.length : 0;
      const reply = await ask(this.#worker, request, this.#timeout ?? 5_000 + bytes / 5_000);
      finished = !(reply.kind === 'problem' && reply.broken) && ++this.#requests < mostRequests;
      return reply;
    } finally {
      if (finished) {
        this.#worker?.unref();
        this.#idle = setTimeout(() => void this.dispose(), idleTime);
        this.#idle.unref();
      } else await this.dispose();
    }
  }
}

const program = `
const { parentPort, workerData } = require('node:worker_threads');
const run = ${runHdf5.toString()};
// The library reports every error there, in a stack of its own C functions.
for (const stream of ['error', 'warn', 'log']) console[stream] = () => {};
import(workerData).then(async (library) => {
  await library.ready;
  parentPort.on('message', (request) => {
    const reply = run(library, request);
    const buffers = reply.kind === 'written' ? [reply.bytes.buffer] : [];
    if (reply.kind === 'read') for (const { data } of reply.content.arrays.values()) buffers.push(data.buffer);
    parentPort.postMessage(reply, buffers);
  });
  parentPort.postMessage('ready');
});
`;

async function startWorker(): Promise<Worker> {
  const worker = new Worker(program, {
    eval: true,
    workerData: import.meta.resolve('h5wasm'),
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMegabytes },
  });
  try {
    await answer(worker, loadTime);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return worker;
}

function ask(worker: Worker, request: Hdf5Request, timeout: number): Promise<Hdf5Reply> {
  worker.ref();
  const reply = answer(worker, timeout) as Promise<Hdf5Reply>;
  worker.postMessage(request);
  return reply;
}

/** The next message of a worker. */
function answer(worker: Worker, timeout: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const seconds = Math.ceil(timeout / 100) / 10;
    const timer = setTimeout(
      () => settle(new Error(`the HDF5 library took longer than ${seconds} s`)),
      timeout,
    );
    const settle = (error: Error | undefined, message?: unknown): void => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      if (error) reject(error);
      else resolve(message);
    };
    const onMessage = (message: unknown): void => settle(undefined, message);
    const onError = (error: Error): void => settle(new Error(`the HDF5 library failed (${error.message})`));
    const onExit = (): void => settle(new Error('the HDF5 library ended'));
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
  });
}
