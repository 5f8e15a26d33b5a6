export type { Callback, TrainedModel } from './callback.ts';
export * from './callbacks/index.ts';
export type { BatchEnd, EpochBegin, EpochEnd, TrainingEvent } from './events.ts';
export type { ClassWeight } from './feed.ts';
export type { Logs } from './means.ts';
