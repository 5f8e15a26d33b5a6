import type { Logs } from './means.ts';

/** What `train` tells as it goes. */
export type TrainingEvent = EpochBegin | BatchEnd | EpochEnd;

export interface EpochBegin {
  readonly type: 'epochBegin';
  /** Counted from 0. */
  readonly epoch: number;
  /** Batches in this epoch, where known. */
  readonly batches: number | undefined;
}

export interface BatchEnd {
  readonly type: 'batchEnd';
  readonly epoch: number;
  /** Counted from 0 in the epoch. */
  readonly batch: number;
  /** Counted from 0 over the whole training. */
  readonly step: number;
  readonly batches: number | undefined;
  /** Samples of this batch. */
  readonly size: number;
  /** Samples of this epoch so far. */
  readonly samples: number;
  /** Means over the epoch so far. */
  readonly logs: Logs;
}

export interface EpochEnd {
  readonly type: 'epochEnd';
  readonly epoch: number;
  /** Means over the epoch, validation included (`valLoss`, ...) unless the training was stopped meanwhile. */
  readonly logs: Logs;
  /** Seconds that the epoch took, validation included. */
  readonly seconds: number;
}
