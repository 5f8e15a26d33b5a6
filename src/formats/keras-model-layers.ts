import { FormatError } from '../errors/index.ts';
import * as layers from '../nn/layers/index.ts';
import type { Layer } from '../nn/layers/layer.ts';
import { camelCase } from '../nn/naming.ts';

type Config = Readonly<Record<string, unknown>>;
type Make = (options: never) => Layer;

/** Classes that Keras writes with more capitals than their names here say. */
interface UnusualClasses {
  readonly elu: 'ELU';
  readonly leakyRelu: 'LeakyReLU';
  readonly prelu: 'PReLU';
  readonly relu: 'ReLU';
  readonly rmsNormalization: 'RMSNormalization';
}

/** The class in Keras of what makes a layer here: conv2d is Conv2D. */
type ClassOf<Name extends string> = Name extends keyof UnusualClasses
  ? UnusualClasses[Name]
  : Name extends `${infer Plain}${1 | 2 | 3}d`
    ? Name extends `${Plain}${infer Rank}d`
      ? `${Capitalize<Plain>}${Rank}D`
      : never
    : Capitalize<Name>;

/** The layers that files may name, by their class in Keras: a layer that is missing here does not compile. */
const layersByClass: {
  readonly [Name in Exclude<keyof typeof layers, 'inputLayer'> as ClassOf<Name>]: Make;
} = {
  Activation: layers.activation,
  Add: layers.add,
  Average: layers.average,
  AveragePooling1D: layers.averagePooling1d,
  AveragePooling2D: layers.averagePooling2d,
  AveragePooling3D: layers.averagePooling3d,
  BatchNormalization: layers.batchNormalization,
  Concatenate: layers.concatenate,
  Conv1D: layers.conv1d,
  Conv2D: layers.conv2d,
  Conv3D: layers.conv3d,
  Cropping1D: layers.cropping1d,
  Cropping2D: layers.cropping2d,
  Cropping3D: layers.cropping3d,
  Dense: layers.dense,
  DepthwiseConv1D: layers.depthwiseConv1d,
  DepthwiseConv2D: layers.depthwiseConv2d,
  DepthwiseConv3D: layers.depthwiseConv3d,
  Dropout: layers.dropout,
  ELU: layers.elu,
  Flatten: layers.flatten,
  GaussianDropout: layers.gaussianDropout,
  GaussianNoise: layers.gaussianNoise,
  GlobalAveragePooling1D: layers.globalAveragePooling1d,
  GlobalAveragePooling2D: layers.globalAveragePooling2d,
  GlobalAveragePooling3D: layers.globalAveragePooling3d,
  GlobalMaxPooling1D: layers.globalMaxPooling1d,
  GlobalMaxPooling2D: layers.globalMaxPooling2d,
  GlobalMaxPooling3D: layers.globalMaxPooling3d,
  GroupNormalization: layers.groupNormalization,
  LayerNormalization: layers.layerNormalization,
  LeakyReLU: layers.leakyRelu,
  Maximum: layers.maximum,
  MaxPooling1D: layers.maxPooling1d,
  MaxPooling2D: layers.maxPooling2d,
  MaxPooling3D: layers.maxPooling3d,
  Minimum: layers.minimum,
  Multiply: layers.multiply,
  Permute: layers.permute,
  PReLU: layers.prelu,
  ReLU: layers.relu,
  RepeatVector: layers.repeatVector,
  Rescaling: layers.rescaling,
  Reshape: layers.reshape,
  RMSNormalization: layers.rmsNormalization,
  SeparableConv1D: layers.separableConv1d,
  SeparableConv2D: layers.separableConv2d,
  SeparableConv3D: layers.separableConv3d,
  Softmax: layers.softmax,
  SpatialDropout1D: layers.spatialDropout1d,
  SpatialDropout2D: layers.spatialDropout2d,
  SpatialDropout3D: layers.spatialDropout3d,
  Subtract: layers.subtract,
  UnitNormalization: layers.unitNormalization,
  UpSampling1D: layers.upSampling1d,
  UpSampling2D: layers.upSampling2d,
  UpSampling3D: layers.upSampling3d,
  ZeroPadding1D: layers.zeroPadding1d,
  ZeroPadding2D: layers.zeroPadding2d,
  ZeroPadding3D: layers.zeroPadding3d,
};

