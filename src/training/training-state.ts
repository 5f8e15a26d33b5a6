import type { Tensor } from '../tensor/tensor.ts';
import type { EpochSums, Means } from './means.ts';

/** Where a training stands. */
export interface TrainingState {
  /** Steps made. */
  step: number;
  /** Epoch that is running or comes next, counted from 0. */
  epoch: number;
  /** Step with which that epoch began; `step - epochStart` of its batches are trained. */
  epochStart: number;
  /** True once the callbacks heard that the epoch begins. */
  begun: boolean;
  /** Seed of shuffling and random layers. */
  seed: number;
  /** Samples a batch in that epoch; 0 before the first. */
  batchSize: number;
  /** True once the shifts of batch normalisations hold means of a batch. */
  shifted: boolean;
  /** What that epoch gave so far; undefined before its first step. */
  progress: EpochProgress | undefined;
  /** What callbacks have to remember, by their names. */
  callbacks: () => CallbackStates;
}

export interface EpochProgress {
  /** Sums over all batches whose steps were begun; it waits for the steps in flight. */
  readonly means: Promise<Means>;
  /** Seconds that the epoch took so far, those before a resume included. */
  readonly seconds: () => number;
}

/** What a callback has to remember so that a resumed training goes on as if it had not been stopped. */
export interface CallbackState {
  /** Values that JSON holds. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly tensors?: readonly Tensor[];
}

export type CallbackStates = Readonly<Record<string, CallbackState>>;

/** A state as files hold it: taken between two steps. */
export interface SavedTrainingState extends Omit<TrainingState, 'progress' | 'callbacks'> {
  readonly progress: (EpochSums & { readonly seconds: number }) | undefined;
  readonly callbacks: CallbackStates;
}

/** The state of a model that was never trained. */
export const initialState = (seed: number): TrainingState => ({
  step: 0,
  epoch: 0,
  epochStart: 0,
  begun: false,
  seed,
  batchSize: 0,
  shifted: false,
  progress: undefined,
  callbacks: () => ({}),
});

/** Begins the count of steps and epochs anew, at an epoch. */
export function beginTraining(state: TrainingState, epoch: number): void {
  Object.assign(state, { epoch, epochStart: state.step, begun: false, progress: undefined });
  state.callbacks = () => ({});
}
