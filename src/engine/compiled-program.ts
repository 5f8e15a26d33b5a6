import type { Graph } from '../graph/node.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import type { Arena } from './arena.ts';
import type { Feed, Outputs, Program } from './session.ts';
import type { SessionMemory } from './session-memory.ts';
import { type Compiled, checkFeed, fillSlot, readSlot } from './slots.ts';

/** Jobs of a program that can be in flight at most; a slot is reserved when that many are for the first time. */
export const SLOTS = 3;

export interface ProgramParts {
  readonly graph: Graph;
  readonly maxBatch: number;
  readonly memory: SessionMemory;
  readonly arena: Arena;
  /** Types of the inputs by name. */
  readonly inputs: ReadonlyMap<string, TensorType>;
  /** The compiled form for a batch size: a sum's order can depend on it. */
  readonly variant: (batchSize: number) => Promise<Compiled>;
  readonly shards: (batchSize: number) => number;
  readonly post: (slot: number) => Promise<void>;
}

/** Feeds slots and reads them; steps run in the order of the calls. */
export function createProgram(parts: ProgramParts): Program {
  const { graph, maxBatch, memory, inputs } = parts;
  const ready = new Map<number, Compiled>();
  const free = new Map<Compiled, { readonly slots: number[]; made: number }>();
  const waiting: (() => void)[] = [];
  /** Steps that were asked for and have no slot yet. */
  let queued = 0;
  let last: Promise<unknown> = Promise.resolve();

  const freeSlot = (compiled: Compiled): number | undefined => {
    const own = free.get(compiled) ?? { slots: [], made: 0 };
    free.set(compiled, own);
    if (own.slots.length > 0 || own.made === SLOTS) return own.slots.pop();
    own.made++;
    return compiled.newSlot();
  };
  const takeSlot = async (compiled: Compiled): Promise<number> => {
    for (;;) {
      const slot = freeSlot(compiled);
      if (slot !== undefined) return slot;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  const giveSlot = (compiled: Compiled, slot: number): void => {
    free.get(compiled)!.slots.push(slot);
    // only the step that is next in order waits
    waiting.shift()?.();
  };

  const fillAndPost = (
    compiled: Compiled,
    slot: number,
    feed: Feed,
    program = compiled.number,
  ): { done: Promise<Outputs> } => {
    const { batchSize } = feed;
    fillSlot(parts, compiled, slot, feed, parts.shards(batchSize), program);
    const done = parts.post(slot).then(() => readSlot(memory, compiled.plan, slot, batchSize));
    return { done: done.finally(() => giveSlot(compiled, slot)) };
  };
  const start = async (feed: Feed): Promise<{ done: Promise<Outputs> }> => {
    const compiled = await parts.variant(feed.batchSize);
    ready.set(feed.batchSize, compiled);
    const slot = await takeSlot(compiled);
    queued--;
    return fillAndPost(compiled, slot, feed);
  };
  /** Runs the step once those before it have slots, over copies of its values. */
  const enqueue = (feed: Feed): Promise<Outputs> => {
    const copies = Object.entries(feed.inputs).map(([name, values]) => [name, values.slice()] as const);
    queued++;
    const started = last.then(() => start({ ...feed, inputs: Object.fromEntries(copies) }));
    last = started.catch(() => {});
    return started.then(({ done }) => done);
  };

  return {
    graph,
    maxBatch,
    run(feed) {
      checkFeed(feed, inputs, maxBatch);
      const compiled = queued === 0 ? ready.get(feed.batchSize) : undefined;
      const slot = compiled && freeSlot(compiled);
      // a free slot takes the values themselves: copies would be new memory in every step
      if (!compiled || slot === undefined) return enqueue(feed);
      return fillAndPost(compiled, slot, feed).done;
    },
    async prelude(feed) {
      checkFeed(feed, inputs, maxBatch);
      const compiled = await parts.variant(feed.batchSize);
      if (compiled.prelude === undefined) return;
      const slot = await takeSlot(compiled);
      await fillAndPost(compiled, slot, feed, compiled.prelude).done;
    },
  };
}
