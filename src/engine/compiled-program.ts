import type { Graph } from '../graph/node.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import type { Feed, Outputs, Program } from './session.ts';
import type { SessionMemory } from './session-memory.ts';
import { type Compiled, checkFeed, fillSlot, readSlot } from './slots.ts';

/** Jobs of a program that can be in flight. */
export const SLOTS = 3;

export interface ProgramParts {
  readonly graph: Graph;
  readonly maxBatch: number;
  readonly memory: SessionMemory;
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
  const free = new Map<Compiled, number[]>();
  const waiting: (() => void)[] = [];
  let last: Promise<unknown> = Promise.resolve();

  const takeSlot = async (compiled: Compiled): Promise<number> => {
    if (!free.has(compiled)) free.set(compiled, [...compiled.slots]);
    const slots = free.get(compiled)!;
    while (slots.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return slots.pop()!;
  };
  const giveSlot = (compiled: Compiled, slot: number): void => {
    free.get(compiled)!.push(slot);
    // only the step that is next in order waits
    waiting.shift()?.();
  };

  const start = async (feed: Feed, copies: Feed['inputs']): Promise<{ done: Promise<Outputs> }> => {
    const compiled = await parts.variant(feed.batchSize);
    const slot = await takeSlot(compiled);
    fillSlot(memory, compiled, slot, feed, copies, parts.shards(feed.batchSize));
    const done = parts.post(slot).then(() => readSlot(memory, compiled.plan, slot, feed.batchSize));
    return { done: done.finally(() => giveSlot(compiled, slot)) };
  };

  return {
    graph,
    maxBatch,
    run(feed) {
      checkFeed(feed, inputs, maxBatch);
      const copies = Object.fromEntries(
        Object.entries(feed.inputs).map(([name, values]) => [name, values.slice()]),
      );
      const started = last.then(() => start(feed, copies));
      last = started.catch(() => {});
      return started.then(({ done }) => done);
    },
  };
}
