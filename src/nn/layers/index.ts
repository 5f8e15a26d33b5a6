export {
  type ActivityRegularizationOptions,
  activityRegularization,
  identity,
} from './activity-regularization.ts';
export {
  type AdaptivePoolingOptions,
  adaptiveAveragePooling1d,
  adaptiveAveragePooling2d,
  adaptiveAveragePooling3d,
  adaptiveMaxPooling1d,
  adaptiveMaxPooling2d,
  adaptiveMaxPooling3d,
} from './adaptive-pooling.ts';
export {
  type Factor,
  type FillMode,
  type MixUpOptions,
  mixUp,
  type RandomContrastOptions,
  type RandomErasingOptions,
  type RandomFlipOptions,
  type RandomRotationOptions,
  type RandomTranslationOptions,
  type RandomZoomOptions,
  type ResamplingOptions,
  randomContrast,
  randomErasing,
  randomFlip,
  randomRotation,
  randomTranslation,
  randomZoom,
} from './augmentation.ts';
export { type BatchNormalizationOptions, batchNormalization } from './batch-normalization.ts';
export { type ConvOptions, conv1d, conv2d, conv3d } from './conv.ts';
export {
  type ConvTransposeOptions,
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
} from './conv-transpose.ts';
export {
  type Cropping1dOptions,
  type CroppingOptions,
  cropping1d,
  cropping2d,
  cropping3d,
} from './cropping.ts';
export { type DenseOptions, dense } from './dense.ts';
export {
  type DepthwiseConvOptions,
  depthwiseConv1d,
  depthwiseConv2d,
  depthwiseConv3d,
} from './depthwise-conv.ts';
export { type DotAxes, type DotLayerOptions, dot } from './dot.ts';
export { type ActivationLayerOptions, activation, type DropoutOptions, dropout } from './elementwise.ts';
export { type EmbeddingOptions, embedding } from './embedding.ts';
export {
  type GlobalPoolingOptions,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalAveragePooling3d,
  globalMaxPooling1d,
  globalMaxPooling2d,
  globalMaxPooling3d,
} from './global-pooling.ts';
export { type InputDtype, type InputOptions, inputLayer } from './input-layer.ts';
export type { Layer, LayerOptions, Shape } from './layer.ts';
export { type MaskingOptions, masking } from './masking.ts';
export {
  add,
  average,
  type ConcatenateOptions,
  concatenate,
  maximum,
  minimum,
  multiply,
  subtract,
} from './merging.ts';
export { type NormalizationAxes, type NormalizationLayerOptions, normalization } from './normalization.ts';
export {
  averagePooling1d,
  averagePooling2d,
  averagePooling3d,
  maxPooling1d,
  maxPooling2d,
  maxPooling3d,
  type PoolingLayerOptions,
} from './pooling.ts';
export {
  type GaussianDropoutOptions,
  type GaussianNoiseOptions,
  gaussianDropout,
  gaussianNoise,
  type SpatialDropout1dOptions,
  type SpatialDropoutOptions,
  spatialDropout1d,
  spatialDropout2d,
  spatialDropout3d,
} from './random-noise.ts';
export {
  type EluOptions,
  elu,
  type LeakyReluOptions,
  leakyRelu,
  type PreluOptions,
  prelu,
  type ReluOptions,
  relu,
} from './rectifiers.ts';
export { type RescalingOptions, rescaling } from './rescaling.ts';
export {
  type FlattenOptions,
  flatten,
  type PermuteOptions,
  permute,
  type RepeatVectorOptions,
  type ReshapeOptions,
  repeatVector,
  reshape,
} from './reshaping.ts';
export {
  type Axes,
  type GroupNormalizationOptions,
  groupNormalization,
  type LayerNormalizationOptions,
  layerNormalization,
  type RmsNormalizationOptions,
  rmsNormalization,
  type UnitNormalizationOptions,
  unitNormalization,
} from './sample-normalization.ts';
export {
  type SeparableConvOptions,
  separableConv1d,
  separableConv2d,
  separableConv3d,
} from './separable-conv.ts';
export { type SoftmaxOptions, softmax } from './softmax.ts';
export {
  type UpSampling1dOptions,
  type UpSampling2dOptions,
  type UpSamplingOptions,
  upSampling1d,
  upSampling2d,
  upSampling3d,
} from './up-sampling.ts';
export {
  type ZeroPadding1dOptions,
  type ZeroPadding2dOptions,
  type ZeroPadding3dOptions,
  zeroPadding1d,
  zeroPadding2d,
  zeroPadding3d,
} from './zero-padding.ts';
