import { InvalidArgumentError, invariant } from '../errors/index.ts';
import { slotWord } from '../ir/slot.ts';
import { BYTES_PER_ELEMENT, elementCount, type TensorType } from '../ir/tensor-type.ts';
import type { Arena } from './arena.ts';
import type { RunPlan } from './program-cache.ts';
import type { Feed, Outputs } from './session.ts';
import { readTensor, type SessionMemory, writeTensor } from './session-memory.ts';

/** A program that has been planned and emitted and is known to who runs it under `number`. */
export interface Compiled {
  readonly number: number;
  /** The number of its prelude, if it has one: another program over the same memory. */
  readonly prelude: number | undefined;
  readonly plan: RunPlan;
  /** Reserves a slot for a job and returns its address. */
  readonly newSlot: () => number;
}

const ARRAYS = { f32: Float32Array, i32: Int32Array, u8: Uint8Array } as const;

/** @throws {InvalidArgumentError} for a batch size out of range or an input of another length */
export function checkFeed(feed: Feed, inputs: ReadonlyMap<string, TensorType>, maxBatch: number): void {
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

/**
 * Copies a feed into a slot, for the step that runs after all whose slots were filled before. `program`: what runs, the
 * step or its prelude.
 */
export function fillSlot(
  { memory, arena }: { readonly memory: SessionMemory; readonly arena: Arena },
  { number, plan }: Compiled,
  slot: number,
  feed: Feed,
  shards: number,
  program: number = number,
): void {
  const buffer = memory.memory.buffer;
  const header = new Int32Array(buffer, slot, slotWord.reserved);
  header[slotWord.batch] = feed.batchSize;
  header[slotWord.shards] = shards;
  header[slotWord.step] = feed.step ?? 0;
  header[slotWord.seedLow] = feed.seed?.[0] ?? 0;
  header[slotWord.seedHigh] = feed.seed?.[1] ?? 0;
  header[slotWord.program] = program;
  header[slotWord.status] = 0;
  header[slotWord.dirty] = arena.dirties(number) ? 1 : 0;
  for (const { name, place, layout, dtype } of plan.inputs) {
    const values = feed.inputs[name]!;
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

/** The outputs of the job that ran in a slot. */
export function readSlot(memory: SessionMemory, plan: RunPlan, slot: number, batchSize: number): Outputs {
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
