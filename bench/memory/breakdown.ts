import { shardCount } from '../../src/compiler/plan/contract-constants.ts';
import { unshardedNodes } from '../../src/compiler/plan/order.ts';
import { Arena, type ArenaUse } from '../../src/engine/arena.ts';
import { compileGraph } from '../../src/engine/compile-graph.ts';
import { SLOTS } from '../../src/engine/compiled-program.ts';
import { prepare } from '../../src/engine/prepare.ts';
import type { Node } from '../../src/graph/node.ts';
import { weightsOf } from '../../src/nn/network/network.ts';
import { trainingGraph } from '../../src/training/graphs.ts';
import { compiledModel, compileTarget } from '../compiled-model.ts';
import type { NetworkDescription } from '../networks/description.ts';

/** Bytes of one program of a model. */
export interface ProgramMemory {
  readonly name: string;
  /** Tensors that are kept for all samples of the batch. */
  readonly stored: number;
  /** Sums over the batch, one set a shard. */
  readonly accumulators: number;
  readonly shards: number;
  /** Values without a batch between the levels. */
  readonly border: number;
  /** Scratch of all threads. */
  readonly scratch: number;
  readonly threads: number;
  /** Inputs and outputs of all jobs that can be in flight. */
  readonly slots: number;
  readonly jobs: number;
}

export interface ModelMemory {
  /** Weights and moving statistics. */
  readonly parameters: number;
  readonly optimizer: number;
  readonly programs: readonly ProgramMemory[];
  /** Bytes that a program takes from those before it: they run one after another. */
  readonly shared: number;
  /** Bytes reserved, with what aligning adds. */
  readonly total: number;
}

/** Remembers the reservations of the program that was opened last. */
class WatchedArena extends Arena {
  reservations: { readonly address: number; readonly bytes: number }[] = [];

  override open(): ArenaUse {
    const use = super.open();
    const reserve = use.reserve.bind(use);
    this.reservations = [];
    use.reserve = (bytes): number => {
      const address = reserve(bytes);
      this.reservations.push({ address, bytes: Math.ceil(bytes / 64) * 64 });
      return address;
    };
    return use;
  }
}

const sum = (values: readonly { readonly bytes: number }[]): number =>
  values.reduce((total, { bytes }) => total + bytes, 0);

/** What a model that trains reserves, program by program, with the product's own plans; nothing is run. */
export function breakdownOf(network: NetworkDescription, batch: number, threads: number): ModelMemory {
  const { model, objectives, optimizer, types } = compiledModel(network);
  const made = compileTarget({ threads, shared: false, revectorize: true });
  const { memory, addressOf } = made;
  const arena = new WatchedArena(memory);
  const target = { ...made, arena };
  const reserved = (variables: readonly Node[]): number => {
    const before = memory.bytes;
    for (const variable of variables) addressOf(variable);
    return memory.bytes - before;
  };
  const parameters = reserved(weightsOf(model.network).map(({ variable }) => variable));
  const state = reserved(optimizer.variables);
  const parts: ProgramMemory[] = [];
  let shared = 0;
  const programs = { train: trainingGraph(model.network, objectives, types, optimizer) };
  for (const [name, traced] of Object.entries(programs)) {
    const graph = prepare(traced);
    const before = memory.bytes;
    const { plan } = compileGraph(graph, batch, unshardedNodes(graph, batch), target);
    const own = arena.reservations;
    shared += sum(own) - (memory.bytes - before);
    const at = own.findIndex(({ address }) => address === plan.accumulators.address);
    // sums that have joined come first
    const stored = own[at]!.bytes > 0 ? 1 : 0;
    const slots = memory.bytes;
    const jobs = SLOTS;
    for (let k = 0; k < jobs; k++) memory.reserve(plan.slotBytes);
    parts.push({
      name,
      stored: sum(own.slice(stored, at)),
      accumulators: own[at]!.bytes,
      shards: shardCount(batch),
      border: sum([...own.slice(0, stored), ...own.slice(at + 1, -1)]),
      scratch: own.at(-1)!.bytes,
      threads,
      slots: memory.bytes - slots,
      jobs,
    });
  }
  model.dispose();
  return { parameters, optimizer: state, programs: parts, shared, total: memory.bytes };
}
