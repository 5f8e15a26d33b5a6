/**
 * Where a job's header words lie, as indices of 32-bit words from the slot's address. The compiler's kernels read
 * them; what follows the header (inputs and outputs) is the program's own.
 */
export const slotWord = {
  /** Samples in the batch. */
  batch: 0,
  /** Shards of the batch: how many items a phase of `shards` has. */
  shards: 1,
  step: 2,
  seedLow: 3,
  seedHigh: 4,
  /** Number under which the program was added to the pool. */
  program: 5,
  /** 0, or a code that a kernel sets. */
  status: 6,
  /** 1: another program ran in this memory since the last step of this one. */
  dirty: 7,
  /** First of the words that are kept for later. */
  reserved: 8,
} as const;

/** Bytes of a slot's header. */
export const slotHeaderBytes = 64;

/** Bytes at the start of every session's memory in which a program must place nothing. */
export const reservedBytes = 1024;
