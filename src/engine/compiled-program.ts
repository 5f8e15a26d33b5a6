import { InvalidArgumentError, invariant } from '../errors/index.ts';
import type { Graph } from '../graph/node.ts';
import type { Plan } from '../ir/plan.ts';
import { slotWord } from '../ir/slot.ts';
import { BYTES_PER_ELEMENT, elementCount, type TensorType } from '../ir/tensor-type.ts';
import type { Feed, Outputs, Program, Values } from './session.ts';
import { readTensor, type SessionMemory, writeTensor } from './session-memory.ts';

/** Jobs of a program that can be in flight. */
export const SLOTS = 4;

/** A program that has been planned, emitted and added to a pool under `number`. */
export interface Compiled {
  readonly number: number;
  readonly plan: Plan;
  readonly slots: readonly number[];
}

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

const ARRAYS = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

/** Feeds slots and reads them; steps run in the order of the calls. */
export function createProgram(parts: ProgramParts): Program {
  const { graph, maxBatch, memory } = parts;
  const free = new Map<Compiled, number[]>();
  const waiting = new Map<Compiled, (() => void)[]>();
  let last: Promise<unknown> = Promise.resolve();

  const takeSlot = async (compiled: Compiled): Promise<number> => {
    if (!free.has(compiled)) free.set(compiled, [...compiled.slots]);
    const slots = free.get(compiled)!;
    while (slots.length === 0) {
      await new Promise<void>((resolve) =>
        waiting.set(compiled, [...(waiting.get(compiled) ?? []), resolve]),
      );
    }
    return slots.pop()!;
  };
  const giveSlot = (compiled: Compiled, slot: number): void => {
    free.get(compiled)!.push(slot);
    const [next, ...rest] = waiting.get(compiled) ?? [];
    waiting.set(compiled, rest);
    next?.();
  };

  const start = async (feed: Feed, copies: Feed['inputs']): Promise<{ done: Promise<Outputs> }> => {
    const compiled = await parts.variant(feed.batchSize);
    const slot = await takeSlot(compiled);
    fill(memory, compiled, slot, feed, copies, parts.shards(feed.batchSize));
    const done = parts.post(slot).then(() => collect(memory, compiled.plan, slot, feed.batchSize));
    return { done: done.finally(() => giveSlot(compiled, slot)) };
  };

  return {
    graph,
    maxBatch,
    run(feed) {
      checkFeed(feed, parts);
      const copies = Object.fromEntries(
        Object.entries(feed.inputs).map(([name, values]) => [name, values.slice()]),
      );
      const started = last.then(() => start(feed, copies));
      last = started.catch(() => {});
      return started.then(({ done }) => done);
    },
  };
}

function checkFeed(feed: Feed, { inputs, maxBatch }: ProgramParts): void {
  const { batchSize } = feed;
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > maxBatch) {
    throw new InvalidArgumentError({
      argument: 'batchSize',
      expected: `an integer from 1 to ${maxBatch}`,
      received: batchSize,
    });
  }
  for (const [name, type] of inputs) {
    const values = feed.inputs[name];
    const expected = elementCount(type.shape) * (type.batched ? batchSize : 1);
    if (values?.length !== expected) {
      throw new InvalidArgumentError({
        argument: `inputs.${name}`,
        expected: `${expected} numbers`,
        received: values?.length,
      });
    }
  }
}

function fill(
  memory: SessionMemory,
  { number, plan }: Compiled,
  slot: number,
  feed: Feed,
  copies: Readonly<Record<string, Values>>,
  shards: number,
): void {
  const buffer = memory.memory.buffer;
  const header = new Int32Array(buffer, slot, slotWord.reserved);
  header[slotWord.batch] = feed.batchSize;
  header[slotWord.shards] = shards;
  header[slotWord.step] = feed.step ?? 0;
  header[slotWord.seedLow] = feed.seed?.[0] ?? 0;
  header[slotWord.seedHigh] = feed.seed?.[1] ?? 0;
  header[slotWord.program] = number;
  header[slotWord.status] = 0;
  for (const { name, place, layout, dtype } of plan.inputs) {
    const values = copies[name]!;
    const address = slot + place.address;
    invariant(place.region === 'slot', 'inputs lie in slots');
    if (place.sampleStride > 0 || dtype !== 'f32') {
      new ARRAYS[dtype](buffer, address, values.length).set(values);
      invariant(
        place.sampleStride === 0 || layout.bytes === elementCount(layout.shape) * BYTES_PER_ELEMENT[dtype],
        'inputs are dense',
      );
    } else writeTensor(memory.float32, address, layout, values);
  }
}

function collect(memory: SessionMemory, plan: Plan, slot: number, batchSize: number): Outputs {
  const view = memory.float32;
  const outputs: Record<string, Float32Array> = {};
  for (const { name, place, layout, batched } of plan.outputs) {
    const elements = elementCount(layout.shape);
    const samples = batched ? batchSize : 1;
    const values = new Float32Array(elements * samples);
    for (let n = 0; n < samples; n++) {
      readTensor(view, slot + place.address + n * place.sampleStride, layout, values, n * elements);
    }
    outputs[name] = values;
  }
  return outputs;
}
