export { type AugmentOptions, augment } from '../data/augmentation/augment.ts';
export type { Batch, BatchOptions, Dataset } from '../data/dataset.ts';
export { type GeneratorDatasetOptions, generatorDataset } from '../data/generator-dataset.ts';
export {
  TensorDataset,
  type TensorDatasetOptions,
  tensorDataset,
  validationSplit,
} from '../data/tensor-dataset.ts';
export {
  AtrousError,
  DataError,
  type ErrorCode,
  FileError,
  FormatError,
  InternalError,
  InvalidArgumentError,
  isAtrousError,
  NumericError,
  RuntimeError,
  ShapeError,
  UnknownOptionError,
  UnsupportedError,
} from '../errors/index.ts';
export type { Node } from '../graph/node.ts';
export * as activations from '../nn/activations/index.ts';
export * as blocks from '../nn/blocks/index.ts';
export * as constraints from '../nn/constraints/index.ts';
export { defineLayer, lambda, type OwnLayerKind, type OwnWeight } from '../nn/custom-layers.ts';
export { type CustomObjects, registerCustomObjects } from '../nn/custom-objects.ts';
export * as initializers from '../nn/initializers/index.ts';
export * as layers from '../nn/layers/index.ts';
export { type InputDtype, type InputOptions, input } from '../nn/layers/input-layer.ts';
export type { Layer, LayerKind, LayerOptions, LayerScope, Shape } from '../nn/layers/layer.ts';
export type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
export * as losses from '../nn/losses/index.ts';
export * as metrics from '../nn/metrics/index.ts';
export * as optimizers from '../nn/optimizers/index.ts';
export * as rules from '../nn/options.ts';
export * as regularizers from '../nn/regularizers/index.ts';
export * as schedules from '../nn/schedules/index.ts';
export { type Samples, samples } from '../tensor/eager.ts';
export { grad, type ValueAndGradients, valueAndGrad } from '../tensor/gradients.ts';
export { type Operation, ops } from '../tensor/ops.ts';
export { Tensor, tensor } from '../tensor/tensor.ts';
export type { Callback, TrainedModel, TrainingInfo } from '../training/callback.ts';
export type { BatchEnd, EpochBegin, EpochEnd, TrainingEvent } from '../training/events.ts';
export type { ClassWeight } from '../training/feed.ts';
export type { Logs } from '../training/means.ts';
export type { CallbackState, TrainingState } from '../training/training-state.ts';
export * as callbacks from './callbacks.ts';
export type { CompileOptions } from './compile-options.ts';
export type { EvaluateOptions } from './evaluate.ts';
export type { FitOptions, TrainOptions, ValidationData } from './fit-options.ts';
export {
  type LearningRateFinderOptions,
  type LearningRateSuggestion,
  type LearningRateSweep,
  learningRateFinder,
} from './learning-rate-finder.ts';
export type { LoadOptions } from './load-model.ts';
export {
  type FunctionalOptions,
  Model,
  type ModelOptions,
  model,
  type SequentialOptions,
  sequential,
} from './model.ts';
export type { TestOnBatchOptions, TrainOnBatchOptions } from './on-batch.ts';
export type { PredictOptions } from './predict.ts';
export type { ModelFormat, SaveOptions } from './save.ts';
export type { EngineOptions } from './stores.ts';
export type { TransferOptions } from './transfer.ts';
