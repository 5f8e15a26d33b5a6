import { knownOptions, positiveInteger } from '../errors/index.ts';
import { type Model, type ModelOptions, sequential } from '../model/model.ts';
import * as layers from '../nn/layers/index.ts';
import type { Layer, Shape } from '../nn/layers/layer.ts';
import { shape as shapeRule } from '../nn/options.ts';

export interface SeedOptions extends ModelOptions {
  /** Step between the taps of the spatial steps. Default 2. */
  readonly dilationRate?: number;
  /** [height, width, channels] of a sample, bytes. Default [28, 28, 1]. */
  readonly inputShape?: Shape;
  /** Default 10. */
  readonly classes?: number;
}

const optionNames = ['name', 'seed', 'engine', 'dilationRate', 'inputShape', 'classes'];

/** Bytes to 0 to 1, two convolutions with 32 and 64 filters, max-pool, dropout, dense. */
function digits(
  name: string,
  options: SeedOptions,
  convolution: (filters: number, dilationRate: number) => Layer,
  usualRate: number = 2,
): Model {
  knownOptions(options, optionNames, { call: `zoo.${name}` });
  const { dilationRate = usualRate, inputShape = [28, 28, 1], classes = 10, ...rest } = options;
  shapeRule.read(inputShape, 'inputShape', { call: `zoo.${name}` });
  positiveInteger(dilationRate, 'dilationRate', { call: `zoo.${name}` });
  positiveInteger(classes, 'classes', { call: `zoo.${name}` });
  return sequential(
    [
      layers.rescaling({ scale: 1 / 255 }),
      convolution(32, dilationRate),
      convolution(64, dilationRate),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.dropout({ rate: 0.5 }),
      layers.flatten(),
      layers.dense({ units: classes, activation: 'softmax' }),
    ],
    { name, inputShape, ...rest },
  );
}

const common = { kernelSize: 3, padding: 'same', activation: 'relu' } as const;

/**
 * Digits of 28 x 28 bytes by two separable dilated convolutions, with one bias and activation a layer, after the
 * channel step: 127,923 parameters, 2,473 of them in the convolutions.
 */
export const seed = (options: SeedOptions = {}): Model =>
  digits('seed', options, (filters, dilationRate) =>
    layers.separableConv2d({ ...common, filters, dilationRate }),
  );

/** The same network with bias and activation after the spatial step too. */
export const seedTwoStep = (options: SeedOptions = {}): Model =>
  digits('seed-two-step', options, (filters, dilationRate) =>
    layers.separableConv2d({
      ...common,
      filters,
      dilationRate,
      depthwiseUseBias: true,
      depthwiseActivation: 'relu',
    }),
  );

/** The same network with plain convolutions, not dilated unless asked for: 18,816 parameters in the convolutions. */
export const standard = (options: SeedOptions = {}): Model =>
  digits(
    'standard',
    options,
    (filters, dilationRate) => layers.conv2d({ ...common, filters, dilationRate }),
    1,
  );
