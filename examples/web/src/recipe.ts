import type { Model, TrainingEvent } from 'atrous';
import { type ImageSets, type TensorDataset, tensorDataset } from 'atrous/datasets';
import { digits, recipes } from 'atrous/zoo';

/** What decides about the bits of a training. */
export interface Settings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  /** Images to train with, the first of the set; all 10,000 test images judge. */
  readonly images: number;
}

export const usualSettings: Settings = { epochs: 3, batchSize: 128, seed: 0, images: 60_000 };

export const stepsPerEpoch = ({ images, batchSize }: Settings): number => Math.ceil(images / batchSize);

/** The network without any training; its images are turned, zoomed and moved at random while it learns. */
export function newModel({ seed, images, epochs, batchSize }: Settings): Model {
  const model = digits({ seed });
  model.compile(recipes.digits.compileOptions({ samples: images, epochs, batchSize }));
  return model;
}

/** Trains where the model stands: from nothing, or where it was stopped, with the same bits as without the stop. */
export function trainOn(
  model: Model,
  { train, test }: ImageSets,
  settings: Settings,
): AsyncGenerator<TrainingEvent> {
  const { epochs, batchSize, seed, images } = settings;
  const begun = model.trainingState.step > 0;
  return model.train(firstSamples(train, images), {
    epochs,
    batchSize,
    validationData: test,
    ...(begun ? { resume: true } : { seed }),
  });
}

function firstSamples(set: TensorDataset, count: number): TensorDataset {
  if (count >= set.size) return set;
  const { data, shape } = set.inputs[0]!;
  const elements = data.length / set.size;
  const images = { data: data.subarray(0, count * elements), shape: [count, ...shape] };
  return tensorDataset(images, set.targets[0]!.data.subarray(0, count));
}

/** SHA-256 of all weights as float32, in the order of the layers, in hexadecimal. */
export async function hashOfWeights(model: Model): Promise<string> {
  const weights = await model.getWeights();
  const bytes = new Uint8Array(weights.reduce((sum, { data }) => sum + data.byteLength, 0));
  let offset = 0;
  for (const { data } of weights) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
