import { inlineHdf5 } from './hdf5.ts';
import type { Hdf5Host, Hdf5Reply, Hdf5Request } from './hdf5-content.ts';
import { Hdf5StartError, type Hdf5Thread, Hdf5WorkerHost } from './hdf5-worker-host.ts';

/**
 * The HDF5 library in a worker of a page. Where none can be started (a content policy, a page from another origin, a
 * bundler that leaves the worker's file out) it runs on the page's own thread.
 */
export class PageHdf5 implements Hdf5Host {
  readonly #workers: Hdf5WorkerHost;
  #inline = false;

  constructor(start: () => Hdf5Thread = startThread) {
    this.#workers = new Hdf5WorkerHost(start);
  }

  async run(request: Hdf5Request): Promise<Hdf5Reply> {
    if (!this.#inline) {
      try {
        return await this.#workers.run(request);
      } catch (error) {
        if (!(error instanceof Hdf5StartError)) throw error;
        this.#inline = true;
      }
    }
    return inlineHdf5.run(request);
  }
}

function startThread(): Hdf5Thread {
  // Bundlers know a worker by exactly this form.
  const worker = new Worker(new URL('./hdf5-worker.ts', import.meta.url), {
    type: 'module',
    name: 'atrous-hdf5',
  });
  return {
    post: (request) => worker.postMessage(request),
    next: () =>
      new Promise((resolve, reject) => {
        worker.onmessage = ({ data }: MessageEvent<unknown>): void => resolve(data);
        worker.onerror = (event): void => {
          event.preventDefault();
          reject(new Error(`the HDF5 library failed (${event.message || 'its worker did not start'})`));
        };
      }),
    time: undefined,
    hold() {},
    terminate() {
      worker.onmessage = worker.onerror = null;
      worker.terminate();
    },
  };
}
