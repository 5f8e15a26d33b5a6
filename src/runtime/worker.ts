import type { ControlWords } from './control.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** What a worker sees of its side of the message channel, in Node and in browsers. */
export interface WorkerPort {
  postMessage(message: FromWorker): void;
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
}

/**
 * All that a worker runs. Its source text (`Function.prototype.toString`) is the whole script of the worker, so it
 * refers to nothing outside itself, and uses only syntax for which no compiler or minifier brings in helpers: inner
 * functions are members of an object, because some tools wrap every named function in a call to a helper.
 */
export function serve(port: WorkerPort, words: ControlWords): void {
  interface Step {
    readonly call: (item: number, thread: number, slot: number) => void;
    /** -1: as many as the batch has shards. */
    readonly items: number;
  }
  interface Sessions {
    [session: number]: {
      readonly memory: WebAssembly.Memory;
      readonly programs: { [program: number]: Step[] };
    };
  }
  const ENTRY_WORDS = words.entryWords;
  const ENTRY_MASK = words.ringEntries - 1;
  const RING = words.ring;
  const POSTED = words.posted;
  const ARRIVED = words.arrived;
  const GENERATION = words.generation;
  const SLEEPERS = words.sleepers;
  const ITEM = words.item;
  const FAILED = words.failed;
  const sessions: Sessions = {};
  let control: Int32Array = new Int32Array(0);
  let thread = 0;
  let threads = 1;
  let barrierSpins = 0;
  let idleSpins = 0;
  let next = 0;
  let generation = 0;

  const worker = {
    /** A hint to the processor that this is a spin loop; newer than most engines. */
    pause: (Atomics as { pause?(): void }).pause || ((): void => {}),

    /** Returns when all threads have come here as often as this one. */
    barrier(): void {
      const before = generation;
      generation = (before + 1) | 0;
      if (((Atomics.add(control, ARRIVED, 1) + 1) | 0) === Math.imul(generation, threads)) {
        Atomics.store(control, ITEM, 0);
        Atomics.store(control, GENERATION, generation);
        if (Atomics.load(control, SLEEPERS) !== 0) Atomics.notify(control, GENERATION);
        return;
      }
      for (let spin = 0; spin < barrierSpins; spin++) {
        if (Atomics.load(control, GENERATION) === generation) return;
        worker.pause();
      }
      Atomics.add(control, SLEEPERS, 1);
      while (Atomics.load(control, GENERATION) !== generation) Atomics.wait(control, GENERATION, before);
      Atomics.sub(control, SLEEPERS, 1);
    },

    /** Runs items until none is left or the job has failed anywhere. */
    items(step: Step, count: number, slot: number, failed: number): void {
      if (threads === 1) {
        for (let item = 0; item < count; item++) step.call(item, 0, slot);
        return;
      }
      while (Atomics.load(control, failed) === 0) {
        const item = Atomics.add(control, ITEM, 1);
        if (item >= count) return;
        step.call(item, thread, slot);
      }
    },

    fail(failed: number, number: number, error: unknown): void {
      if (Atomics.exchange(control, failed, 1) === 0)
        port.postMessage({ kind: 'failed', number, problem: worker.text(error) });
    },

    job(entry: number, number: number): void {
      const failed = entry + FAILED;
      const slot = control[entry + words.slot];
      const shards = control[entry + words.shards];
      const session = sessions[control[entry + words.session]];
      const steps = session?.programs[control[entry + words.program]];
      if (!steps) {
        worker.fail(failed, number, 'the program was never added');
      } else {
        for (let index = 0; index < steps.length; index++) {
          const step = steps[index];
          try {
            if (Atomics.load(control, failed) === 0)
              worker.items(step, step.items < 0 ? shards : step.items, slot, failed);
          } catch (error) {
            worker.fail(failed, number, error);
          }
          if (threads > 1 && index < steps.length - 1) worker.barrier();
        }
      }
      if (threads > 1) worker.barrier();
      if (thread === 0) {
        const failure = Atomics.load(control, failed) !== 0;
        port.postMessage({ kind: 'done', number, failed: failure });
      }
    },

    /** Waits for entries of the ring and works on them, until one sends this thread back to the event loop. */
    loop(): void {
      for (;;) {
        for (let spin = 0; spin < idleSpins && Atomics.load(control, POSTED) === next; spin++) worker.pause();
        while (Atomics.load(control, POSTED) === next) Atomics.wait(control, POSTED, next);
        const number = next;
        const entry = RING + (number & ENTRY_MASK) * ENTRY_WORDS;
        next = (number + 1) | 0;
        if (control[entry + words.session] < 0) return;
        worker.job(entry, number);
      }
    },

    steps(memory: WebAssembly.Memory, message: ToWorker & { readonly kind: 'program' }): Step[] {
      const instance = new WebAssembly.Instance(message.module, { env: { memory } });
      const steps: Step[] = [];
      for (const phase of message.phases) {
        const call = instance.exports[phase.entry];
        if (typeof call !== 'function') throw new Error(`the module exports no function "${phase.entry}"`);
        steps.push({ call: call as Step['call'], items: phase.items === 'shards' ? -1 : phase.items });
      }
      return steps;
    },

    brokenSteps(message: ToWorker & { readonly kind: 'program' }): Step[] {
      const call = (): never => {
        throw new Error('the program could not be instantiated');
      };
      return message.phases.map((phase) => ({ call, items: phase.items === 'shards' ? -1 : phase.items }));
    },

    apply(message: Exclude<ToWorker, { readonly kind: 'start' }>): void {
      if (message.kind === 'attach') sessions[message.session] = { memory: message.memory, programs: {} };
      else if (message.kind === 'detach') delete sessions[message.session];
      else {
        const session = sessions[message.session];
        // All threads must pass equally many barriers, so a program that is broken here keeps its phases.
        session.programs[message.program] = worker.brokenSteps(message);
        session.programs[message.program] = worker.steps(session.memory, message);
      }
    },

    text(error: unknown): string {
      return error instanceof Error ? error.message : String(error);
    },
  };

  port.onmessage = (event): void => {
    const message = event.data;
    if (message.kind === 'start') {
      control = message.control;
      thread = message.thread;
      threads = message.threads;
      barrierSpins = message.barrierSpins;
      idleSpins = message.idleSpins;
      next = message.first;
      generation = message.first;
    } else {
      let problem: string | undefined;
      try {
        worker.apply(message);
      } catch (error) {
        problem = worker.text(error);
      }
      port.postMessage({ kind: 'acknowledged', number: message.number, problem });
    }
    worker.loop();
  };
}
