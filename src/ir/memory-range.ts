/** Bytes of a session's memory. */
export interface MemoryRange {
  readonly address: number;
  readonly bytes: number;
}
