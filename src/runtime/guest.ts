import { controlWords } from './control.ts';
import type { ControlMessage, FromWorker, StartMessage } from './messages.ts';
import { serve, type WorkerPort } from './worker.ts';

/** The calling thread as one of those that serve a ring: only while `help` runs. */
export interface Guest {
  /** @throws {Error} when a module cannot be instantiated over the memory or lacks an entry */
  apply(message: ControlMessage): void;
  /** Works with the others until an entry is at hand. */
  help(until: number): void;
}

/** A guest at a ring, as the thread of this number. */
export function createGuest(start: Omit<StartMessage, 'kind' | 'guest'>): Guest {
  const port: WorkerPort = {
    // what a guest has to tell, who posted the job reads in the ring
    postMessage: (_: FromWorker): void => {},
    onmessage: null,
  };
  serve(port, controlWords);
  const { onmessage } = port as Required<WorkerPort>;
  onmessage!({ data: { ...start, kind: 'start', guest: true } });
  return {
    apply: (data) => onmessage!({ data }),
    help: (until) => onmessage!({ data: { kind: 'help', until } }),
  };
}
