import type { FromWorker, ToWorker } from './messages.ts';
import { nodeHost } from './node-host.ts';
import { webHost } from './web-host.ts';

/** What a worker tells the thread that started it. */
export interface WorkerEvents {
  message(message: FromWorker): void;
  /** The worker ended or never began; the sentence says why. Not called after `terminate`. */
  failure(sentence: string): void;
}

export interface WorkerHandle {
  post(message: ToWorker): void;
  terminate(): Promise<void>;
  /** Whether this worker keeps the process alive; it does not at first. */
  keepAlive(keep: boolean): void;
}

/** What the place in which the library runs can do. */
export interface Host {
  readonly name: 'node' | 'web';
  /** How many threads run at the same time. */
  readonly parallelism: number;
  /** Whether workers may share memory with this thread. */
  readonly sharesMemory: boolean;
  /** Starts a worker that runs `serve`. */
  startWorker(events: WorkerEvents, options: { readonly url?: string | URL }): WorkerHandle;
  /** Calls back after events that already wait; the process stays alive until then. */
  afterEvents(callback: () => void): void;
  /** Calls back later, if the process still lives. */
  later(milliseconds: number, callback: () => void): void;
  /** Whether WebAssembly's 128-bit vectors are compiled to 256-bit ones from now on. */
  readonly revectorizes: boolean;
  /** Switches that on or off for modules compiled later. Gives what holds then: off where it does not exist. */
  revectorize(on: boolean): boolean;
}

let current: Host | undefined;

/** The host of this process or page. */
export function currentHost(): Host {
  current ??= nodeHost() ?? webHost();
  return current;
}
