import { unshardedNodes } from '../../src/compiler/plan/order.ts';
import { type CompiledGraph, compileGraph } from '../../src/engine/compile-graph.ts';
import { prepare } from '../../src/engine/prepare.ts';
import type { SessionMemory } from '../../src/engine/session-memory.ts';
import type { Graph } from '../../src/graph/node.ts';
import { LOSS, trainingGraph } from '../../src/training/graphs.ts';
import { compiledModel, compileTarget } from '../compiled-model.ts';
import type { NetworkDescription } from '../networks/description.ts';

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
  const { model, objectives, optimizer, types } = compiledModel(network);
  const graph: Graph = {
    ...prepare(trainingGraph(model.network, objectives, types, optimizer)),
    guard: LOSS,
  };
  const target = compileTarget({ threads: 1, shared: false, revectorize });
  const compiled = compileGraph(graph, batch, unshardedNodes(graph, batch), target);
  model.dispose();
  const { memory } = target;
  return { ...compiled, memory, slot: memory.reserve(compiled.plan.slotBytes) };
}
