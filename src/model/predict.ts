import type { Dataset } from '../data/dataset.ts';
import type { TensorGroup } from '../data/field.ts';
import type { Values } from '../engine/session.ts';
import { InvalidArgumentError, knownOptions, positiveInteger } from '../errors/index.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { Tensor } from '../tensor/tensor.ts';
import { pipelined } from '../training/pipeline.ts';
import type { Trainer } from '../training/trainer.ts';
import { datasetOf, isDataset, type SampleShapes } from './data-arguments.ts';

export interface PredictOptions {
  /** Samples that run at once; it does not change the result. Default 128. */
  readonly batchSize?: number;
  readonly signal?: AbortSignal;
}

/** Predictions of all outputs, samples first. */
export async function predictAll(
  trainer: Trainer,
  x: TensorGroup | Dataset,
  options: PredictOptions,
  inputs: SampleShapes,
): Promise<Tensor[]> {
  const place = { call: 'predict' };
  knownOptions(options, ['batchSize', 'signal'], place);
  const dataset = isDataset(x) ? x : datasetOf(x, undefined, { inputs, targets: [] });
  const batchSize = positiveInteger(options.batchSize ?? dataset.batchSize ?? 128, 'batchSize', place);
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new InvalidArgumentError({
      ...place,
      argument: 'signal',
      expected: 'an AbortSignal',
      received: signal,
    });
  }
  const runner = await trainer.prediction(dataset, batchSize);
  const parts: Values[][] = trainer.network.outputs.map(() => []);
  let samples = 0;
  const batches = dataset.batches({ batchSize, signal });
  for await (const { item, result } of pipelined(batches, (batch) => runner.run(batch, 0))) {
    samples += item.size;
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
