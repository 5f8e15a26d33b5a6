import { type Dataset, isDataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';
import type { Values } from '../engine/session.ts';
import {
  InvalidArgumentError,
  inCall,
  knownOptions,
  optionalSignal,
  positiveInteger,
} from '../errors/index.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { Tensor } from '../tensor/tensor.ts';
import { pipelined } from '../training/pipeline.ts';
import type { Trainer } from '../training/trainer.ts';
import { usualBatch } from '../training/usual-batch.ts';
import { datasetOf, type SampleShapes } from './data-arguments.ts';

export interface PredictOptions {
  /** Samples that run at once; it does not change the result. Default 128, fewer where samples are large. */
  readonly batchSize?: number;
  /** Ends the prediction. Default none. */
  readonly signal?: AbortSignal;
}

/** Predictions of all outputs, samples first. */
export async function predictAll(
  trainer: Trainer,
  x: TensorGroup | Dataset,
  options: PredictOptions,
  inputs: SampleShapes,
  call: string,
): Promise<Tensor[]> {
  const place = { call };
  knownOptions(options, ['batchSize', 'signal'], place);
  const dataset = isDataset(x) ? x : inCall(place.call, () => datasetOf([x], { inputs, targets: [] }));
  const chosen = options.batchSize ?? dataset.batchSize ?? usualBatch(trainer.network);
  const batchSize = positiveInteger(chosen, 'batchSize', place);
  const { signal } = options;
  optionalSignal(signal, place);
  const runner = await trainer.prediction(dataset, batchSize);
  const parts: Values[][] = trainer.network.outputs.map(() => []);
  let samples = 0;
  const pool = trainer.pool(dataset, batchSize);
  const batches = dataset.batches({ batchSize, lender: pool, signal });
  for await (const { item, result } of pipelined(batches, (batch) => runner.run(batch, 0))) {
    samples += item.size;
    pool.giveBack(item);
    for (const [k, list] of parts.entries()) list.push(result[String(k)]!);
  }
  return trainer.network.outputs.map(({ shape }, k) => {
    const data = new Float32Array(samples * elementCount(shape));
    let offset = 0;
    for (const part of parts[k]!) {
      data.set(part, offset);
      offset += part.length;
    }
    return new Tensor(data, [samples, ...shape]);
  });
}

/** @throws {InvalidArgumentError} if a model has several outputs */
export function onlyOutput([first, ...others]: readonly Tensor[], call: string, model: string): Tensor {
  if (first && others.length === 0) return first;
  const expected = 'predictAll, because the model has several outputs';
  throw new InvalidArgumentError({ call, argument: 'model', expected, received: model });
}

/** Samples that a synchronous prediction runs at once at most. */
const SYNC_BATCH = 32;

/** The same on the calling thread, at once. */
export function predictAllSync(trainer: Trainer, x: TensorGroup, inputs: SampleShapes): Tensor[] {
  const dataset = inCall('predictSync', () => datasetOf([x], { inputs, targets: [] }));
  const runner = trainer.predictionSync(dataset, Math.min(dataset.size, SYNC_BATCH));
  const results = trainer.network.outputs.map(
    ({ shape }) => new Tensor(new Float32Array(dataset.size * elementCount(shape)), [dataset.size, ...shape]),
  );
  for (let start = 0; start < dataset.size; start += SYNC_BATCH) {
    const end = Math.min(start + SYNC_BATCH, dataset.size);
    const values = dataset.inputs.map(({ data, shape }) => {
      const elements = elementCount(shape);
      return data.subarray(start * elements, end * elements);
    });
    const outputs = runner.run({ size: end - start, inputs: values, targets: [] });
    for (const [k, { data, shape }] of results.entries()) {
      data.set(outputs[String(k)]!, start * elementCount(shape.slice(1)));
    }
  }
  return results;
}
