export type { Callback, TrainedModel } from './callback.ts';
export {
  type EarlyStoppingOptions,
  earlyStopping,
  History,
  learningRateScheduler,
  type ModelCheckpointOptions,
  modelCheckpoint,
} from './callbacks.ts';
export type { BatchEnd, EpochBegin, EpochEnd, TrainingEvent } from './events.ts';
export type { ClassWeight } from './feed.ts';
export type { Logs } from './means.ts';
