import type { Optimizer } from '../nn/optimizers/optimizer.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BatchEnd } from './events.ts';
import type { Logs } from './means.ts';

/** What callbacks may do with the model that is trained. */
export interface TrainedModel {
  /** Its `learningRate` may be set between steps. */
  readonly optimizer: Optimizer;
  /** True ends the training after the epoch. */
  stopTraining: boolean;
  getWeights(): Promise<Tensor[]>;
  setWeights(weights: readonly Tensor[]): Promise<void>;
  /** Writes a file (needs a file system). */
  save(path: string): Promise<void>;
}

/** Hooks into a training. Promises are waited for. */
export interface Callback {
  onTrainBegin?(model: TrainedModel): void | Promise<void>;
  onEpochBegin?(epoch: number, model: TrainedModel): void | Promise<void>;
  onBatchEnd?(event: BatchEnd, model: TrainedModel): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs, model: TrainedModel): void | Promise<void>;
  onTrainEnd?(logs: Logs, model: TrainedModel): void | Promise<void>;
}
