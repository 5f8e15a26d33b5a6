/**
 * The block of shared words through which one set of workers is driven, and where each word lies (as an index of
 * 32-bit words). Words that different threads write often stand on cache lines of their own (64 bytes). All counters
 * count up for ever and wrap around at 2^32.
 */
export interface ControlWords {
  /** Entries that the main thread has put into the ring. */
  readonly posted: number;
  /** Arrivals at barriers. */
  readonly arrived: number;
  /** Barriers passed. */
  readonly generation: number;
  /** Workers that sleep at a barrier. */
  readonly sleepers: number;
  /** Next item of the running phase; the last to arrive at a barrier sets it to 0. */
  readonly item: number;
  /** First word of the ring; each entry has `entryWords` words. */
  readonly ring: number;
  /** Number of entries in the ring, a power of two. */
  readonly ringEntries: number;
  readonly entryWords: number;
  /** Words of an entry: the session, or -1 for "go back to the event loop and read one message". */
  readonly session: number;
  readonly slot: number;
  readonly program: number;
  readonly shards: number;
  /** Set to 1 by a worker in which the job failed. */
  readonly failed: number;
  /** All words of the block. */
  readonly total: number;
}

const ring = 80;
const ringEntries = 64;
const entryWords = 8;

export const controlWords: ControlWords = {
  posted: 0,
  arrived: 16,
  generation: 32,
  sleepers: 48,
  item: 64,
  ring,
  ringEntries,
  entryWords,
  session: 0,
  slot: 1,
  program: 2,
  shards: 3,
  failed: 4,
  total: ring + ringEntries * entryWords,
};

/**
 * A new block for so many workers, with its counters at `start` (anything but 0 is for tests of the wrap-around).
 */
export function createControl(threads: number, start = 0): Int32Array<SharedArrayBuffer> {
  const control = new Int32Array(new SharedArrayBuffer(4 * controlWords.total));
  control[controlWords.posted] = start;
  control[controlWords.generation] = start;
  control[controlWords.arrived] = Math.imul(start, threads);
  return control;
}