/** Layers that Keras does not have: native files alone name them. */
const extensions: readonly string[] = ['DepthwiseConv3D', 'SeparableConv3D'];

/** True if Keras has a layer of this class. */
export const isKerasClass = (className: string): boolean => !extensions.includes(className);

const absent = (value: unknown): boolean => value === null || value === undefined;
const isFloat32 = (value: unknown): boolean =>
  absent(value) ||
  value === 'float32' ||
  (typeof value === 'object' && (value as { config?: { name?: unknown } }).config?.name === 'float32');

/** Entries of a Keras config that no layer here has as an option, and the values that ask for nothing. */
const withoutMeaning: Readonly<Record<string, (value: unknown) => boolean>> = {
  dtype: isFloat32,
  data_format: (value) => absent(value) || value === 'channels_last',
  activity_regularizer: absent,
  kernel_regularizer: absent,
  bias_regularizer: absent,
  depthwise_regularizer: absent,
  pointwise_regularizer: absent,
  beta_regularizer: absent,
  gamma_regularizer: absent,
  kernel_constraint: absent,
  bias_constraint: absent,
  depthwise_constraint: absent,
  pointwise_constraint: absent,
  beta_constraint: absent,
  gamma_constraint: absent,
  alpha_regularizer: absent,
  alpha_constraint: absent,
  lora_rank: absent,
  lora_alpha: absent,
  quantization_config: absent,
  noise_shape: absent,
  rms_scaling: (value) => !value,
  synchronized: (value) => !value,
  renorm: (value) => !value,
  renorm_clipping: absent,
  renorm_momentum: () => true,
  autocast: () => true,
  // Random numbers come from the seed of the training.
  seed: () => true,
};

const withDataFormat =
  /^(Conv|DepthwiseConv|SeparableConv|.*Pooling|Flatten|(ZeroPadding|Cropping|UpSampling|SpatialDropout)[23]D)/;

/** A layer as its class and config say. */
export function layerFromConfig(className: unknown, config: Config, source: string): Layer {
  const make: Make | undefined =
    typeof className === 'string' && Object.hasOwn(layersByClass, className)
      ? layersByClass[className as keyof typeof layersByClass]
      : undefined;
  if (!make) {
    const advice = `Known layers: InputLayer, ${Object.keys(layersByClass).join(', ')}`;
    throw new FormatError({
      source,
      problem: `it has a layer of class ${JSON.stringify(className)}, which is not known`,
      advice,
    });
  }
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const isEmpty = Object.hasOwn(withoutMeaning, key) ? withoutMeaning[key] : undefined;
    if (!isEmpty) options[camelCase(key)] = value;
    else if (!isEmpty(value)) {
      const problem = `layer "${String(config.name)}" has ${key} ${JSON.stringify(value)}, which is not supported`;
      throw new FormatError({ source, problem });
    }
  }
  try {
    return make(options as never);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError({ source, problem: problem.replace(/\.$/, '') }, { cause });
  }
}

/** The config of a layer as Keras reads it. */
export function kerasConfigOf(layer: Layer): Record<string, unknown> {
  const { name, trainable, ...options } = layer.getConfig();
  const format = withDataFormat.test(layer.className) ? { data_format: 'channels_last' } : {};
  // The constructor of these classes in Keras takes no `trainable`; they have no weights.
  const trains = layer.className.startsWith('SpatialDropout') ? {} : { trainable };
  return { name, ...trains, dtype: 'float32', ...options, ...format };
}
