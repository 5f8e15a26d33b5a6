import type { Values } from '../engine/session.ts';
import { booleanValue, nonNegativeInteger, positiveInteger } from '../errors/index.ts';
import { type Field, makeValues, sampleElements } from './field.ts';
import { sampleOrder } from './order.ts';

/** Typed arrays of one batch, in the order of a data set's fields, samples one after another. */
export interface BatchArrays {
  readonly inputs: readonly Values[];
  readonly targets: readonly Values[];
  /** One weight a sample, where the data set has weights. */
  readonly sampleWeights?: Float32Array;
}

/** Some samples of a data set. */
export interface Batch extends BatchArrays {
  readonly size: number;
}

export interface BatchOptions {
  /** Samples a batch; the last one of an epoch may be shorter. */
  readonly batchSize: number;
  /** Counted from 0; part of the key of the shuffling. Default 0. */
  readonly epoch?: number;
  /** Default false. */
  readonly shuffle?: boolean;
  /** Seed of the shuffling, a whole number from 0 to 2^53 - 1. Default 0. */
  readonly seed?: number;
  /** Batch to begin with, counted from 0: a resumed epoch goes on in its middle. Default 0. */
  readonly start?: number;
  /** Lends the arrays of batches whose samples are copied. Default: every batch has new ones. */
  readonly lender?: BatchLender;
  /** Ends the reading. Default none. */
  readonly signal?: AbortSignal;
}

/** Arrays for batches, used again once they are given back. */
export interface BatchLender {
  /** Arrays for `size` samples, with the values of an earlier batch. */
  borrow(size: number): BatchArrays;
}

/** Samples in batches, addressed by epoch and number of the batch. */
export interface Dataset {
  readonly inputs: readonly Field[];
  /** Empty where there is only data to predict from. */
  readonly targets: readonly Field[];
  readonly weighted: boolean;
  /** Samples an epoch, where known. */
  readonly size: number | undefined;
  /** True where a training shuffles unless it is told not to, as it does where samples are addressed. Default false. */
  readonly shufflesByDefault?: boolean;
  /** The only batch size that the data set can give; undefined where any will do. */
  readonly batchSize: number | undefined;
  /** Batches an epoch, the short last one included, where known. */
  batchesPerEpoch(batchSize: number): number | undefined;
  /**
   * The batches of one epoch from `start` on. The arrays are the caller's to keep, unless they were lent.
   * @throws {InvalidArgumentError} for options that the data set cannot follow
   * @throws {DataError} for samples that cannot be used
   */
  batches(options: BatchOptions): AsyncIterable<Batch>;
}

/** True for a data set of any kind. */
export const isDataset = (value: unknown): value is Dataset =>
  typeof value === 'object' && value !== null && 'batches' in value && typeof value.batches === 'function';

/** A data set whose samples can be read in any order. */
export interface IndexedDataset extends Dataset {
  readonly size: number;
  /**
   * Copies samples into arrays that may be longer than needed, from their start on: `into.inputs[k]` holds
   * sample `indices[i]` of input k at `i` times its elements. An array may also have a wider element type than
   * its field (uint8 into int32, anything into float32). A promise is returned only where reading takes time.
   * @param signal ends the reading. Default none
   * @throws {InvalidArgumentError} for an index outside the data set or arrays that do not fit
   */
  gather(indices: Int32Array, into: BatchArrays, signal?: AbortSignal): void | Promise<void>;
}

/** True for data sets that can be shuffled, split and addressed by sample. */
export function isIndexed(dataset: Dataset): dataset is IndexedDataset {
  return 'gather' in dataset && dataset.size !== undefined;
}

/** Zeroed arrays for `size` samples. */
export function makeBatchArrays(
  dataset: Pick<Dataset, 'inputs' | 'targets' | 'weighted'>,
  size: number,
): BatchArrays {
  const make = (field: Field): Values => makeValues(field.dtype, size * sampleElements(field));
  return {
    inputs: dataset.inputs.map(make),
    targets: dataset.targets.map(make),
    sampleWeights: dataset.weighted ? new Float32Array(size) : undefined,
  };
}

/** Batches of `size` samples, the short last one included. */
export const batchCount = (size: number, batchSize: number): number =>
  Math.ceil(size / positiveInteger(batchSize, 'batchSize'));

/**
 * Batch options with their defaults.
 * @throws {InvalidArgumentError}
 */
export function batchOptions(options: BatchOptions): Required<Omit<BatchOptions, 'signal' | 'lender'>> {
  const { batchSize, epoch = 0, shuffle = false, seed = 0, start = 0 } = options;
  positiveInteger(batchSize, 'batchSize');
  for (const [name, value] of Object.entries({ epoch, seed, start })) nonNegativeInteger(value, name);
  return { batchSize, epoch, seed, start, shuffle: booleanValue(shuffle, 'shuffle') };
}

/** The batches of one epoch of a data set that can be addressed by sample. */
export async function* indexedBatches(dataset: IndexedDataset, options: BatchOptions): AsyncGenerator<Batch> {
  const { batchSize, epoch, shuffle, seed, start } = batchOptions(options);
  const order = sampleOrder(dataset.size, { shuffle, seed, epoch });
  for (let first = start * batchSize; first < order.length; first += batchSize) {
    options.signal?.throwIfAborted();
    const indices = order.subarray(first, first + batchSize);
    const arrays = options.lender?.borrow(indices.length) ?? makeBatchArrays(dataset, indices.length);
    await dataset.gather(indices, arrays, options.signal);
    yield { size: indices.length, ...arrays };
  }
}
