import type { Values } from '../engine/session.ts';
import {
  booleanValue,
  DataError,
  functionValue,
  InvalidArgumentError,
  knownOptions,
  positiveInteger,
} from '../errors/index.ts';
import { type Batch, type BatchOptions, batchOptions, type Dataset } from './dataset.ts';
import { dtypeOf, type Field, sampleElements } from './field.ts';

/** Values of one batch: of the only field, of all by position, or of all by name. */
export type BatchValues = Values | readonly Values[] | Readonly<Record<string, Values>>;

export interface GeneratedBatch {
  readonly inputs: BatchValues;
  /** Left out where the data set declares no targets. */
  readonly targets?: BatchValues;
  readonly sampleWeights?: Float32Array;
}

export interface GeneratorDatasetOptions {
  readonly inputs: readonly Field[];
  /** Default: none. */
  readonly targets?: readonly Field[];
  /** Whether every batch brings sample weights. Default false. */
  readonly weighted?: boolean;
  /** Samples of the largest batch; any batch may have fewer. */
  readonly batchSize: number;
  /** Batches an epoch: more are not taken, fewer are an error. Default: until the generator ends. */
  readonly batchesPerEpoch?: number;
  /**
   * Begins an epoch, counted from 0. For training that is to repeat itself or to be resumed, the batches must
   * depend on the epoch alone.
   */
  readonly generate: (
    epoch: number,
    signal?: AbortSignal,
  ) => Iterable<GeneratedBatch> | AsyncIterable<GeneratedBatch>;
}

const place = { call: 'generatorDataset' };
const optionNames = ['inputs', 'targets', 'weighted', 'batchSize', 'batchesPerEpoch', 'generate'];

/**
 * A data set whose batches a function makes. It cannot be shuffled or split; a resumed epoch is generated again up
 * to where it goes on. Every batch is checked against the declared fields.
 * @throws {InvalidArgumentError}
 */
export function generatorDataset(options: GeneratorDatasetOptions): Dataset {
  knownOptions(options, optionNames, place);
  return new GeneratorDataset(options);
}

function checkFields(fields: unknown, argument: string, least: number): void {
  const isField = ({ dtype, shape, name }: Partial<Record<keyof Field, unknown>> = {}): boolean =>
    ['f32', 'i32', 'u8'].includes(dtype as string) &&
    Array.isArray(shape) &&
    shape.every((extent) => Number.isSafeInteger(extent) && extent > 0) &&
    (name === undefined || typeof name === 'string');
  const isGood =
    Array.isArray(fields) && fields.length >= least && fields.every((field) => isField(field ?? undefined));
  if (isGood) return;
  const expected = 'an array of fields, such as [{ dtype: "f32", shape: [28, 28, 1] }]';
  throw new InvalidArgumentError({ ...place, argument, expected, received: fields });
}

class GeneratorDataset implements Dataset {
  readonly inputs: readonly Field[];
  readonly targets: readonly Field[];
  readonly weighted: boolean;
  readonly size: undefined;
  readonly batchSize: number;
  readonly #batchCount: number | undefined;
  readonly #generate: GeneratorDatasetOptions['generate'];

  constructor(options: GeneratorDatasetOptions) {
    const { inputs, targets = [], weighted = false, batchesPerEpoch, generate } = options;
    checkFields(inputs, 'inputs', 1);
    checkFields(targets, 'targets', 0);
    functionValue(generate, 'a function of the epoch that gives batches', 'generate', place);
    this.inputs = inputs;
    this.targets = targets;
    this.weighted = booleanValue(weighted, 'weighted', place);
    this.batchSize = positiveInteger(options.batchSize, 'batchSize', place);
    if (batchesPerEpoch !== undefined) positiveInteger(batchesPerEpoch, 'batchesPerEpoch', place);
    this.#batchCount = batchesPerEpoch;
    this.#generate = generate;
  }

