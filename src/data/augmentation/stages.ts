import type { Factor } from '../../nn/layers/augmentation.ts';
import type { Layer } from '../../nn/layers/layer.ts';
import { type Affine, chained, flippedAcross, flippedDown, rotation, translation, zoom } from './affine.ts';
import { changeContrast, fillRectangle, noiseOf, rectangleIn } from './colors.ts';
import { between, type Draws } from './draws.ts';
import { type AugmentationClass, isGeometric } from './kinds.ts';
import { mix, orderOf, symmetricBeta } from './mix-up.ts';
import { type Filling, Resampler } from './resample.ts';

export type ImageShape = readonly [height: number, width: number, channels: number];

/** Images and one-hot labels of a batch. */
export interface MutableBatch {
  readonly size: number;
  images: Float32Array;
  /** Undefined where nothing mixes samples. */
  labels: Float32Array | undefined;
}

/** Changes a batch in place. `draws[k]` has the random numbers of the k-th augmentation. */
export type Stage = (batch: MutableBatch, draws: readonly Draws[]) => void;

/** What a layer does to one image, as a map of places. */
type Geometry = (draw: readonly [number, number, number, number]) => Affine;

type Options = Readonly<Record<string, unknown>>;

const rangeOf = (factor: unknown, low: (high: number) => number): readonly [number, number] =>
  typeof factor === 'number' ? [low(Math.abs(factor)), Math.abs(factor)] : (factor as [number, number]);
/** One number stands for both sides of zero. */
const around = (factor: unknown): readonly [number, number] => rangeOf(factor as Factor, (high) => -high);
const fromZero = (factor: unknown): readonly [number, number] => rangeOf(factor as Factor, () => 0);

const geometries: Readonly<
  Record<AugmentationClass<'geometric'>, (options: Options, shape: ImageShape) => Geometry>
> = {
  RandomFlip: ({ mode }, [height, width]) => {
    const across = flippedAcross(width);
    const down = flippedDown(height);
    const both = chained(across, down);
    const flipped = mode === 'horizontal' ? across : mode === 'vertical' ? down : both;
    return ([draw]) => (draw <= 0.5 ? flipped : [1, 0, 0, 0, 1, 0]);
  },
  RandomTranslation: ({ heightFactor, widthFactor }, [height, width]) => {
    const down = around(heightFactor);
    const right = around(widthFactor);
    return ([a, b]) => translation(width * between(right, b), height * between(down, a));
  },
  RandomRotation: ({ factor }, [height, width]) => {
    const turns = around(factor);
    return ([draw]) => rotation(between(turns, draw), height, width);
  },
  RandomZoom: ({ heightFactor, widthFactor }, [height, width]) => {
    const down = around(heightFactor);
    const across = widthFactor === null ? undefined : around(widthFactor);
    return ([a, b]) => {
      const factor = 1 + between(down, a);
      return zoom(factor, across ? 1 + between(across, b) : factor, height, width);
    };
  },
};

const others: Readonly<
  Record<AugmentationClass<'other'>, (options: Options, shape: ImageShape, number: number) => Stage>
> = {
  RandomContrast: ({ factor, valueRange }, [height, width, channels], number) => {
    const [less, more] = typeof factor === 'number' ? [factor, factor] : (factor as [number, number]);
    const elements = height * width * channels;
    return ({ size, images }, draws) => {
      for (let i = 0; i < size; i++) {
        const strength = between([1 - less, 1 + more], draws[number]!.uniform(i)[0]);
        const extents = { elements, channels };
        changeContrast(images, i * elements, extents, strength, valueRange as [number, number]);
      }
    };
  },
  RandomErasing: ({ factor, scale, fillValue, valueRange }, shape, number) => {
    const [height, width, channels] = shape;
    const elements = height * width * channels;
    const probability = fromZero(factor);
    const area = fromZero(scale);
    const [low, high] = valueRange as [number, number];
    const inRange = (x: number): number => (x < low ? low : x > high ? high : x);
    return ({ size, images }, draws) => {
      for (let i = 0; i < size; i++) {
        const [chance, threshold] = draws[number]!.uniform(i, 0);
        if (threshold >= between(probability, chance)) continue;
        const [a, b, c, d] = draws[number]!.uniform(i, 1);
        const sides = [Math.sqrt(between(area, a)), Math.sqrt(between(area, b))] as const;
        const rectangle = rectangleIn([height, width], sides, [c, d]);
        const noise = noiseOf(draws[number]!, i, 2);
        const value = (element: number): number =>
          inRange(fillValue === null ? high * noise(element) : (fillValue as number));
        fillRectangle(images, i * elements, shape, rectangle, value);
      }
    };
  },
  MixUp: ({ alpha }, [height, width, channels], number) => {
    let mixed = new Float32Array(0);
    return (batch, draws) => {
      const { size, images, labels } = batch;
      const own = draws[number]!;
      const order = orderOf(size, own);
      const weights = Float64Array.from({ length: size }, (_, i) =>
        symmetricBeta(alpha as number, own, i, 1),
      );
      if (mixed.length < images.length) mixed = new Float32Array(images.length);
      mix(images, mixed, height * width * channels, order, weights);
      images.set(mixed.subarray(0, size * height * width * channels));
      if (labels) mix(labels.slice(), labels, labels.length / size, order, weights);
    };
  },
};

/** True for layers that change labels too. */
export const mixesSamples = ({ className }: Layer): boolean => className === 'MixUp';

/** What layers do, one after another: neighbours that map places in the same way are one resampling. */
export function stagesOf(layers: readonly Layer[], shape: ImageShape): Stage[] {
  const stages: Stage[] = [];
  for (let k = 0; k < layers.length; ) {
    const layer = layers[k]!;
    if (!isGeometric(layer)) {
      stages.push(others[layer.className as AugmentationClass<'other'>](layer.options, shape, k++));
      continue;
    }
    const first = k;
    let filling: Filling | undefined;
    for (; k < layers.length && isGeometric(layers[k]!); k++) {
      const own = fillingOf(layers[k]!);
      if (own && filling && !sameFilling(own, filling)) break;
      filling ??= own;
    }
    stages.push(resampling(layers.slice(first, k), first, shape, filling ?? anyFilling));
  }
  return stages;
}

/** A flip alone has no places outside. */
const anyFilling: Filling = { fillMode: 'nearest', fillValue: 0, interpolation: 'bilinear' };

const fillingOf = ({ className, options }: Layer): Filling | undefined =>
  className === 'RandomFlip' ? undefined : (options as unknown as Filling);

const sameFilling = (a: Filling, b: Filling): boolean =>
  a.fillMode === b.fillMode &&
  a.interpolation === b.interpolation &&
  (a.fillMode !== 'constant' || a.fillValue === b.fillValue);

function resampling(layers: readonly Layer[], first: number, shape: ImageShape, filling: Filling): Stage {
  const maps = layers.map(({ className, options }) =>
    geometries[className as AugmentationClass<'geometric'>](options, shape),
  );
  const resampler = new Resampler(shape, filling);
  const elements = shape[0] * shape[1] * shape[2];
  return ({ size, images }, draws) => {
    for (let i = 0; i < size; i++) {
      let whole = maps[0]!(draws[first]!.uniform(i));
      for (let k = 1; k < maps.length; k++) whole = chained(whole, maps[k]!(draws[first + k]!.uniform(i)));
      resampler.apply(images, i * elements, whole);
    }
  };
}
