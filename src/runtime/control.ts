/**
 * The block of shared words through which one set of workers is driven, and where each word lies (as an index of
 * 32-bit words). Words that different threads write often stand on cache lines of their own (64 bytes). All counters
 * count up for ever and wrap around at 2^32.
 */
export interface ControlWords {
  /** Entries that the main thread has put into the ring. */
  readonly posted: number;
  /**
   * The phase at hand (its upper bits, which count phases) and its next ticket (`ticketBits` below). A thread takes a
   * ticket by exchanging the word for the next one; it fails if the phase is over. The last ticket of all means that
   * the phase is closed.
   */
  readonly ticket: number;
  readonly ticketBits: number;
  /** Tickets of the phase at hand that were worked off; who adds the last one opens the next phase. */
  readonly done: number;
  /** Number of the entry at hand, equal to `posted` while there is none. */
  readonly entry: number;
  /** Which phase of its program is at hand. */
  readonly phase: number;
  /** Grows whenever there may be something new to do: what threads look at and sleep on. */
  readonly event: number;
  /** Grows when threads are woken that slept because enough others were awake: what those sleep on. */
  readonly reserve: number;
  /** Workers that sleep on either. Who wakes some takes them off. */
  readonly sleepers: number;
  /** 1 while the thread that posts works too, as one of those that are awake. */
  readonly guests: number;
  /** First word of the ring; each entry has `entryWords` words. */
  readonly ring: number;
  /** Number of entries in the ring, a power of two. */
  readonly ringEntries: number;
  readonly entryWords: number;
  /** Words of an entry: the session, or -1 for "everybody goes back to the event loop and reads one message". */
  readonly session: number;
  readonly slot: number;
  readonly program: number;
  readonly shards: number;
  /** Set to 1 by a worker in which the job failed. */
  readonly failed: number;
  /** 1: nobody sends a message when the job is done, because who posted it looks. */
  readonly silent: number;
  /** All words of the block. */
  readonly total: number;
}

const ring = 64;
const ringEntries = 64;
const entryWords = 8;
const ticketBits = 8;

export const controlWords: ControlWords = {
  posted: 0,
  ticket: 16,
  ticketBits,
  done: 17,
  entry: 18,
  phase: 19,
  event: 32,
  sleepers: 33,
  reserve: 34,
  guests: 35,
  ring,
  ringEntries,
  entryWords,
  session: 0,
  slot: 1,
  program: 2,
  shards: 3,
  failed: 4,
  silent: 5,
  total: ring + ringEntries * entryWords,
};

/** A new block, with its counters at `start` (anything but 0 is for tests of the wrap-around). */
export function createControl(start = 0): Int32Array<SharedArrayBuffer> {
  const control = new Int32Array(new SharedArrayBuffer(4 * controlWords.total));
  for (const word of ['posted', 'entry', 'event'] as const) control[controlWords[word]] = start;
  control[controlWords.ticket] = start << (2 * ticketBits);
  return control;
}

/**
 * Wakes threads until so many are awake, those first that worked last: their scratch may be in the cache of a core.
 * @param threads all of them
 */
export function wakeUntil(control: Int32Array, awake: number, threads: number): void {
  const { event, reserve, sleepers } = controlWords;
  const missing = awake - (threads - Atomics.load(control, sleepers));
  if (missing <= 0) return;
  let woken = Atomics.notify(control, event, missing);
  if (woken < missing) {
    Atomics.add(control, reserve, 1);
    woken += Atomics.notify(control, reserve, missing - woken);
  }
  Atomics.sub(control, sleepers, woken);
}
