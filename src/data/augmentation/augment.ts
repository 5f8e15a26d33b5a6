import {
  InvalidArgumentError,
  integerBetween,
  knownOptions,
  nonNegativeInteger,
  showShape,
} from '../../errors/index.ts';
import { Layer } from '../../nn/layers/layer.ts';
import { type Seed, seedOf } from '../../numerics/seed.ts';
import { BatchPool } from '../batch-pool.ts';
import {
  type Batch,
  type BatchArrays,
  type BatchOptions,
  batchOptions,
  type Dataset,
  isDataset,
  makeBatchArrays,
} from '../dataset.ts';
import { type Field, sampleElements } from '../field.ts';
import { Draws } from './draws.ts';
import { isAugmentation } from './kinds.ts';
import { type ImageShape, type MutableBatch, mixesSamples, type Stage, stagesOf } from './stages.ts';

export interface AugmentOptions {
  /** A whole number. Default: the seed with which batches are asked for, in a training that of `fit`. */
  readonly seed?: number;
  /** Which input of the data set the images are. Default 0, the first. */
  readonly input?: number;
}

const place = { call: 'augment' };

/**
 * A data set whose images are changed at random, each time anew, by layers such as `layers.randomRotation({ factor: 0.03 })`,
 * one after another. It is for training alone: validate with the data set itself. What an image becomes follows from seed,
 * epoch and its place in the epoch, so that a training repeats itself bit for bit on any number of threads, in Node or a
 * browser, and after a resume in the middle of an epoch. Translation, rotation, zoom and flip that follow each other with
 * the same filling are one resampling. Images of bytes stay bytes: they are rounded once, at the end (Keras makes floats).
 * @param dataset images [height, width, channels] or [height, width]
 * @throws {InvalidArgumentError} for layers of other kinds, and for `mixUp` where the labels are not one-hot float32
 */
export function augment(dataset: Dataset, layers: readonly Layer[], options: AugmentOptions = {}): Dataset {
  knownOptions(options, ['seed', 'input'], place);
  return new AugmentedDataset(dataset, layers, options);
}

class AugmentedDataset implements Dataset {
  readonly inputs: readonly Field[];
  readonly targets: readonly Field[];
  readonly weighted: boolean;
  readonly size: number | undefined;
  readonly batchSize: number | undefined;
  readonly shufflesByDefault: boolean;
  readonly #source: Dataset;
  readonly #layers: readonly Layer[];
  readonly #shape: ImageShape;
  readonly #input: number;
  readonly #seed: number | undefined;

  constructor(source: Dataset, layers: readonly Layer[], { seed, input = 0 }: AugmentOptions) {
    if (!isDataset(source)) {
      const expected = 'a data set, such as tensorDataset() gives';
      throw new InvalidArgumentError({ ...place, argument: 'dataset', expected, received: source });
    }
    if (!Array.isArray(layers) || !layers.every((layer) => layer instanceof Layer && isAugmentation(layer))) {
      const expected = 'an array of augmentation layers, such as layers.randomRotation({ factor: 0.03 })';
      const received = Array.isArray(layers)
        ? layers.map((x) => (x instanceof Layer ? x.className : x))
        : layers;
      throw new InvalidArgumentError({ ...place, argument: 'layers', expected, received });
    }
    integerBetween(input, 0, source.inputs.length - 1, 'input', place);
    this.#seed = seed === undefined ? undefined : nonNegativeInteger(seed, 'seed', place);
    this.#source = source;
    this.#layers = layers;
    this.#input = input;
    this.#shape = imageShape(source.inputs[input]!);
    if (layers.some(mixesSamples)) checkOneHot(source.targets);
    this.inputs = source.inputs;
    this.targets = source.targets;
    this.weighted = source.weighted;
    this.size = source.size;
    this.batchSize = source.batchSize;
    this.shufflesByDefault = source.shufflesByDefault ?? 'gather' in source;
  }

  batchesPerEpoch(batchSize: number): number | undefined {
    return this.#source.batchesPerEpoch(batchSize);
  }

