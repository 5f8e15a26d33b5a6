import type { Batch, Dataset } from '../data/dataset.ts';
import { makeValues } from '../data/field.ts';
import { tensorDataset } from '../data/tensor-dataset.ts';
import type { TrainedModel } from '../training/callback.ts';
import type { PngImage } from './event.ts';

/** Samples that are looked at, from the first on. */
const mostSamples = 1000;
const batchSize = 250;

/**
 * Samples that a classifier gets wrong, the most certain mistakes first, as one picture. Undefined where there are none,
 * and for data that are no pictures with one label each.
 */
export async function mistakesOf(
  model: TrainedModel,
  dataset: Dataset,
  most: number,
): Promise<PngImage | undefined> {
  const [input] = dataset.inputs;
  const [target] = dataset.targets;
  const isClass = target && target.dtype !== 'f32' && target.shape.every((extent) => extent === 1);
  if (!input || !isClass || dataset.inputs.length > 1 || model.network.outputs.length > 1) return undefined;
  const wrong: { readonly sample: Batch['inputs'][number]; readonly certainty: number }[] = [];
  let seen = 0;
  for await (const batch of dataset.batches({ batchSize: dataset.batchSize ?? batchSize })) {
    const [values] = batch.inputs;
    const elements = values!.length / batch.size;
    const { data, shape } = await model.predict(
      tensorDataset({ data: values!, shape: [batch.size, ...input.shape] }),
    );
    const classes = shape.length === 2 ? shape[1]! : 0;
    if (classes < 2) return undefined;
    for (let n = 0; n < batch.size; n++) {
      const row = data.subarray(n * classes, (n + 1) * classes);
      const certainty = Math.max(...row);
      if (row.indexOf(certainty) === batch.targets[0]![n]) continue;
      wrong.push({ sample: values!.slice(n * elements, (n + 1) * elements), certainty });
    }
    seen += batch.size;
    if (seen >= mostSamples) break;
  }
  if (wrong.length === 0) return undefined;
  const shown = wrong.toSorted((a, b) => b.certainty - a.certainty).slice(0, most);
  const elements = shown[0]!.sample.length;
  const data = makeValues(input.dtype, shown.length * elements);
  for (const [k, { sample }] of shown.entries()) data.set(sample, k * elements);
  const { samplePicture } = await import('./pictures.ts');
  return samplePicture(data, [...shown.keys()], input.shape);
}
