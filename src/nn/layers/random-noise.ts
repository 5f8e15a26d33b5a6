import * as ops from '../../ops/index.ts';
import { number } from '../options.ts';
import { names } from './convolution-options.ts';
import type { DataFormat } from './data-format.ts';
import { type Layer, type LayerOptions, layerKind } from './layer.ts';

export interface SpatialDropout1dOptions extends LayerOptions {
  /** Share of channels that are set to zero in training: at least 0, below 1. */
  readonly rate: number;
}

export interface SpatialDropoutOptions extends SpatialDropout1dOptions {
  /** Default `channelsLast`. */
  readonly dataFormat?: DataFormat;
}

const rate = number({ min: 0, below: 1 });

const spatialDropout = (rank: 1 | 2 | 3): ((options: SpatialDropoutOptions) => Layer) =>
  layerKind({
    className: `SpatialDropout${rank}D`,
    keras: { dataFormat: rank > 1, fixed: true, masking: 'passes' },
    inputRank: [rank + 1, names[rank]],
    options: { rate },
    call: (options, [x], { training, stream }) =>
      training ? ops.spatialDropout(x!, { ...options, stream }) : x!,
  });

/** Sets whole channels of [batch, length, channels] to zero while training and scales the others by 1 / (1 - rate). */
export const spatialDropout1d: (options: SpatialDropout1dOptions) => Layer = spatialDropout(1);
/** The same for [batch, height, width, channels]. */
export const spatialDropout2d: (options: SpatialDropoutOptions) => Layer = spatialDropout(2);
/** The same for [batch, depth, height, width, channels]. */
export const spatialDropout3d: (options: SpatialDropoutOptions) => Layer = spatialDropout(3);

export interface GaussianNoiseOptions extends LayerOptions {
  /** Standard deviation of the noise, from 0 to 1. */
  readonly stddev: number;
}

/** Adds normal noise of mean 0 while training. */
export const gaussianNoise: (options: GaussianNoiseOptions) => Layer = layerKind({
  className: 'GaussianNoise',
  keras: { masking: 'passes' },
  options: { stddev: number({ min: 0, max: 1 }) },
  call: (options, [x], { training, stream }) =>
    training ? ops.gaussianNoise(x!, { ...options, stream }) : x!,
});

export interface GaussianDropoutOptions extends LayerOptions {
  /** The noise has the variance rate / (1 - rate), that of dropout with this rate: at least 0, below 1. */
  readonly rate: number;
}

/** Multiplies by normal noise of mean 1 while training. */
export const gaussianDropout: (options: GaussianDropoutOptions) => Layer = layerKind({
  className: 'GaussianDropout',
  keras: { masking: 'passes' },
  options: { rate },
  call: (options, [x], { training, stream }) =>
    training ? ops.gaussianDropout(x!, { ...options, stream }) : x!,
});
