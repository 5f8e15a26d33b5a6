import { Worker } from 'node:worker_threads';
import type { Hdf5Request } from './hdf5-content.ts';
import { runHdf5, unpackedLimit } from './hdf5-program.ts';
import { buffersOf, hdf5Service } from './hdf5-service.ts';
import { type Hdf5Thread, Hdf5WorkerHost, type Hdf5WorkerOptions } from './hdf5-worker-host.ts';

const mostHeapMegabytes = 512;

/** The HDF5 library in a worker thread of Node. */
export class Hdf5Worker extends Hdf5WorkerHost {
  constructor(options: Hdf5WorkerOptions = {}) {
    super(startThread, options);
  }
}

const program = `
const { parentPort, workerData } = require('node:worker_threads');
const unpackedLimit = ${unpackedLimit.toString()};
const buffersOf = ${buffersOf.toString()};
// The library reports every error there, in a stack of its own C functions.
for (const stream of ['error', 'warn', 'log']) console[stream] = () => {};
import(workerData).then(async (library) => {
  await library.ready;
  const answer = (${hdf5Service.toString()})(library, ${runHdf5.toString()}, unpackedLimit);
  parentPort.on('message', (request) => {
    const answered = answer(request);
    parentPort.postMessage(answered, buffersOf(answered));
  });
  parentPort.postMessage('ready');
});
`;

function startThread(): Hdf5Thread {
  const worker = new Worker(program, {
    eval: true,
    workerData: import.meta.resolve('h5wasm'),
    resourceLimits: { maxOldGenerationSizeMb: mostHeapMegabytes },
  });
  return {
    post: (request: Hdf5Request) => worker.postMessage(request),
    next: () => nextMessage(worker),
    // Only newer releases of Node tell the processor time of a worker, in microseconds.
    time:
      'cpuUsage' in worker
        ? async () => {
            const { user, system } = await worker.cpuUsage();
            return (user + system) / 1000;
          }
        : undefined,
    hold: (alive) => (alive ? worker.ref() : worker.unref()),
    terminate: () => worker.terminate(),
  };
}

function nextMessage(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settle = (error: Error | undefined, message?: unknown): void => {
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
