import { RuntimeError } from '../errors/index.ts';
import { createControl, wakeUntil, controlWords as words } from './control.ts';
import { createGuest, type Guest } from './guest.ts';
import type { Host, WorkerHandle } from './host.ts';
import type { ControlMessage, FromWorker } from './messages.ts';

interface Entry {
  readonly session: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Job extends Entry {
  readonly kind: 'job';
  readonly slot: number;
  readonly program: number;
  readonly shards: number;
  done: boolean;
  failed: boolean;
  problem: string | undefined;
}

interface Control extends Entry {
  readonly kind: 'control';
  readonly message: (number: number) => ControlMessage;
  acknowledged: number;
  problem: string | undefined;
}

export interface WorkerSetOptions {
  readonly url?: string | URL;
  /** Threads that are awake at a time while they work, at most. Default: as many as the host runs at once. */
  readonly concurrency?: number;
  readonly phaseSpins?: number;
  readonly idleSpins?: number;
  /** First number of the counters, for tests of their wrap-around. */
  readonly first?: number;
}

/**
 * How often a thread looks at a shared word before it sleeps (a look with its pause takes about 50 ns in V8). A phase
 * that two threads begin while they look begins in 0.2 microseconds, one for which a thread wakes in 4, and threads that
 * sleep and wake in phases of a tenth of a millisecond are often put on one core: twenty such phases on two cores took
 * 1.5 ms with looking and 3.1 ms without. Threads that have no core of their own hardly look, because the one that they
 * wait for needs the core: for eight on two cores, 20 looks were best of 0 to 2,000. (GNU's OpenMP looks 300,000 and 100
 * times.)
 */
const spins = { phase: 2000, idle: 1000 } as const;
const crowdedSpins = { phase: 20, idle: 0 } as const;

/**
 * Threads that run the jobs of any number of sessions, one job after another in the order of the posts, all threads
 * on one job. Where there are more threads than the host runs at once, no more than that are awake at a time, and any of
 * the others comes in when one sleeps: threads that share a core take time from each other, and make everybody wait when
 * one is halted in the middle of an item. Jobs go through a ring in shared memory; what cannot (memories, modules) is a message, announced by an
 * entry of the ring that sends the threads to their event loops for exactly one message.
 */
export class WorkerSet {
  readonly threads: number;
  /** Why the set ended, or undefined while it works. */
  ended: RuntimeError | undefined;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #workers: WorkerHandle[] = [];
  readonly #inRing = new Map<number, Job | Control>();
  #waiting: (Job | Control)[] = [];
  #next: number;
  readonly #concurrency: number;
  #guest: Guest | undefined;

  constructor(threads: number, host: Host, options: WorkerSetOptions = {}) {
    this.threads = threads;
    this.#next = options.first ?? 0;
    this.#control = createControl(this.#next);
    this.#concurrency = Math.min(threads, options.concurrency ?? host.parallelism);
    try {
      for (let thread = 0; thread < threads; thread++) this.#start(thread, host, options);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      void this.end(new RuntimeError(`A worker could not be started: ${why}.`, { cause: error }));
    }
  }

  #start(thread: number, host: Host, options: WorkerSetOptions): void {
    const { threads } = this;
    const worker = host.startWorker(
      {
        message: (message: FromWorker): void => this.#receive(message),
        failure: (sentence: string): void => void this.end(new RuntimeError(sentence)),
      },
      { url: options.url },
    );
    this.#workers.push(worker);
    const concurrency = this.#concurrency;
    const usual = concurrency > host.parallelism ? crowdedSpins : spins;
    worker.post({
      kind: 'start',
      control: this.#control,
      thread,
      threads,
      first: this.#next,
      concurrency,
      phaseSpins: options.phaseSpins ?? usual.phase,
      idleSpins: options.idleSpins ?? usual.idle,
      guest: false,
    });
  }

