import type { MemoryRange } from '../ir/memory-range.ts';
import type { SessionMemory } from './session-memory.ts';

/**
 * Memory in which the programs of a session keep what does not outlive a step. Steps run one after another, so that
 * programs share it: each begins at the front. What one leaves behind, the next has to clear (see `dirties`).
 */
export class Arena {
  readonly #memory: SessionMemory;
  readonly #ranges: MemoryRange[] = [];
  #last: number | undefined;

  constructor(memory: SessionMemory) {
    this.#memory = memory;
  }

  /** A view of the arena for one program, in which everything is free. */
  open(): ArenaUse {
    return new ArenaUse(this.#memory, this.#ranges);
  }

  /** What all programs so far reserved together. */
  get ranges(): readonly MemoryRange[] {
    return this.#ranges;
  }

  /**
   * Tells that a step of a program comes next: true if another program ran since its last one, so that what it
   * relies on to be zero has to be cleared.
   */
  dirties(program: number): boolean {
    const dirty = this.#last !== undefined && this.#last !== program;
    this.#last = program;
    return dirty;
  }
}

/** Reservations of one program; they do not overlap with each other. */
export class ArenaUse {
  readonly #memory: SessionMemory;
  readonly #shared: MemoryRange[];
  readonly #free: MemoryRange[];
  readonly #taken: MemoryRange[] = [];

  constructor(memory: SessionMemory, shared: MemoryRange[]) {
    this.#memory = memory;
    this.#shared = shared;
    this.#free = [...shared];
  }

  /** The address of so many bytes, a multiple of 64: from the smallest free range that holds them, or new ones. */
  reserve(bytes: number): number {
    const needed = Math.ceil(bytes / 64) * 64;
    let best = -1;
    for (const [k, range] of this.#free.entries())
      if (range.bytes >= needed && (best < 0 || range.bytes < this.#free[best]!.bytes)) best = k;
    if (best < 0) {
      const range = { address: this.#memory.reserve(needed), bytes: needed };
      this.#shared.push(range);
      this.#taken.push(range);
      return range.address;
    }
    const { address, bytes: room } = this.#free[best]!;
    this.#free.splice(
      best,
      1,
      ...(room > needed ? [{ address: address + needed, bytes: room - needed }] : []),
    );
    this.#taken.push({ address, bytes: needed });
    return address;
  }

  /** What was reserved: neighbours joined, the lowest first. */
  get ranges(): MemoryRange[] {
    const joined: MemoryRange[] = [];
    for (const range of this.#taken.toSorted((a, b) => a.address - b.address)) {
      const last = joined.at(-1);
      if (last && last.address + last.bytes === range.address)
        joined[joined.length - 1] = { address: last.address, bytes: last.bytes + range.bytes };
      else if (range.bytes > 0) joined.push(range);
    }
    return joined;
  }
}
