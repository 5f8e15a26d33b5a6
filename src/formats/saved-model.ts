import type { Node } from '../graph/node.ts';
import type { Network } from '../nn/network/network.ts';
import type { Optimizer } from '../nn/optimizers/optimizer.ts';
import type { OutputObjective } from '../training/objective.ts';
import type { SavedTrainingState } from '../training/training-state.ts';

/** What a file of a model holds. */
export interface SavedModel {
  readonly network: Network;
  /** Seed of the initial weights. */
  readonly seed: number;
  /** Values of the weights by their variables. */
  readonly values: ReadonlyMap<Node, Float32Array>;
  /** Texts of the user by key; only native files keep them. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What it was compiled with and where its training stood; undefined if it was saved without. */
  readonly training: SavedTraining | undefined;
}

export interface SavedTraining {
  readonly objectives: readonly OutputObjective[];
  readonly optimizer: Optimizer;
  /** Values of the optimiser's slots by name, by the variable of the weight. */
  readonly slots: ReadonlyMap<Node, Readonly<Record<string, Float32Array>>>;
  readonly state: SavedTrainingState;
}
