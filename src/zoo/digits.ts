import { booleanValue, knownOptions, positiveInteger } from '../errors/index.ts';
import { type Model, type ModelOptions, model } from '../model/model.ts';
import { varianceScaling } from '../nn/initializers/index.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import type { Layer, Shape } from '../nn/layers/layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { shape as shapeRule } from '../nn/options.ts';

export interface DigitsOptions extends ModelOptions {
  /** [height, width, channels] of a sample, bytes. Default [28, 28, 1]. */
  readonly inputShape?: Shape;
  /** Default 10. */
  readonly classes?: number;
  /** Whether images are turned, zoomed and moved at random in training. Default true. */
  readonly augmentation?: boolean;
}

const optionNames = ['name', 'seed', 'engine', 'inputShape', 'classes', 'augmentation'];

/** What two networks of one kind differ in. */
interface Style {
  readonly name: 'digits' | 'tiny';
  /** Most that images are turned by, in turns, made larger or smaller by each way, and moved by, as shares. */
  readonly augmentation: { readonly turn: number; readonly zoom: number; readonly shift: number };
  /** Filters of the first convolution. */
  readonly stem: number;
  /** Whether batch normalisations have a gamma, which a convolution behind a ReLU could do without. */
  readonly scale: boolean;
  body(x: SymbolicTensor, parts: Parts): SymbolicTensor;
}

/** Parts of a body. A separable convolution is not dilated unless it is told to be. */
interface Parts {
  separable(x: SymbolicTensor, filters: number, dilationRate?: number): SymbolicTensor;
  residual(x: SymbolicTensor, dilationRate?: number): SymbolicTensor;
  halved(x: SymbolicTensor): SymbolicTensor;
}

const noBias = { padding: 'same', useBias: false, kernelSize: 3 } as const;

/**
 * Variance 1 / 9: the fan-in that Keras counts for a depthwise kernel has all channels in it, though one tap sees one of
 * them. Kernels that small would be turned over by every step, and moving statistics left behind.
 */
const ofDepthwise = varianceScaling({ mode: 'fanOut' });

const activated = (x: SymbolicTensor): SymbolicTensor => layers.relu().apply(x);

function augmentationOf({ turn, zoom, shift }: Style['augmentation']): Layer[] {
  const fillMode = 'constant';
  return [
    layers.randomRotation({ factor: turn, fillMode }),
    layers.randomZoom({ heightFactor: zoom, widthFactor: zoom, fillMode }),
    layers.randomTranslation({ heightFactor: shift, widthFactor: shift, fillMode }),
  ];
}

/** Bytes to 0 to 1, a plain convolution, the body of the style, the mean over all places, a dense layer. */
function recogniser(style: Style, options: DigitsOptions): Model {
  const { name } = style;
  const place = { call: `zoo.${name}` };
  knownOptions(options, optionNames, place);
  const { inputShape = [28, 28, 1], classes = 10, augmentation = true, ...rest } = options;
  shapeRule.read(inputShape, 'inputShape', place);
  positiveInteger(classes, 'classes', place);
  // Statistics that follow within five batches: where the rate is high, older weights are other weights.
  const normalised = (x: SymbolicTensor): SymbolicTensor =>
    layers.batchNormalization({ momentum: 0.8, scale: style.scale }).apply(x);
  const separable = (x: SymbolicTensor, filters: number, dilationRate = 1): SymbolicTensor => {
    const convolution = layers.separableConv2d({
      ...noBias,
      filters,
      dilationRate,
      depthwiseInitializer: ofDepthwise,
      pointwiseInitializer: 'heNormal',
    });
    return normalised(convolution.apply(x));
  };
  const parts: Parts = {
    separable: (x, filters, dilationRate) => activated(separable(x, filters, dilationRate)),
    residual: (x, dilationRate) =>
      activated(layers.add().apply([x, separable(x, x.shape.at(-1)!, dilationRate)])),
    halved: (x) => layers.maxPooling2d({ poolSize: 2 }).apply(x),
  };

  const image = input({ shape: inputShape });
  const changes = booleanValue(augmentation, 'augmentation', place) ? augmentationOf(style.augmentation) : [];
  const given = changes.reduce((x, layer) => layer.apply(x), image);
  const scaled = layers.rescaling({ scale: 1 / 255 }).apply(given);
  const first = layers.conv2d({ ...noBias, filters: style.stem, kernelInitializer: 'heNormal' });
  const body = style.body(activated(normalised(first.apply(scaled))), parts);
  const pooled = layers.globalAveragePooling2d().apply(body);
  const outputs = layers.dense({ units: classes, activation: 'softmax' }).apply(pooled);
  return model({ name, inputs: image, outputs, ...rest });
}

const digitsStyle: Style = {
  name: 'digits',
  augmentation: { turn: 0.04, zoom: 0.1, shift: 0.1 },
  stem: 16,
  scale: true,
  body: (stem, { separable, residual, halved }) => {
    const coarse = separable(halved(separable(stem, 32)), 48);
    return residual(residual(halved(separable(coarse, 64, 2)), 2));
  },
};

const tinyStyle: Style = {
  name: 'tiny',
  augmentation: { turn: 0.025, zoom: 0.06, shift: 0.07 },
  stem: 8,
  scale: false,
  body: (stem, { separable, halved }) => {
    const coarse = separable(halved(separable(stem, 16)), 16);
    return separable(halved(separable(coarse, 20, 2)), 28);
  },
};

/**
 * Handwritten digits, well: six convolutions of which five are depthwise separable and two of these dilated, each with
 * batch normalisation, two of them beside a shortcut. 17,274 parameters. In training, images are turned by up to 14
 * degrees, made a tenth larger or smaller each way and moved by up to 2.8 pixels. `recipes.digits` says how to train it.
 */
export const digits = (options: DigitsOptions = {}): Model => recogniser(digitsStyle, options);

/**
 * Handwritten digits with about as few parameters as 99 % take: 2,430, in five convolutions of which four are depthwise
 * separable and one of these dilated. `recipes.tiny` says how to train it.
 */
export const tiny = (options: DigitsOptions = {}): Model => recogniser(tinyStyle, options);