  /** Sends a message to all threads, between the jobs posted before and after. */
  send(session: number, message: (number: number) => ControlMessage): Promise<void> {
    return this.#enter((resolve, reject) => ({
      kind: 'control',
      session,
      message,
      acknowledged: 0,
      problem: undefined,
      resolve,
      reject,
    }));
  }

  run(session: number, slot: number, program: number, shards: number): Promise<void> {
    return this.#enter((resolve, reject) => ({
      kind: 'job',
      session,
      slot,
      program,
      shards,
      done: false,
      failed: false,
      problem: undefined,
      resolve,
      reject,
    }));
  }

  /** Hands the calling thread a message of those that all threads get: for `runTogether`. */
  join(message: ControlMessage): void {
    this.#guest ??= createGuest({
      control: this.#control,
      thread: this.threads,
      threads: this.threads,
      first: this.#next,
      concurrency: this.#concurrency,
      phaseSpins: 0,
      idleSpins: 0,
    });
    this.#guest.apply(message);
  }

  /** Lets the calling thread forget a session, if it knows any. */
  leave(session: number): void {
    this.#guest?.apply({ kind: 'detach', number: 0, session });
  }

  /**
   * Runs a job with the calling thread in the place of one of those that are awake, and returns when it is over.
   * @returns false if that did not succeed: threads are busy or may not run at the same time, or the job failed
   */
  runTogether(session: number, slot: number, program: number, shards: number): boolean {
    const control = this.#control;
    const number = this.#next;
    const busy = this.#waiting.length > 0 || Atomics.load(control, words.entry) !== number;
    if (busy || this.ended || !this.#guest || this.#concurrency < 2) return false;
    this.#next = (number + 1) | 0;
    const at = this.#write(number, { session, slot, program, shards }, true);
    Atomics.add(control, words.event, 1);
    wakeUntil(control, this.#concurrency - 1, this.threads);
    this.#guest.help(this.#next);
    return Atomics.load(control, at + words.failed) === 0;
  }

  /** Rejects what is pending of a session. Jobs that the threads may have begun are finished all the same. */
  abandon(session: number, error: RuntimeError): void {
    const mine = (entry: Entry): boolean => entry.session === session;
    for (const entry of [...this.#inRing.values(), ...this.#waiting].filter(mine)) entry.reject(error);
    this.#waiting = this.#waiting.filter((entry) => !mine(entry));
  }

  /** Ends the threads and rejects what is pending. */
  async end(reason: RuntimeError): Promise<void> {
    if (this.ended) return;
    this.ended = reason;
    const pending = [...this.#inRing.values(), ...this.#waiting];
    this.#inRing.clear();
    this.#waiting = [];
    for (const entry of pending) entry.reject(reason);
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #enter(make: (resolve: () => void, reject: (error: Error) => void) => Job | Control): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      this.#waiting.push(make(resolve, reject));
      this.#fill();
    });
  }

  /** Puts waiting entries into the ring while it has room. */
  #fill(): void {
    const control = this.#control;
    let awake = 0;
    while (this.#waiting.length && this.#inRing.size < words.ringEntries) {
      const entry = this.#waiting.shift()!;
      const number = this.#next;
      if (entry.kind === 'control' && !this.#deliver(entry, number)) continue;
      if (this.#inRing.size === 0) this.#workers[0].keepAlive(true);
      this.#inRing.set(number, entry);
      this.#next = (number + 1) | 0;
      this.#write(number, entry.kind === 'job' ? entry : undefined, false);
      awake = Math.max(awake, entry.kind === 'job' ? this.#concurrency : this.threads);
    }
    if (awake === 0) return;
    Atomics.add(control, words.event, 1);
    wakeUntil(control, awake, this.threads);
  }

  /** Puts a job, or the announcement of a message, into the ring; gives the index of its first word. */
  #write(
    number: number,
    job: Pick<Job, 'session' | 'slot' | 'program' | 'shards'> | undefined,
    silent: boolean,
  ): number {
    const control = this.#control;
    const at = words.ring + (number & (words.ringEntries - 1)) * words.entryWords;
    control[at + words.session] = job ? job.session : -1;
    if (job) {
      control[at + words.slot] = job.slot;
      control[at + words.program] = job.program;
      control[at + words.shards] = job.shards;
      control[at + words.failed] = 0;
      control[at + words.silent] = silent ? 1 : 0;
    }
    Atomics.store(control, words.posted, (number + 1) | 0);
    return at;
  }

  #deliver(entry: Control, number: number): boolean {
    try {
      const message = entry.message(number);
      for (const worker of this.#workers) worker.post(message);
      return true;
    } catch (error) {
      entry.reject(
        new RuntimeError(`A memory or module cannot be sent to a worker: ${(error as Error).message}.`, {
          cause: error,
        }),
      );
      return false;
    }
  }

  #receive(message: FromWorker): void {
    const entry = this.#inRing.get(message.number);
    if (!entry) return;
    if (entry.kind === 'control') {
      if (message.kind !== 'acknowledged') return;
      entry.problem ??= message.problem;
      if (++entry.acknowledged < this.threads) return;
      if (entry.problem === undefined) entry.resolve();
      else entry.reject(new RuntimeError(`A program cannot be loaded: ${entry.problem}.`));
    } else {
      if (message.kind === 'failed') entry.problem = message.problem;
      else if (message.kind === 'done') {
        entry.done = true;
        entry.failed = message.failed;
      }
      if (!entry.done || (entry.failed && entry.problem === undefined)) return;
      if (entry.failed) entry.reject(new RuntimeError(`A step failed: ${entry.problem}.`));
      else entry.resolve();
    }
    this.#inRing.delete(message.number);
    this.#fill();
    if (this.#inRing.size === 0) this.#workers[0].keepAlive(false);
  }
}
