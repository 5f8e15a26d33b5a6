import { invariant, RuntimeError } from '../errors/index.ts';
import { currentHost, type Host } from './host.ts';
import { createInlinePool } from './inline.ts';
import type { Pool } from './program.ts';
import { runtimeOptions } from './settings.ts';
import { slotWord } from './slot.ts';
import type { WorkerSet } from './worker-set.ts';
import { returnWorkerSet, takeWorkerSet } from './worker-sets.ts';

export interface PoolOptions {
  readonly threads: number;
  /** Where programs run. Memory that is not shared stays with the calling thread and takes one thread. */
  readonly memory: WebAssembly.Memory;
  /** Default: the host of this process or page. */
  readonly host?: Host;
}

interface Session {
  readonly set: WorkerSet;
  readonly number: number;
}

let sessions = 0;

// Of a pool that is dropped without dispose, workers would keep the memory.
const dropped = new FinalizationRegistry<Session>(detach);

function detach({ set, number: session }: Session): void {
  set.leave(session);
  set.send(session, (number) => ({ kind: 'detach', number, session })).catch(() => {});
  returnWorkerSet(set);
}

/**
 * A pool over one memory. Worker threads are shared with other pools of as many threads.
 * @throws {RuntimeError} (rejects) when a worker cannot be started
 */
export async function createPool({ threads, memory, host = currentHost() }: PoolOptions): Promise<Pool> {
  const isShared = typeof SharedArrayBuffer === 'function' && memory.buffer instanceof SharedArrayBuffer;
  if (!isShared) {
    invariant(threads === 1, `${threads} threads were asked for over memory that is not shared.`);
    return createInlinePool(memory, host);
  }
  const set = workerSet(threads, host);
  const session = { set, number: sessions++ };
  try {
    await set.send(session.number, (number) => ({ kind: 'attach', number, session: session.number, memory }));
  } catch (error) {
    returnWorkerSet(set);
    throw error;
  }
  const pool = poolOver(session, memory);
  dropped.register(pool, session, session);
  return pool;
}

/**
 * Starts the threads of pools that are made soon, beside whatever the caller goes on with. If none is made, they end
 * again a little later.
 */
export function startThreads(threads: number, host: Host = currentHost()): void {
  returnWorkerSet(workerSet(threads, host));
}

function workerSet(threads: number, host: Host): WorkerSet {
  const { workerUrl, oversubscribe = false } = runtimeOptions();
  return takeWorkerSet(threads, host, {
    url: workerUrl,
    concurrency: oversubscribe ? threads : undefined,
  });
}

function poolOver(session: Session, memory: WebAssembly.Memory): Pool {
  const { set } = session;
  const counts = { pending: 0 };
  const finished = (): void => {
    counts.pending--;
  };
  let disposed: RuntimeError | undefined;
  let joined = false;
  return {
    threads: set.threads,
    get pending() {
      return counts.pending;
    },
    addProgram(program, module, phases) {
      if (disposed) return Promise.reject(disposed);
      return set.send(session.number, (number) => ({
        kind: 'program',
        number,
        session: session.number,
        program,
        module,
        phases,
      }));
    },
    post(slotAddress) {
      if (disposed) return Promise.reject(disposed);
      const header = new Int32Array(memory.buffer, slotAddress, slotWord.reserved);
      counts.pending++;
      const job = set.run(session.number, slotAddress, header[slotWord.program], header[slotWord.shards]);
      job.then(finished, finished);
      return job;
    },
    join(program, module, phases) {
      const of = { number: 0, session: session.number };
      if (!joined) set.join({ ...of, kind: 'attach', memory });
      joined = true;
      try {
        set.join({ ...of, kind: 'program', program, module, phases });
      } catch (error) {
        throw new RuntimeError(`A program cannot be loaded: ${(error as Error).message}.`, { cause: error });
      }
    },
    runSync(slotAddress) {
      if (disposed) throw disposed;
      const header = new Int32Array(memory.buffer, slotAddress, slotWord.reserved);
      return set.runTogether(session.number, slotAddress, header[slotWord.program], header[slotWord.shards]);
    },
    dispose() {
      if (disposed) return;
      disposed = new RuntimeError('The session was disposed.');
      dropped.unregister(session);
      set.abandon(session.number, disposed);
      detach(session);
    },
  };
}