  async *batches(options: BatchOptions): AsyncGenerator<Batch> {
    const { batchSize, epoch, seed, start } = batchOptions(options);
    const { lender } = options;
    const key = seedOf(this.#seed ?? seed);
    const pool = new BatchPool(this.#source, batchSize);
    const augmenter = new Augmenter(this.#layers, this.#shape, this.#input, this.inputs[this.#input]!);
    let first = start * batchSize;
    for await (const batch of this.#source.batches({ ...options, lender: pool })) {
      const arrays = lender?.borrow(batch.size) ?? makeBatchArrays(this, batch.size);
      copyBatch(batch, arrays, this.#input);
      augmenter.apply(batch, arrays, { seed: key, epoch, first });
      pool.giveBack(batch);
      yield { size: batch.size, ...arrays };
      first += batchSize;
    }
  }
}

/** All but the images. */
function copyBatch(from: BatchArrays, to: BatchArrays, images: number): void {
  for (const [k, values] of from.inputs.entries()) if (k !== images) to.inputs[k]!.set(values);
  for (const [k, values] of from.targets.entries()) to.targets[k]!.set(values);
  if (from.sampleWeights) to.sampleWeights!.set(from.sampleWeights);
}

/** Carries the layers out for batches of one data set. */
class Augmenter {
  readonly #stages: readonly Stage[];
  readonly #count: number;
  readonly #input: number;
  readonly #mixes: boolean;
  readonly #elements: number;
  /** Floats of images that come and go as integers. */
  #floats = new Float32Array(0);

  constructor(layers: readonly Layer[], shape: ImageShape, input: number, field: Field) {
    this.#stages = stagesOf(layers, shape);
    this.#count = layers.length;
    this.#input = input;
    this.#mixes = layers.some(mixesSamples);
    this.#elements = sampleElements(field);
  }

  apply(
    from: Batch,
    to: BatchArrays,
    { seed, epoch, first }: { readonly seed: Seed; readonly epoch: number; readonly first: number },
  ): void {
    const draws = Array.from({ length: this.#count }, (_, k) => new Draws(seed, epoch, first, k));
    const given = from.inputs[this.#input]!;
    const result = to.inputs[this.#input]!;
    const images = result instanceof Float32Array ? result : this.#scratch(from.size);
    images.set(given);
    const labels = this.#mixes ? (to.targets[0] as Float32Array) : undefined;
    const batch: MutableBatch = { size: from.size, images, labels };
    for (const stage of this.#stages) stage(batch, draws);
    if (result instanceof Uint8Array) {
      // A clamped array rounds halves to even and limits; element by element is twice as fast as its `set`.
      const bytes = new Uint8ClampedArray(result.buffer, result.byteOffset, images.length);
      for (let i = 0; i < bytes.length; i++) bytes[i] = images[i]!;
    } else if (result instanceof Int32Array) {
      for (let i = 0; i < images.length; i++) result[i] = toNearest(images[i]!);
    }
  }

  #scratch(size: number): Float32Array {
    const length = size * this.#elements;
    if (this.#floats.length < length) this.#floats = new Float32Array(length);
    return this.#floats.subarray(0, length);
  }
}

/** Halves to even, as bytes are rounded. */
function toNearest(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  return rest > 0.5 || (rest === 0.5 && below % 2 !== 0) ? below + 1 : below;
}

function imageShape({ shape }: Field): ImageShape {
  const [height, width, channels = 1] = shape;
  if (shape.length === 2 || shape.length === 3) return [height!, width!, channels];
  throw new InvalidArgumentError({
    ...place,
    argument: 'dataset',
    expected: 'images of shape [height, width, channels]',
    received: shape,
  });
}

function checkOneHot(targets: readonly Field[]): void {
  const [target] = targets;
  if (targets.length === 1 && target!.dtype === 'f32' && target!.shape.length === 1) return;
  throw new InvalidArgumentError({
    ...place,
    argument: 'dataset',
    expected: 'one-hot labels (float32 [classes]) with mixUp',
    received: targets.map(({ dtype, shape }) => `${dtype} ${showShape(shape)}`),
  });
}
