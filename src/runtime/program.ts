/** One phase of a step: all items are executed, in any order and by any threads, before the next phase starts. */
export interface Phase {
  /** Name of the exported function, called as `(item, thread, slot)`; `slot` is the byte address of the job's slot. */
  readonly entry: string;
  /** How many items: a number, or what the slot's header says about shards. */
  readonly items: 'shards' | number;
}

/** Runs compiled programs over one memory. Jobs of a pool run one after another, in the order of the posts. */
export interface Pool {
  readonly threads: number;
  /** Jobs posted and not done. */
  readonly pending: number;
  /**
   * Makes a program known under `number` (0, 1, ...) to every thread; jobs posted afterwards may name it, also before
   * the promise resolves.
   * @throws {RuntimeError} (rejects) when the module cannot be instantiated over the pool's memory or lacks an entry
   */
  addProgram(number: number, module: WebAssembly.Module, phases: readonly Phase[]): Promise<void>;
  /**
   * Runs the job whose slot (see `slotWord`) lies at this byte address. The header must be complete when this is called
   * and stay as it is until the promise settles.
   * @throws {RuntimeError} (rejects) when the program failed, a worker ended, or the pool was disposed
   */
  post(slotAddress: number): Promise<void>;
  /**
   * Makes a program that was added known to the calling thread too, for `runSync`.
   * @throws {RuntimeError} when the module cannot be instantiated over the pool's memory or lacks an entry
   */
  join(program: number, module: WebAssembly.Module, phases: readonly Phase[]): void;
  /**
   * Runs a job of a program that the calling thread has joined before this returns; the calling thread works too.
   * @returns false if that did not succeed: there are no other threads, they are busy, or the program failed
   */
  runSync(slotAddress: number): boolean;
  /** Rejects what is pending and lets go of the memory; a second call does nothing. */
  dispose(): void;
}
