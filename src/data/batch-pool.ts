import { type BatchArrays, type BatchLender, type Dataset, makeBatchArrays } from './dataset.ts';
import type { Field } from './field.ts';

/**
 * Lends arrays of one size to batch after batch: memory that is new in every step costs page faults and collections.
 */
export class BatchPool implements BatchLender {
  readonly #make: () => BatchArrays;
  readonly #batchSize: number;
  readonly #free: BatchArrays[] = [];
  /** What is lent, where it is not lost: the arrays of a short batch are views of whole ones. */
  readonly #lent = new WeakMap<BatchArrays['inputs'], BatchArrays>();

  constructor(dataset: Pick<Dataset, 'inputs' | 'targets' | 'weighted' | 'size'>, batchSize: number) {
    this.#batchSize = Math.min(batchSize, dataset.size ?? batchSize);
    // fields alone: the data behind them may be gone before the pool
    const fieldsOf = (fields: readonly Field[]): Field[] =>
      fields.map(({ dtype, shape }) => ({ dtype, shape }));
    const [inputs, targets] = [fieldsOf(dataset.inputs), fieldsOf(dataset.targets)];
    const { weighted } = dataset;
    this.#make = () => makeBatchArrays({ inputs, targets, weighted }, this.#batchSize);
  }

  borrow(size: number): BatchArrays {
    const whole = this.#free.pop() ?? this.#make();
    const arrays = size === this.#batchSize ? whole : firstSamples(whole, size / this.#batchSize);
    this.#lent.set(arrays.inputs, whole);
    return arrays;
  }

  /** Takes the arrays of a batch back that nobody reads any more; those of others are left alone. */
  giveBack({ inputs }: BatchArrays): void {
    const whole = this.#lent.get(inputs);
    if (!whole) return;
    this.#lent.delete(inputs);
    this.#free.push(whole);
  }
}

function firstSamples({ inputs, targets, sampleWeights }: BatchArrays, share: number): BatchArrays {
  const first = <T extends BatchArrays['inputs'][number]>(values: T): T =>
    values.subarray(0, Math.round(values.length * share)) as T;
  return {
    inputs: inputs.map(first),
    targets: targets.map(first),
    sampleWeights: sampleWeights && first(sampleWeights),
  };
}
