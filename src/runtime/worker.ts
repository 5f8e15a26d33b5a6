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
 *
 * A phase of a job is over when its items are done, not when every thread has come by: threads take tickets, each for
 * one item (or a few, where there are very many), and who reports the last ticket opens the next phase. Nobody waits
 * for a thread that holds no ticket; one that slept, or that the system gave no core, goes on with the phase at hand.
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
  const POSTED = words.posted;
  const TICKET = words.ticket;
  /** What a ticket from the back adds to the word; one from the front adds 1. */
  const SIDE = 2 ** words.ticketBits;
  const CLOSED = SIDE * SIDE - 1;
  const DONE = words.done;
  const ENTRY = words.entry;
  const PHASE = words.phase;
  const EVENT = words.event;
  const RESERVE = words.reserve;
  const SLEEPERS = words.sleepers;
  const sessions: Sessions = {};
  let control: Int32Array = new Int32Array(0);
  let thread = 0;
  let threads = 1;
  let guest = false;
  let concurrency = 1;
  let phaseSpins = 0;
  let idleSpins = 0;
  /** `idleSpins`, or more: who waited for the last job asks for the next one soon. */
  let patience = 0;
  /** The last entry for which this thread went back to its event loop. */
  let answered = 0;

  // What is at hand, as `find` saw it.
  let number = 0;
  let entry = 0;
  /** An entry for which everybody reads a message. */
  let message = false;
  let phase = 0;
  let steps: Step[] = [];
  let items = 0;
  /** 0: nothing to take. */
  let tickets = 0;

  const worker = {
    /** A hint to the processor that this is a spin loop; newer than most engines. */
    pause: (Atomics as { pause?(): void }).pause || ((): void => {}),

    /** Stands in for a program that this thread does not know. */
    unknown: [
      {
        call: (): never => {
          throw new Error('the program was never added');
        },
        items: 1,
      },
    ] as Step[],

    /** Reads what is at hand. What it sees is certain if the word of tickets has not changed since before. */
    find(): void {
      number = Atomics.load(control, ENTRY);
      phase = Atomics.load(control, PHASE);
      const posted = Atomics.load(control, POSTED) !== number;
      entry = words.ring + (number & (words.ringEntries - 1)) * words.entryWords;
      const session = control[entry + words.session];
      message = posted && session < 0;
      steps = sessions[session]?.programs[control[entry + words.program]] || worker.unknown;
      const given = steps[phase]?.items;
      items = given === undefined ? 0 : given < 0 ? control[entry + words.shards] : given;
      // a phase without items passes as one ticket for none
      tickets = posted && !message ? Math.min(Math.max(items, 1), SIDE - 2) : 0;
    },

    /**
     * Works off tickets of the phase at hand until none is left; false: there was none for this thread.
     * @param seen the word of tickets as it was before `find`
     */
    take(seen: number): boolean {
      let taken = 0;
      const step = worker.fromBack() ? SIDE : 1;
      while (worker.gone(seen) < tickets) {
        const before = Atomics.compareExchange(control, TICKET, seen, (seen + step) | 0);
        if (before === seen) {
          if (taken === 0) {
            // The word comes again after 2^16 phases. Now that a ticket is held, the phase stays.
            worker.find();
            if (worker.gone(seen) >= tickets) break;
          }
          worker.work(step === 1 ? seen & (SIDE - 1) : tickets - 1 - ((seen & CLOSED) >>> words.ticketBits));
          taken++;
          seen = (seen + step) | 0;
        } else {
          if ((before ^ seen) & ~CLOSED) break;
          seen = before;
        }
      }
      if (taken === 0) return false;
      patience = idleSpins * (control[entry + words.silent] === 0 ? 1 : 10);
      if (Atomics.add(control, DONE, taken) + taken === tickets) worker.advance();
      return true;
    },

    /** Tickets that were taken, from both ends. */
    gone(seen: number): number {
      return (seen & (SIDE - 1)) + ((seen & CLOSED) >>> words.ticketBits);
    },

    /** Half of the threads begin at the last item: most of what one reads is then what it wrote in the phase before. */
    fromBack(): boolean {
      return !guest && (thread % 2 === 1 || Atomics.load(control, words.guests) > 0);
    },

    /** Runs the items of a ticket, unless the job has failed anywhere. */
    work(ticket: number): void {
      const failed = entry + words.failed;
      const slot = control[entry + words.slot];
      const end = Math.floor(((ticket + 1) * items) / tickets);
      try {
        for (let item = Math.floor((ticket * items) / tickets); item < end; item++) {
          if (Atomics.load(control, failed) !== 0) return;
          steps[phase].call(item, thread, slot);
        }
      } catch (error) {
        if (Atomics.exchange(control, failed, 1) === 0)
          port.postMessage({ kind: 'failed', number, problem: (error as Error).message });
      }
    },

    /** Opens the phase behind the one at hand, of which all is done. */
    advance(): void {
      const job = message || control[entry + words.silent] !== 0 ? undefined : number;
      const failed = !message && Atomics.load(control, entry + words.failed) !== 0;
      const over = message || failed || phase + 1 >= steps.length;
      const open = ((Atomics.load(control, TICKET) | CLOSED) + 1) | 0;
      // closed while the other words change: a ticket can be taken only of a phase that they describe
      Atomics.store(control, TICKET, open | CLOSED);
      Atomics.store(control, DONE, 0);
      Atomics.store(control, PHASE, over ? 0 : phase + 1);
      if (over) Atomics.store(control, ENTRY, (number + 1) | 0);
      Atomics.store(control, TICKET, open);
      Atomics.add(control, EVENT, 1);
      // within a job, those beyond the concurrency sleep on
      const usual = over ? 0 : threads - concurrency + Atomics.load(control, words.guests);
      if (Atomics.load(control, SLEEPERS) > usual) worker.wake();
      if (over && job !== undefined) port.postMessage({ kind: 'done', number: job, failed });
    },

    /** Wakes as many threads as what was just opened can use, as `wakeUntil` does. */
    wake(): void {
      worker.find();
      const wanted = message ? threads : Math.min(tickets, concurrency) - Atomics.load(control, words.guests);
      const missing = wanted - (threads - Atomics.load(control, SLEEPERS));
      if (missing <= 0) return;
      let woken = Atomics.notify(control, EVENT, missing);
      if (woken < missing) {
        Atomics.add(control, RESERVE, 1);
        woken += Atomics.notify(control, RESERVE, missing - woken);
      }
      Atomics.sub(control, SLEEPERS, woken);
    },

    /** Looks a while for a later event, then sleeps until somebody wakes this thread. */
    rest(event: number, spins: number): void {
      for (let spin = 0; spin < spins; spin++) {
        if (Atomics.load(control, EVENT) !== event) return;
        worker.pause();
      }
      Atomics.add(control, SLEEPERS, 1);
      worker.sleep(EVENT, event);
    },

    sleep(word: number, value: number): void {
      // who wakes a thread takes it off
      if (Atomics.wait(control, word, value) === 'not-equal') Atomics.sub(control, SLEEPERS, 1);
    },

    /** Sleeps if more threads are awake than may be. */
    giveWay(event: number, reserve: number): boolean {
      const sleepers = Atomics.load(control, SLEEPERS);
      if (threads - sleepers + Atomics.load(control, words.guests) <= concurrency) return false;
      if (Atomics.compareExchange(control, SLEEPERS, sleepers, sleepers + 1) === sleepers) {
        // who changed it before this thread was counted does not know that it sleeps
        if (Atomics.load(control, EVENT) !== event) Atomics.sub(control, SLEEPERS, 1);
        else worker.sleep(RESERVE, reserve);
      }
      return true;
    },

    /** Works on what is at hand, until an entry of the ring sends this thread back to the event loop. */
    loop(): void {
      for (;;) {
        // before all else: whatever changes from here on changes this word too
        const event = Atomics.load(control, EVENT);
        const reserve = Atomics.load(control, RESERVE);
        const ticket = Atomics.load(control, TICKET);
        worker.find();
        if (message) {
          // an entry is overwritten only when it is no longer at hand
          if (number !== answered && Atomics.load(control, ENTRY) === number) {
            answered = number;
            return;
          }
          worker.rest(event, phaseSpins);
        } else if (!worker.giveWay(event, reserve) && !worker.take(ticket))
          worker.rest(event, Atomics.load(control, POSTED) === number ? patience : phaseSpins);
      }
    },

    /** Works with the others until an entry is at hand. Never sleeps: in a page the thread that posts may not. */
    help(until: number): void {
      Atomics.store(control, words.guests, 1);
      while (Atomics.load(control, ENTRY) !== until) {
        const ticket = Atomics.load(control, TICKET);
        worker.find();
        if (!worker.take(ticket)) worker.pause();
      }
      Atomics.store(control, words.guests, 0);
    },

    /** Reports that this thread has read the message of the entry at hand. */
    answer(): void {
      worker.find();
      if (Atomics.add(control, DONE, 1) + 1 === threads) worker.advance();
    },

    stepsOf({ phases }: ToWorker & { readonly kind: 'program' }, callOf: (name: string) => unknown): Step[] {
      return phases.map(({ entry: name, items: count }) => {
        const call = callOf(name);
        if (typeof call !== 'function') throw new Error(`the module exports no function "${name}"`);
        return { call: call as Step['call'], items: count === 'shards' ? -1 : count };
      });
    },

    apply(change: Exclude<ToWorker, { readonly kind: 'start' | 'help' }>): void {
      if (change.kind === 'attach') sessions[change.session] = { memory: change.memory, programs: {} };
      else if (change.kind === 'detach') delete sessions[change.session];
      else {
        const { memory, programs } = sessions[change.session];
        const broken = (): never => {
          throw new Error('the program could not be instantiated');
        };
        // All threads must see the same phases and items, so a program that is broken here keeps them.
        programs[change.program] = worker.stepsOf(change, () => broken);
        const { exports } = new WebAssembly.Instance(change.module, { env: { memory } });
        programs[change.program] = worker.stepsOf(change, (name) => exports[name]);
      }
    },
  };

  port.onmessage = (event): void => {
    const { data } = event;
    if (data.kind === 'start') {
      control = data.control;
      thread = data.thread;
      threads = data.threads;
      concurrency = data.concurrency;
      phaseSpins = data.phaseSpins;
      idleSpins = data.idleSpins;
      guest = data.guest;
      answered = (data.first - 1) | 0;
    } else if (data.kind === 'help') worker.help(data.until);
    else if (guest) worker.apply(data);
    else {
      let problem: string | undefined;
      try {
        worker.apply(data);
      } catch (error) {
        problem = (error as Error).message;
      }
      // first: the main thread may use the entry again when all have acknowledged
      worker.answer();
      port.postMessage({ kind: 'acknowledged', number: data.number, problem });
    }
    if (!guest) worker.loop();
  };
}
