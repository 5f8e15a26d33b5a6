import type { Host, WorkerEvents, WorkerHandle } from './host.ts';
import type { FromWorker } from './messages.ts';
import { workerSource } from './worker-source.ts';

let blobUrl: string | undefined;

function scriptUrl(): string {
  blobUrl ??= URL.createObjectURL(new Blob([workerSource('self')], { type: 'text/javascript' }));
  return blobUrl;
}

/** Browsers, and workers in them. */
export function webHost(): Host {
  return {
    name: 'web',
    parallelism: globalThis.navigator?.hardwareConcurrency || 1,
    sharesMemory: typeof Worker === 'function' && globalThis.crossOriginIsolated === true,
    startWorker(events, { url }) {
      return startWorker(events, url);
    },
    afterEvents,
    later(milliseconds, callback) {
      setTimeout(callback, milliseconds);
    },
    revectorizes: false,
    revectorize: () => false,
  };
}

function startWorker(events: WorkerEvents, url: string | URL | undefined): WorkerHandle {
  const worker = url === undefined ? new Worker(scriptUrl()) : new Worker(url, { type: 'module' });
  worker.onmessage = (event: MessageEvent<FromWorker>): void => events.message(event.data);
  worker.onerror = (event): void => {
    event.preventDefault();
    events.failure(
      event.message
        ? `A worker failed: ${event.message}.`
        : 'A worker could not be started. Where the page’s content policy forbids workers from blobs, serve the file "atrous/worker" and pass its address to configure as workerUrl.',
    );
  };
  worker.onmessageerror = (): void => events.failure('A worker sent a message that cannot be read.');
  return {
    post: (message) => worker.postMessage(message),
    terminate() {
      worker.onmessage = worker.onerror = worker.onmessageerror = null;
      worker.terminate();
      return Promise.resolve();
    },
    keepAlive() {},
  };
}

/** A task of its own for each callback, so that the page can paint and answer between them. */
function afterEvents(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = (): void => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
}
