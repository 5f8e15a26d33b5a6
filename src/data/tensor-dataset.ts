import type { Values } from '../engine/session.ts';
import {
  InvalidArgumentError,
  inCall,
  knownOptions,
  nonNegativeInteger,
  showShape,
} from '../errors/index.ts';
import { checkWeights } from './check.ts';
import {
  type Batch,
  type BatchArrays,
  type BatchOptions,
  batchCount,
  type IndexedDataset,
  indexedBatches,
} from './dataset.ts';
import { type Column, columnsOf, dtypeOf, sampleElements, type TensorGroup, widens } from './field.ts';

export interface TensorDatasetOptions {
  /** One weight a sample, at least 0 and finite: the loss of each sample is multiplied by its own. Default 1. */
  readonly sampleWeight?: ArrayLike<number>;
}

/** Samples in memory. The typed arrays are used as they are, without a copy. */
export class TensorDataset implements IndexedDataset {
  readonly inputs: readonly Column[];
  readonly targets: readonly Column[];
  readonly sampleWeights: Float32Array | undefined;
  readonly weighted: boolean;
  readonly size: number;
  readonly batchSize: undefined;

  constructor(
    size: number,
    inputs: readonly Column[],
    targets: readonly Column[],
    sampleWeights: Float32Array | undefined,
  ) {
    const place = { call: 'TensorDataset' };
    nonNegativeInteger(size, 'size', place);
    for (const [argument, columns] of Object.entries({ inputs, targets })) {
      if (Array.isArray(columns) && columns.every((column) => isColumn(column, size))) continue;
      const expected = `columns of ${size} samples (tensorDataset() makes them)`;
      throw new InvalidArgumentError({ ...place, argument, expected, received: columns });
    }
    const isWeights = sampleWeights instanceof Float32Array && sampleWeights.length === size;
    if (sampleWeights !== undefined && !isWeights) {
      const expected = `a Float32Array of ${size} weights`;
      throw new InvalidArgumentError({
        ...place,
        argument: 'sampleWeights',
        expected,
        received: sampleWeights,
      });
    }
    this.size = size;
    this.inputs = inputs;
    this.targets = targets;
    this.sampleWeights = sampleWeights;
    this.weighted = sampleWeights !== undefined;
  }

  batchesPerEpoch(batchSize: number): number {
    return batchCount(this.size, batchSize);
  }

  batches(options: BatchOptions): AsyncIterable<Batch> {
    return indexedBatches(this, options);
  }

  gather(indices: Int32Array, into: BatchArrays): void {
    for (let i = 0; i < indices.length; i++) {
      const index = indices[i]!;
      if (index < 0 || index >= this.size)
        throw new InvalidArgumentError({
          argument: 'indices',
          expected: `samples from 0 to ${this.size - 1}`,
          received: index,
        });
    }
    gatherColumns(this.inputs, indices, into.inputs, 'into.inputs');
    gatherColumns(this.targets, indices, into.targets, 'into.targets');
    if (this.sampleWeights) {
      const weights: Column = { dtype: 'f32', shape: [], data: this.sampleWeights };
      gatherColumns([weights], indices, into.sampleWeights ? [into.sampleWeights] : [], 'into.sampleWeights');
    }
  }

  /** The samples from `start` to before `end`, sharing memory with this data set. Default: to the end. */
  slice(start: number, end: number = this.size): TensorDataset {
    const inRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) && 0 <= start && start <= end;
    if (!inRange || end > this.size)
      throw new InvalidArgumentError({
        argument: 'slice',
        expected: `0 <= start <= end <= ${this.size}`,
        received: [start, end],
      });
    const cut = (column: Column): Column => {
      const elements = sampleElements(column);
      return { ...column, data: column.data.subarray(start * elements, end * elements) };
    };
    return new TensorDataset(
      end - start,
      this.inputs.map(cut),
      this.targets.map(cut),
      this.sampleWeights?.subarray(start, end),
    );
  }
}

/**
 * A data set of values in memory.
 * @param x inputs, samples first: a tensor, or several in an array (by position) or in a record (by input name)
 * @param y targets likewise. Default none: data to predict from
 * @throws {InvalidArgumentError} for counts of samples that differ and for shapes and types that do not fit
 * @throws {DataError} for a weight that is negative or not finite
 */
