import type { Phase } from './program.ts';

/** The first message to a worker; it serves the ring from then on. A guest serves it when a message asks for it. */
export interface StartMessage {
  readonly kind: 'start';
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly thread: number;
  readonly threads: number;
  /** Number of the ring's first entry. */
  readonly first: number;
  /** How many threads are awake at a time, unless a message is for all. */
  readonly concurrency: number;
  /** Looks at a shared word before the thread sleeps: for the next phase of a job, and for the next job. */
  readonly phaseSpins: number;
  readonly idleSpins: number;
  readonly guest: boolean;
}

/** To a guest: works with the others until this entry is at hand. */
export interface HelpMessage {
  readonly kind: 'help';
  readonly until: number;
}

export interface AttachMessage {
  readonly kind: 'attach';
  /** Number of the ring's entry that announced this message; the acknowledgement repeats it. */
  readonly number: number;
  readonly session: number;
  readonly memory: WebAssembly.Memory;
}

export interface ProgramMessage {
  readonly kind: 'program';
  readonly number: number;
  readonly session: number;
  readonly program: number;
  readonly module: WebAssembly.Module;
  readonly phases: readonly Phase[];
}

export interface DetachMessage {
  readonly kind: 'detach';
  readonly number: number;
  readonly session: number;
}

export type ControlMessage = AttachMessage | ProgramMessage | DetachMessage;
export type ToWorker = StartMessage | HelpMessage | ControlMessage;

export type FromWorker =
  /** From every worker for every control message. */
  | { readonly kind: 'acknowledged'; readonly number: number; readonly problem?: string }
  /** From the worker that worked off the last ticket of a job. */
  | { readonly kind: 'done'; readonly number: number; readonly failed: boolean }
  /** From a worker in which the job failed, before that worker ends it. */
  | { readonly kind: 'failed'; readonly number: number; readonly problem: string };
