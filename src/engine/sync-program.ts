import { RuntimeError } from '../errors/index.ts';
import type { Graph } from '../graph/node.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import type { Arena } from './arena.ts';
import type { SyncProgram } from './session.ts';
import type { SessionMemory } from './session-memory.ts';
import { type Compiled, checkFeed, fillSlot, readSlot } from './slots.ts';

export interface SyncProgramParts {
  readonly graph: Graph;
  readonly maxBatch: number;
  readonly memory: SessionMemory;
  readonly arena: Arena;
  readonly inputs: ReadonlyMap<string, TensorType>;
  readonly variant: (batchSize: number) => Compiled;
  readonly shards: (batchSize: number) => number;
  /** Runs the job in a slot and returns when it is done. */
  readonly runSlot: (compiled: Compiled, slot: number) => void;
  /** Steps of the session that other threads run: they use the same memory. */
  readonly inFlight: () => number;
}

/** Runs jobs on the calling thread, and on others that do nothing else for the session at that time. */
export function createSyncProgram(parts: SyncProgramParts): SyncProgram {
  const { graph, maxBatch, memory, inputs } = parts;
  const slots = new Map<Compiled, number>();
  return {
    graph,
    maxBatch,
    run(feed) {
      checkFeed(feed, inputs, maxBatch);
      if (parts.inFlight() > 0) {
        throw new RuntimeError('A synchronous step cannot run while others are in flight. Await them first.');
      }
      const compiled = parts.variant(feed.batchSize);
      const slot = slots.get(compiled) ?? compiled.newSlot();
      slots.set(compiled, slot);
      fillSlot(parts, compiled, slot, feed, parts.shards(feed.batchSize));
      parts.runSlot(compiled, slot);
      return readSlot(memory, compiled.plan, slot, feed.batchSize);
    },
  };
}