export function tensorDataset(
  x: TensorGroup,
  y?: TensorGroup,
  options: TensorDatasetOptions = {},
): TensorDataset {
  const call = 'tensorDataset';
  knownOptions(options, ['sampleWeight'], { call });
  return inCall(call, () => samplesOf(x, y, options.sampleWeight));
}

/** The same, whose errors name no call. */
export function samplesOf(
  x: TensorGroup,
  y: TensorGroup | undefined,
  sampleWeight: ArrayLike<number> | undefined,
): TensorDataset {
  const inputs = columnsOf(x, 'x');
  const targets = y === undefined ? undefined : columnsOf(y, 'y');
  if (targets && targets.samples !== inputs.samples)
    throw new InvalidArgumentError({
      argument: 'y',
      expected: `${inputs.samples} samples, as x has`,
      received: targets.samples,
    });
  const isList = Array.isArray(sampleWeight) || ArrayBuffer.isView(sampleWeight);
  if (sampleWeight !== undefined && !(isList && sampleWeight.length === inputs.samples))
    throw new InvalidArgumentError({
      argument: 'sampleWeight',
      expected: `an array of ${inputs.samples} weights, one a sample`,
      received: isList ? sampleWeight.length : sampleWeight,
    });
  if (sampleWeight) checkWeights(sampleWeight);
  const weights = sampleWeight && Float32Array.from(sampleWeight);
  return new TensorDataset(inputs.samples, inputs.columns, targets?.columns ?? [], weights);
}

/**
 * The first samples to train with and the last `fraction` of them to validate with, as Keras splits: before any
 * shuffling, at floor(samples * (1 - fraction)).
 * @param fraction above 0 and below 1
 * @throws {InvalidArgumentError} also where one of both parts would be empty
 */
export function validationSplit(
  dataset: TensorDataset,
  fraction: number,
): { train: TensorDataset; validation: TensorDataset } {
  const place = { call: 'validationSplit' };
  if (!(dataset instanceof TensorDataset)) {
    const expected = 'a data set of arrays, made by tensorDataset()';
    throw new InvalidArgumentError({ ...place, argument: 'dataset', expected, received: dataset });
  }
  return inCall(place.call, () => splitSamples(dataset, fraction, 'fraction'));
}

/** The same; `argument` names the fraction in errors. */
export function splitSamples(
  dataset: TensorDataset,
  fraction: number,
  argument: string,
): { train: TensorDataset; validation: TensorDataset } {
  const { size } = dataset;
  const at = typeof fraction === 'number' ? Math.floor(size * (1 - fraction)) : 0;
  if (!(at > 0 && fraction > 0 && fraction < 1) || at >= size)
    throw new InvalidArgumentError({
      argument,
      expected: `a number above 0 and below 1 that leaves samples on both sides of ${size}`,
      received: fraction,
    });
  return { train: dataset.slice(0, at), validation: dataset.slice(at) };
}

const isColumn = (column: Column | null | undefined, size: number): boolean =>
  typeof column === 'object' &&
  column !== null &&
  dtypeOf(column.data) === column.dtype &&
  Array.isArray(column.shape) &&
  column.data.length === size * sampleElements(column);

function gatherColumns(
  columns: readonly Column[],
  indices: Int32Array,
  into: readonly Values[],
  argument: string,
): void {
  if (into.length !== columns.length)
    throw new InvalidArgumentError({
      argument,
      expected: `${columns.length} typed arrays`,
      received: into.length,
    });
  columns.forEach((column, k) => {
    const target = into[k]!;
    const elements = sampleElements(column);
    const dtype = dtypeOf(target);
    if (!dtype || !widens(column.dtype, dtype) || target.length < indices.length * elements)
      throw new InvalidArgumentError({
        argument: `${argument}[${k}]`,
        expected: `an array that holds ${indices.length} samples of ${column.dtype} ${showShape(column.shape)}`,
        received: target,
      });
    copySamples(column.data, elements, indices, target);
  });
}

/** Copies runs of neighbouring samples at once. */
function copySamples(from: Values, elements: number, indices: Int32Array, to: Values): void {
  if (elements === 1) {
    for (let i = 0; i < indices.length; i++) to[i] = from[indices[i]!]!;
    return;
  }
  for (let i = 0; i < indices.length; ) {
    const first = indices[i]!;
    let run = 1;
    while (i + run < indices.length && indices[i + run] === first + run) run++;
    to.set(from.subarray(first * elements, (first + run) * elements), i * elements);
    i += run;
  }
}
