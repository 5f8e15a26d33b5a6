import type { Hdf5Host, Hdf5Reply, Hdf5Request } from './hdf5-content.ts';
import type { Hdf5Answer } from './hdf5-service.ts';

export interface Hdf5WorkerOptions {
  /**
   * Milliseconds for one request, after the library has been loaded. Default: 800 and 1 for each 5,000 bytes of
   * processor time where the system tells the time of a thread (Node from 24.6), else five times that by the clock.
   */
  readonly timeout?: number;
}

/** A worker that answers one request at a time. */
export interface Hdf5Thread {
  post(request: Hdf5Request): void;
  /** The next message, or rejection if the worker fails or ends. */
  next(): Promise<unknown>;
  /** Processor time so far in milliseconds, where the system tells. */
  readonly time: (() => Promise<number>) | undefined;
  /** Whether the worker keeps the process alive. */
  hold(alive: boolean): void;
  terminate(): unknown;
}

/** No worker can be started here. */
export class Hdf5StartError extends Error {}

const idleTime = 5_000;
const loadTime = 60_000;
const ownTime = 800;
const bytesInMillisecond = 5_000;
/** By the clock a busy machine needs longer. */
const patience = 5;
const glance = 50;

/**
 * Runs the HDF5 library (C code, over bytes that may be anyone's) in a worker of its own, which is ended when it
 * takes too long, fails, or has been idle for a while; it never keeps the process alive.
 */
export class Hdf5WorkerHost implements Hdf5Host {
  readonly #timeout: number | undefined;
  readonly #start: () => Hdf5Thread;
  #tail: Promise<unknown> = Promise.resolve();
  #thread: Hdf5Thread | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** @param start makes a worker; its first message says that it is ready */
  constructor(start: () => Hdf5Thread, options: Hdf5WorkerOptions = {}) {
    this.#start = start;
    this.#timeout = options.timeout;
  }

  run(request: Hdf5Request): Promise<Hdf5Reply> {
    const result = this.#tail.then(() => this.#runNow(request));
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Ends the worker; the next request starts another. */
  async dispose(): Promise<void> {
    const thread = this.#thread;
    clearTimeout(this.#idle);
    this.#thread = undefined;
    await thread?.terminate();
  }

  /** @throws {Hdf5StartError} */
  async #ready(): Promise<Hdf5Thread> {
    if (this.#thread) return this.#thread;
    let thread: Hdf5Thread | undefined;
    try {
      thread = this.#start();
      await within(loadTime, thread.next());
    } catch (cause) {
      await thread?.terminate();
      throw new Hdf5StartError(cause instanceof Error ? cause.message : String(cause), { cause });
    }
    this.#thread = thread;
    return thread;
  }

  async #runNow(request: Hdf5Request): Promise<Hdf5Reply> {
    clearTimeout(this.#idle);
    let finished = false;
    try {
      const thread = await this.#ready();
      thread.hold(true);
      const { reply, spent } = await this.#answer(thread, request);
      finished = !spent;
      return reply;
    } finally {
      if (finished) {
        this.#thread?.hold(false);
        this.#idle = setTimeout(() => void this.dispose(), idleTime);
        (this.#idle as { unref?: () => void }).unref?.();
      } else await this.dispose();
    }
  }

  async #answer(thread: Hdf5Thread, request: Hdf5Request): Promise<Hdf5Answer> {
    const bytes = request.kind === 'read' ? request.bytes.length : 0;
    const limit = this.#timeout ?? ownTime + bytes / bytesInMillisecond;
    const { time } = thread;
    const before = time ? await time() : 0;
    const message = thread.next() as Promise<Hdf5Answer>;
    thread.post(request);
    if (!time) return within(this.#timeout ?? limit * patience, message);
    const answered = message.then(() => true);
    while (!(await Promise.race([answered, later(glance)]))) {
      const now = await time().catch(() => before);
      if (now - before > limit) throw tooLong(limit);
    }
    return message;
  }
}

const later = (milliseconds: number): Promise<false> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(false), milliseconds);
  });

const tooLong = (limit: number): Error =>
  new Error(`the HDF5 library took longer than ${Math.ceil(limit / 100) / 10} s`);

function within<T>(limit: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLong(limit)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
