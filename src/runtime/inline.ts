import { RuntimeError } from '../errors/index.ts';
import type { Host } from './host.ts';
import type { Phase, Pool } from './program.ts';
import { slotWord } from './slot.ts';

type Kernel = (item: number, thread: number, slot: number) => void;

interface Step {
  readonly kernel: Kernel;
  readonly items: 'shards' | number;
}

/** Runs programs on the calling thread, as thread 0 of one. */
export interface Inline {
  /** @throws {RuntimeError} (rejects) when the module cannot be instantiated over the memory or lacks an entry */
  addProgram(number: number, module: WebAssembly.Module, phases: readonly Phase[]): Promise<void>;
  /** The same, at once. @throws {RuntimeError} when the module cannot be instantiated over the memory or lacks an entry */
  addProgramSync(number: number, module: WebAssembly.Module, phases: readonly Phase[]): void;
  /**
   * Runs the job whose slot lies at this byte address and returns when it is done. No other thread may run a job in
   * this memory meanwhile.
   * @throws {RuntimeError} when the program fails
   */
  run(slotAddress: number): void;
}

export function createInline(memory: WebAssembly.Memory): Inline {
  const programs = new Map<number, Step[]>();
  const add = (number: number, { exports }: WebAssembly.Instance, phases: readonly Phase[]): void => {
    programs.set(
      number,
      phases.map(({ entry, items }) => {
        const kernel = exports[entry];
        if (typeof kernel !== 'function') throw new Error(`the module exports no function "${entry}"`);
        return { kernel: kernel as Kernel, items };
      }),
    );
  };
  const refused = (error: unknown): RuntimeError =>
    new RuntimeError(`A program cannot be loaded: ${(error as Error).message}.`, { cause: error });
  return {
    async addProgram(number, module, phases) {
      try {
        add(number, await WebAssembly.instantiate(module, { env: { memory } }), phases);
      } catch (error) {
        throw refused(error);
      }
    },
    addProgramSync(number, module, phases) {
      try {
        add(number, new WebAssembly.Instance(module, { env: { memory } }), phases);
      } catch (error) {
        throw refused(error);
      }
    },
    run(slotAddress) {
      const header = new Int32Array(memory.buffer, slotAddress, slotWord.reserved);
      const shards = header[slotWord.shards];
      const steps = programs.get(header[slotWord.program]);
      try {
        if (!steps) throw new Error('the program was never added');
        for (const { kernel, items } of steps) {
          const count = items === 'shards' ? shards : items;
          for (let item = 0; item < count; item++) kernel(item, 0, slotAddress);
        }
      } catch (error) {
        throw new RuntimeError(`A step failed: ${(error as Error).message}.`, { cause: error });
      }
    },
  };
}

interface Job {
  readonly slot: number;
  readonly after: Promise<unknown>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A pool of one thread, the calling one, for memory that cannot be shared. Each job is a task of its own, so that
 * events are served between jobs.
 */
export function createInlinePool(memory: WebAssembly.Memory, host: Host): Pool {
  const inline = createInline(memory);
  let queue: Job[] = [];
  let running = false;
  let disposed: RuntimeError | undefined;
  let loading: Promise<unknown> = Promise.resolve();

  async function drain(): Promise<void> {
    running = true;
    while (queue.length) {
      const job = queue[0];
      await job.after;
      await new Promise<void>((resolve) => host.afterEvents(resolve));
      if (queue[0] !== job) continue;
      queue.shift();
      try {
        inline.run(job.slot);
        job.resolve();
      } catch (error) {
        job.reject(error);
      }
    }
    running = false;
  }

  return {
    threads: 1,
    get pending() {
      return queue.length;
    },
    addProgram(number, module, phases) {
      if (disposed) return Promise.reject(disposed);
      const loaded = inline.addProgram(number, module, phases);
      loading = Promise.all([loading, loaded.catch(() => {})]);
      return loaded;
    },
    post(slot) {
      return new Promise((resolve, reject) => {
        if (disposed) return reject(disposed);
        queue.push({ slot, after: loading, resolve, reject });
        if (!running) void drain();
      });
    },
    join() {},
    runSync: () => false,
    dispose() {
      if (disposed) return;
      disposed = new RuntimeError('The session was disposed.');
      for (const job of queue) job.reject(disposed);
      queue = [];
    },
  };
}
