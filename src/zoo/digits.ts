import { booleanValue, knownOptions, positiveInteger } from '../errors/index.ts';
import { type Model, type ModelOptions, model } from '../model/model.ts';
import { varianceScaling } from '../nn/initializers/index.ts';
import * as layers from '../nn/layers/index.ts';
import { input } from '../nn/layers/input-layer.ts';
import type { Layer, Shape } from '../nn/layers/layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';

export interface DigitsOptions extends ModelOptions {
  /** [height, width, channels] of a sample, bytes. Default [28, 28, 1]. */
  readonly inputShape?: Shape;
  /** Default 10. */
  readonly classes?: number;
  /** Whether images are turned, zoomed and moved at random in training. Default true. */
  readonly augmentation?: boolean;
}

const optionNames = ['name', 'seed', 'engine', 'inputShape', 'classes', 'augmentation'];

/** Up to 14 degrees, a tenth larger or smaller in each direction, and 2.8 pixels each way. */
const augmentation = (): Layer[] => {
  const fillMode = 'constant';
  return [
    layers.randomRotation({ factor: 0.04, fillMode }),
    layers.randomZoom({ heightFactor: 0.1, widthFactor: 0.1, fillMode }),
    layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1, fillMode }),
  ];
};

const noBias = { padding: 'same', useBias: false, kernelSize: 3 } as const;

/**
 * Variance 1 / 9: the fan-in that Keras counts for a depthwise kernel has all channels in it, though one tap sees one of
 * them. Kernels that small would be turned over by every step, and moving statistics left behind.
 */
const ofDepthwise = varianceScaling({ mode: 'fanOut' });

/** Statistics that follow within five batches: where the rate is high, older weights are other weights. */
const normalised = (x: SymbolicTensor): SymbolicTensor =>
  layers.batchNormalization({ momentum: 0.8 }).apply(x);
const activated = (x: SymbolicTensor): SymbolicTensor => layers.relu().apply(x);
const halved = (x: SymbolicTensor): SymbolicTensor => layers.maxPooling2d({ poolSize: 2 }).apply(x);

function separable(x: SymbolicTensor, filters: number, dilationRate = 1): SymbolicTensor {
  const convolution = layers.separableConv2d({
    ...noBias,
    filters,
    dilationRate,
    depthwiseInitializer: ofDepthwise,
    pointwiseInitializer: 'heNormal',
  });
  return normalised(convolution.apply(x));
}

const residual = (x: SymbolicTensor, dilationRate = 1): SymbolicTensor =>
  activated(layers.add().apply([x, separable(x, x.shape.at(-1)!, dilationRate)]));

/** Bytes to 0 to 1, a plain convolution, `body`, the mean over all places, a dense layer. */
function recogniser(
  name: string,
  options: DigitsOptions,
  stem: number,
  body: (x: SymbolicTensor) => SymbolicTensor,
): Model {
  const place = { call: `zoo.${name}` };
  knownOptions(options, optionNames, place);
  const { inputShape = [28, 28, 1], classes = 10, augmentation: augmented = true, ...rest } = options;
  positiveInteger(classes, 'classes', place);
  const image = input({ shape: inputShape });
  const given = (booleanValue(augmented, 'augmentation', place) ? augmentation() : []).reduce(
    (x, layer) => layer.apply(x),
    image,
  );
  const scaled = layers.rescaling({ scale: 1 / 255 }).apply(given);
  const first = layers.conv2d({ ...noBias, filters: stem, kernelInitializer: 'heNormal' });
  const pooled = layers.globalAveragePooling2d().apply(body(activated(normalised(first.apply(scaled)))));
  const outputs = layers.dense({ units: classes, activation: 'softmax' }).apply(pooled);
  return model({ name, inputs: image, outputs, ...rest });
}

/**
 * Handwritten digits, well: six convolutions of which five are depthwise separable and two of these dilated, each with
 * batch normalisation, two of them beside a shortcut. 17,274 parameters. `recipes.digits` says how to train it.
 */
export const digits = (options: DigitsOptions = {}): Model =>
  recogniser('digits', options, 16, (stem) => {
    let x = halved(activated(separable(stem, 32)));
    x = activated(separable(x, 48));
    x = halved(activated(separable(x, 64, 2)));
    return residual(residual(x, 2));
  });

/** Handwritten digits with as few parameters as 99 % take: 2,382. `recipes.tiny` says how to train it. */
export const tiny = (options: DigitsOptions = {}): Model =>
  recogniser('tiny', options, 8, (stem) => {
    let x = halved(activated(separable(stem, 16)));
    x = activated(separable(x, 16));
    x = halved(activated(separable(x, 20, 2)));
    return activated(separable(x, 24));
  });
