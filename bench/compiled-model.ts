import { Arena } from '../src/engine/arena.ts';
import type { CompileTarget } from '../src/engine/compile-graph.ts';
import { SessionMemory } from '../src/engine/session-memory.ts';
import { VariablePlaces } from '../src/engine/variable-places.ts';
import type { Model } from '../src/index.ts';
import type { FeedTypes } from '../src/training/objective.ts';
import type { Compilation } from '../src/training/trainer.ts';
import type { NetworkDescription } from './networks/description.ts';
import { atrousModel } from './peers/atrous-network.ts';

/** A model whose programs are compiled here and not by a session, to look at them. */
export interface CompiledModel extends Compilation {
  readonly model: Model;
  /** Of what is fed to a training step. */
  readonly types: FeedTypes;
}

/** A network with Adam, loss and accuracy. */
export function compiledModel(network: NetworkDescription): CompiledModel {
  const model = atrousModel(network, { threads: 1 });
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  const types: FeedTypes = {
    inputs: [network.input.dtype],
    targets: [{ dtype: 'u8', shape: [] }],
    weighted: false,
  };
  return { model, types, ...model.trainer.compilation! };
}

/** A memory of its own for programs, as a session has it. */
export function compileTarget(
  options: Pick<CompileTarget, 'threads' | 'shared' | 'revectorize'>,
): CompileTarget {
  const memory = new SessionMemory(options.shared);
  const variables = new VariablePlaces(memory);
  return { ...options, memory, arena: new Arena(memory), addressOf: (node) => variables.of(node).address };
}
