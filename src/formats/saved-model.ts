import type { Node } from '../graph/node.ts';
import type { Network } from '../nn/network/network.ts';
import type { OutputObjective } from '../training/objective.ts';
import type { OptimizerState } from '../training/optimizer-state.ts';
import type { TrainingState } from '../training/trainer.ts';

/** What a file of a model holds. */
export interface SavedModel {
  readonly network: Network;
  /** Seed of the initial weights. */
  readonly seed: number;
  /** Of every weight of the network, and of every slot of the optimiser where there is one. */
  readonly values: ReadonlyMap<Node, Float32Array>;
  /** What it was compiled with and where its training stood; undefined if it was saved without. */
  readonly training: SavedTraining | undefined;
}

export interface SavedTraining {
  readonly objectives: readonly OutputObjective[];
  readonly optimizer: OptimizerState;
  readonly state: TrainingState;
}
