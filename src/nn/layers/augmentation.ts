import * as options from '../options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

/** One number, or the lowest and the highest. */
export type Factor = number | readonly [lowest: number, highest: number];

/** Where a place outside of the image takes its value from. */
export type FillMode = 'reflect' | 'wrap' | 'constant' | 'nearest';

/** What all layers of this file take. */
interface ImageOptions extends LayerOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

export interface ResamplingOptions extends ImageOptions {
  /**
   * What lies outside: the image mirrored at its edges (`reflect`), repeated (`wrap`), its nearest pixel (`nearest`), or
   * `fillValue` (`constant`). Default `reflect`.
   */
  readonly fillMode?: FillMode;
  /** Default `bilinear`. */
  readonly interpolation?: 'bilinear' | 'nearest';
  /** With `fillMode: 'constant'`. Default 0. */
  readonly fillValue?: number;
}

const filling = {
  fillMode: options.optional(options.choice(['reflect', 'wrap', 'constant', 'nearest']), 'reflect'),
  interpolation: options.optional(options.choice(['bilinear', 'nearest']), 'bilinear'),
  fillValue: options.optional(options.number(), 0),
};

/** A factor of Keras: one number stands for the range that `of` gives. It is written as it was given. */
const factor = (expected: string, inRange: (value: number) => boolean): options.Rule<Factor> => ({
  read: (value, argument, place) => {
    if (typeof value === 'number' && inRange(value)) return value;
    const pair = Array.isArray(value) && value.length === 2 && value.every((n) => inRange(n as number));
    if (pair) return [Math.min(...(value as number[])), Math.max(...(value as number[]))];
    throw options.refusal(argument, `${expected}, or two of them`, value, place);
  },
  write: (value) => value,
});
const fromMinusOneToOne = factor('a number from -1 to 1', (n) => n >= -1 && n <= 1);
const aboveMinusOne = factor('a number above -1 and up to 1', (n) => n > -1 && n <= 1);
const fromZeroToOne = factor('a number from 0 to 1', (n) => n >= 0 && n <= 1);
/** A pair that is no range but goes down by its first number and up by its second one. */
const numberOrOrdered: options.Rule<Factor> = {
  ...fromZeroToOne,
  read: (value, argument, place) => {
    fromZeroToOne.read(value, argument, place);
    return Array.isArray(value) ? [value[0], value[1]] : (value as number);
  },
  // The code of Keras, unlike its words, takes one number f for [0, f].
  write: (value) => (typeof value === 'number' ? [value, value] : value),
};

const range: options.Rule<readonly [number, number]> = {
  read: (value, argument, place) => {
    const pair = Array.isArray(value) && value.length === 2 && value.every((n) => Number.isFinite(n));
    if (pair && value[0] < value[1]) return [value[0], value[1]];
    throw options.refusal(argument, 'the lowest and the highest value', value, place);
  },
  write: (value) => value,
};
const bytes: readonly [number, number] = [0, 255];
const valueRange = options.optional(range, bytes);

/** What all share: the graph passes images on, because batches are changed where they are fed, in training alone. */
const kind = <const R extends options.Rules>(className: string, rules: R): ReturnType<typeof layerKind<R>> =>
  layerKind({
    className,
    keras: { dataFormat: true },
    inputRank: [3, '[batch, height, width, channels]'],
    options: rules,
    call: (_, [x]) => x!,
  });

export interface RandomFlipOptions extends ImageOptions {
  /** Default `horizontal_and_vertical`, which as in Keras flips both ways or not at all. */
  readonly mode?: 'horizontal' | 'vertical' | 'horizontal_and_vertical';
}

/** Flips every other image, chosen at random, in training. */
export const randomFlip: (options?: RandomFlipOptions) => Layer = kind('RandomFlip', {
  mode: options.optional(
    options.choice(['horizontal', 'vertical', 'horizontal_and_vertical']),
    'horizontal_and_vertical',
  ),
});

export interface RandomTranslationOptions extends ResamplingOptions {
  /** Share of the height by which images move down (up where negative); one number f stands for [-f, f]. */
  readonly heightFactor: Factor;
  /** Share of the width by which images move to the right; one number f stands for [-f, f]. */
  readonly widthFactor: Factor;
}

/** Moves images in training. */
export const randomTranslation: (options: RandomTranslationOptions) => Layer = kind('RandomTranslation', {
  heightFactor: fromMinusOneToOne,
  widthFactor: fromMinusOneToOne,
  ...filling,
});

export interface RandomRotationOptions extends ResamplingOptions {
  /** Share of a whole turn, counter-clockwise where positive; one number f stands for [-f, f]. */
  readonly factor: Factor;
}

/** Turns images about their centre in training. */
export const randomRotation: (options: RandomRotationOptions) => Layer = kind('RandomRotation', {
  factor: fromMinusOneToOne,
  ...filling,
});

export interface RandomZoomOptions extends ResamplingOptions {
  /** Zooms out by this share of the height (in where negative); one number f stands for [-f, f]. */
  readonly heightFactor: Factor;
  /** The same of the width. Default null: both as the height, which keeps the proportions. */
  readonly widthFactor?: Factor | null;
}

/** Zooms images about their centre in training. */
export const randomZoom: (options: RandomZoomOptions) => Layer = kind('RandomZoom', {
  heightFactor: aboveMinusOne,
  widthFactor: options.nullable(aboveMinusOne),
  ...filling,
});

export interface RandomContrastOptions extends ImageOptions {
  /** [a, b]: the distance of a pixel to its channel's mean is multiplied by 1 - a to 1 + b; f stands for [f, f]. */
  readonly factor: Factor;
  /** Results are clipped to it. Default [0, 255]. */
  readonly valueRange?: readonly [lowest: number, highest: number];
}

/** Changes the contrast of images in training. */
export const randomContrast: (options: RandomContrastOptions) => Layer = kind('RandomContrast', {
  factor: numberOrOrdered,
  valueRange,
});

export interface RandomErasingOptions extends ImageOptions {
  /** Range of the probability with which an image loses a rectangle; f stands for [0, f]. Default 1. */
  readonly factor?: Factor;
  /** Range of the square of the rectangle's sides as shares of the image's; f stands for [0, f]. Default [0.02, 0.33]. */
  readonly scale?: Factor;
  /** What stands there then, clipped to `valueRange`. Default null: normal noise of deviation valueRange[1]. */
  readonly fillValue?: number | null;
  /** Default [0, 255]. */
  readonly valueRange?: readonly [lowest: number, highest: number];
}

/** Erases a rectangle of images in training. */
export const randomErasing: (options?: RandomErasingOptions) => Layer = kind('RandomErasing', {
  factor: options.optional<Factor>(fromZeroToOne, 1),
  scale: options.optional<Factor>(fromZeroToOne, [0.02, 0.33]),
  fillValue: options.nullable(options.number()),
  valueRange,
});

export interface MixUpOptions extends ImageOptions {
  /** Both parameters of the beta distribution of the weight, above 0 and up to 1. Default 0.2. */
  readonly alpha?: number;
}

/**
 * In training, means of two images of a batch, weighted at random, with labels weighted alike: they must be one-hot
 * (Zhang, Cisse, Dauphin, Lopez-Paz: mixup, arXiv 1710.09412).
 */
export const mixUp: (options?: MixUpOptions) => Layer = kind('MixUp', {
  alpha: options.optional(options.number({ above: 0, max: 1 }), 0.2),
});
