import { layoutOf } from '../../src/compiler/plan/lay-out.ts';
import { unshardedNodes } from '../../src/compiler/plan/order.ts';
import { Arena } from '../../src/engine/arena.ts';
import { type CompiledGraph, compileGraph } from '../../src/engine/compile-graph.ts';
import { prepare } from '../../src/engine/prepare.ts';
import { SessionMemory } from '../../src/engine/session-memory.ts';
import type { Graph, Node } from '../../src/graph/node.ts';
import { LOSS, trainingGraph } from '../../src/training/graphs.ts';
import type { NetworkDescription } from '../networks/description.ts';
import { atrousModel } from '../peers/atrous-network.ts';

/** A training step as the product compiles it, with the memory that it runs in. */
export interface TrainingProgram extends CompiledGraph {
  readonly memory: SessionMemory;
  /** Address of the slot of a job. */
  readonly slot: number;
}

/** Compiles the training step of a network with Adam, loss and accuracy, for one thread. */
export function trainingProgram(
  network: NetworkDescription,
  batch: number,
  revectorize: boolean,
): TrainingProgram {
  const model = atrousModel(network, { threads: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const { objectives, optimizer } = model.trainer.compilation!;
  const types = {
    inputs: [network.input.dtype],
    targets: [{ dtype: 'u8', shape: [] }],
    weighted: false,
  } as const;
  const graph: Graph = {
    ...prepare(trainingGraph(model.network, objectives, types, optimizer)),
    guard: LOSS,
  };
  const memory = new SessionMemory(false);
  const addresses = new Map<Node, number>();
  const addressOf = (node: Node): number => {
    const known = addresses.get(node);
    if (known !== undefined) return known;
    const { name, type } = node;
    const layout = layoutOf({ id: 0, name, role: 'variable', type, definition: undefined });
    const address = memory.reserve(layout.bytes + 16);
    addresses.set(node, address);
    return address;
  };
  const target = { memory, arena: new Arena(memory), addressOf, threads: 1, shared: false, revectorize };
  const compiled = compileGraph(graph, batch, unshardedNodes(graph, batch), target);
  model.dispose();
  return { ...compiled, memory, slot: memory.reserve(compiled.plan.slotBytes) };
}
