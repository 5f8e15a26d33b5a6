import type { Dataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';
import type { NumericError } from '../errors/index.ts';
import type { Network } from '../nn/network/network.ts';
import type { Optimizer } from '../nn/optimizers/optimizer.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BatchEnd } from './events.ts';
import type { Logs } from './means.ts';
import type { CallbackState, TrainingState } from './training-state.ts';

/** What callbacks may do with the model that is trained. */
export interface TrainedModel {
  readonly name: string;
  readonly network: Network;
  /** Its `learningRate` may be set between steps. */
  readonly optimizer: Optimizer;
  /**
   * Where the weights stand. While an epoch runs, they are up to a few steps ahead of the step that a hook is told of:
   * those have begun.
   */
  readonly trainingState: Readonly<Pick<TrainingState, 'step' | 'epoch' | 'epochStart'>>;
  /** True ends the training after the epoch. */
  stopTraining: boolean;
  getWeights(): Promise<Tensor[]>;
  setWeights(weights: readonly Tensor[]): Promise<void>;
  /** The predictions of the first output. */
  predict(x: TensorGroup | Dataset): Promise<Tensor>;
  /** Writes a file (needs a file system). */
  save(path: string): Promise<void>;
  /** The bytes that `save` would write, with the optimiser or without. Default with it. */
  toBytes(
    format: 'keras' | 'safetensors',
    options?: { readonly includeOptimizer?: boolean },
  ): Promise<Uint8Array>;
}

/** What a training was asked for. */
export interface TrainingInfo {
  /** Epoch to end before. */
  readonly epochs: number;
  readonly batchSize: number;
  /** Batches an epoch, where known. */
  readonly batches: number | undefined;
  /** Epoch that comes first, counted from 0. */
  readonly initialEpoch: number;
  /** Steps made before this training. */
  readonly step: number;
  /** True where it goes on with one that was stopped. */
  readonly resumed: boolean;
  readonly validationData: Dataset | undefined;
}

/** Hooks into a training. Promises are waited for. */
export interface Callback {
  onTrainBegin?(model: TrainedModel, training: TrainingInfo): void | Promise<void>;
  /** Not called again for an epoch that is resumed in its middle. */
  onEpochBegin?(epoch: number, model: TrainedModel): void | Promise<void>;
  onBatchEnd?(event: BatchEnd, model: TrainedModel): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs, model: TrainedModel): void | Promise<void>;
  onTrainEnd?(logs: Logs, model: TrainedModel): void | Promise<void>;
  /**
   * The loss of a step is not finite: true ends the training in good order instead of with the error. The step
   * assigned nothing, and its epoch is not finished.
   */
  onInvalidLoss?(error: NumericError, model: TrainedModel): boolean | undefined;
  /** Called however the training ends, also where it is stopped or fails: the place to close files. */
  onTrainLeave?(model: TrainedModel): void | Promise<void>;
  /** Name under which checkpoints keep `state`; of several with one name the order counts. */
  readonly stateName?: string;
  /** What a training that is resumed needs to go on as if it had not been stopped. */
  state?(): CallbackState;
  /** Takes over what `state` gave, after `onTrainBegin`. */
  restore?(state: CallbackState, model: TrainedModel): void;
  /** True where it writes the model: its hooks are called after those of the others, whose state it writes too. */
  readonly savesModel?: boolean;
}
