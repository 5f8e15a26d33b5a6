import type { Dataset } from '../data/dataset.ts';
import type { Values } from '../engine/session.ts';
import { elementCount } from '../ir/tensor-type.ts';
import type { Model } from '../model/model.ts';
import { ClassJudge, type ClassJudgement } from './judge-classes.ts';
import { ValueJudge, type ValueJudgement } from './judge-values.ts';
import { type Judge, sampleOf } from './judged-batch.ts';
import type { SampleValues } from './options.ts';
import { type Task, taskOf } from './task.ts';

export type Judgement = ClassJudgement | ValueJudgement;

/** What a model says to samples that it was not trained with. */
export interface Answers {
  /** Samples that were looked at. */
  readonly samples: number;
  /** True where there are more. */
  readonly cut: boolean;
  readonly judgement: Judgement | undefined;
  /** Why there is no judgement. */
  readonly why: string | undefined;
  /** Inputs of the sample that is drawn layer by layer. */
  readonly example: readonly SampleValues[] | undefined;
}

const judgeFor = (task: Task): Judge<Judgement> | undefined => {
  if (task.kind === 'classes') return new ClassJudge(task);
  return task.kind === 'values' ? new ValueJudge(task.elements) : undefined;
};

const samplesAtOnce = 256;

/** Runs the model over a data set, batch by batch: it may be larger than memory. */
export async function judge(
  model: Model,
  dataset: Dataset,
  { maxSamples, sample, signal }: { maxSamples: number; sample: number; signal?: AbortSignal },
): Promise<Answers> {
  const task = taskOf(model, dataset);
  const judging = judgeFor(task);
  let example: SampleValues[] | undefined;
  let [samples, cut] = [0, false];
  const batchSize = dataset.batchSize ?? Math.min(samplesAtOnce, dataset.size ?? samplesAtOnce);
  for await (const batch of dataset.batches({ batchSize, signal })) {
    if (samples >= maxSamples) {
      cut = true;
      break;
    }
    const size = Math.min(batch.size, maxSamples - samples);
    cut = size < batch.size;
    const at = sample - samples;
    if (at >= 0 && at < size)
      example = dataset.inputs.map(({ shape }, k) => ({
        shape,
        values: sampleOf(batch.inputs[k]!, shape, at),
      }));
    if (judging) {
      const fed = dataset.inputs.map(({ shape }, k) => ({
        data: batch.inputs[k]!.subarray(0, batch.size * elementCount(shape)) as Values,
        shape: [batch.size, ...shape],
      }));
      const [prediction] = await model.predictAll(fed, { batchSize, signal });
      const { shape } = dataset.inputs[0]!;
      judging.take({
        first: samples,
        size,
        predictions: prediction!.data as Float32Array,
        targets: batch.targets[0]!,
        input: (k) => ({ shape, values: sampleOf(batch.inputs[0]!, shape, k) }),
      });
    }
    samples += size;
  }
  return {
    samples,
    cut: cut || (dataset.size ?? samples) > samples,
    judgement: samples > 0 ? judging?.result() : undefined,
    why: task.kind === 'unknown' ? task.why : undefined,
    example,
  };
}