  batchesPerEpoch(batchSize: number): number | undefined {
    this.#refuseOtherSize(batchSize);
    return this.#batchCount;
  }

  async *batches(options: BatchOptions): AsyncGenerator<Batch> {
    const { batchSize, epoch, shuffle, start } = batchOptions(options);
    this.#refuseOtherSize(batchSize);
    if (shuffle)
      throw new InvalidArgumentError({
        argument: 'shuffle',
        expected: 'false, because a generator has its own order',
        received: shuffle,
      });
    const most = this.#batchCount ?? Infinity;
    let number = 0;
    if (start < most) {
      for await (const generated of this.#generate(epoch, options.signal)) {
        options.signal?.throwIfAborted();
        if (number >= start) yield this.#checked(generated, `batch ${number} of epoch ${epoch}`);
        number++;
        if (number >= most) return;
      }
    }
    if (most !== Infinity && number < most && start < most)
      throw new DataError({
        source: 'the generated data',
        problem: `epoch ${epoch} ended after ${number} batches, where batchesPerEpoch says ${most}`,
      });
  }

  #refuseOtherSize(batchSize: number): void {
    if (batchSize !== this.batchSize)
      throw new InvalidArgumentError({
        argument: 'batchSize',
        expected: `${this.batchSize}, which the generator was declared with`,
        received: batchSize,
      });
  }

  #checked(generated: GeneratedBatch, source: string): Batch {
    const fail = (problem: string): never => {
      throw new DataError({ source, problem });
    };
    if (typeof generated !== 'object' || generated === null) fail('it is no object with inputs and targets');
    const inputs = arrange(generated.inputs, this.inputs, 'inputs', fail);
    const targets = arrange(generated.targets ?? [], this.targets, 'targets', fail);
    const size = inputs[0]!.length / sampleElements(this.inputs[0]!);
    if (!Number.isInteger(size) || size < 1 || size > this.batchSize)
      fail(`inputs[0] has ${inputs[0]!.length} elements, which are not 1 to ${this.batchSize} samples`);
    const check = (values: Values, field: Field, name: string): void => {
      if (dtypeOf(values) !== field.dtype) fail(`${name} is not ${field.dtype}`);
      const expected = size * sampleElements(field);
      if (values.length !== expected)
        fail(`${name} has ${values.length} elements, where ${expected} are needed`);
    };
    for (const [k, values] of inputs.entries()) check(values, this.inputs[k]!, `inputs[${k}]`);
    for (const [k, values] of targets.entries()) check(values, this.targets[k]!, `targets[${k}]`);
    const { sampleWeights } = generated;
    if (this.weighted !== (sampleWeights !== undefined))
      fail(this.weighted ? 'its sampleWeights are missing' : 'it has sampleWeights that were not declared');
    if (sampleWeights) check(sampleWeights, { dtype: 'f32', shape: [] }, 'sampleWeights');
    return { size, inputs, targets, sampleWeights };
  }
}

function arrange(
  values: BatchValues | undefined,
  fields: readonly Field[],
  group: string,
  fail: (problem: string) => never,
): readonly Values[] {
  if (typeof values !== 'object' || values === null) return fail(`its ${group} are missing`);
  const byPosition = ArrayBuffer.isView(values) ? [values] : Array.isArray(values) ? values : undefined;
  const arranged: readonly Values[] =
    byPosition ??
    fields.map((field, k) => {
      if (field.name === undefined) return fail(`its ${group} are named, but field ${k} has no name`);
      return (
        (values as Readonly<Record<string, Values>>)[field.name] ?? fail(`${group}.${field.name} is missing`)
      );
    });
  const given = byPosition?.length ?? Object.keys(values).length;
  if (given !== fields.length) fail(`it has ${given} ${group}, where ${fields.length} are declared`);
  arranged.forEach((item, k) => {
    if (dtypeOf(item) === undefined) fail(`${group}[${k}] is no typed array of float32, int32 or uint8`);
  });
  return arranged;
}
