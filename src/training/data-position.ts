import type { Batch, BatchLender, Dataset } from '../data/dataset.ts';
import { DataError } from '../errors/index.ts';

/** Which samples an epoch of training takes. */
export interface EpochRequest {
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  /** Epoch of the training, counted from 0. */
  readonly epoch: number;
  /** Batch of the epoch to begin with. */
  readonly start: number;
  /** Batches of an epoch; undefined: as many as the data has. */
  readonly stepsPerEpoch: number | undefined;
  readonly lender: BatchLender;
  readonly signal: AbortSignal | undefined;
}

/** A batch and its place in the epoch of the training. */
export interface PlacedBatch {
  readonly batch: Batch;
  readonly index: number;
}

/**
 * The batches of an epoch. With `stepsPerEpoch` the data goes on where the last epoch ended, and begins again
 * (shuffled anew) where it ends, so that every place follows from the epoch alone.
 * @throws {DataError} where a generator ends too soon
 */
export async function* epochBatches(request: EpochRequest): AsyncGenerator<PlacedBatch> {
  const { dataset, batchSize, shuffle, seed, epoch, start, stepsPerEpoch, lender, signal } = request;
  const options = { batchSize, shuffle, seed, lender, signal };
  if (stepsPerEpoch === undefined) {
    let index = start;
    for await (const batch of dataset.batches({ ...options, epoch, start })) yield { batch, index: index++ };
    return;
  }
  const inData = dataset.batchesPerEpoch(batchSize);
  let index = start;
  let place = epoch * stepsPerEpoch + start;
  while (index < stepsPerEpoch) {
    const pass = inData === undefined ? epoch : Math.floor(place / inData);
    const first = inData === undefined ? index : place % inData;
    const before = index;
    for await (const batch of dataset.batches({ ...options, epoch: pass, start: first })) {
      yield { batch, index: index++ };
      place++;
      if (index >= stepsPerEpoch) return;
    }
    if (index > before) continue;
    const problem = `epoch ${epoch + 1} ended after ${index} batches, where stepsPerEpoch asks for ${stepsPerEpoch}`;
    throw new DataError({ source: 'the data', problem });
  }
}
