export { type BatchNormalizationOptions, batchNormalization } from './batch-normalization.ts';
export { type ConvOptions, conv1d, conv2d, conv3d } from './conv.ts';
export { type DenseOptions, dense } from './dense.ts';
export { type DepthwiseConvOptions, depthwiseConv1d, depthwiseConv2d } from './depthwise-conv.ts';
export { type ActivationLayerOptions, activation, type DropoutOptions, dropout } from './elementwise.ts';
export {
  type GlobalPoolingOptions,
  globalAveragePooling1d,
  globalAveragePooling2d,
  globalMaxPooling1d,
  globalMaxPooling2d,
} from './global-pooling.ts';
export { type InputOptions, inputLayer } from './input-layer.ts';
export type { Layer, LayerOptions, Shape } from './layer.ts';
export { add, type ConcatenateOptions, concatenate, multiply } from './merging.ts';
export {
  averagePooling1d,
  averagePooling2d,
  maxPooling1d,
  maxPooling2d,
  type PoolingLayerOptions,
} from './pooling.ts';
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
export { flatten, type ReshapeOptions, reshape } from './reshaping.ts';
export { type SeparableConvOptions, separableConv1d, separableConv2d } from './separable-conv.ts';
export { type SoftmaxOptions, softmax } from './softmax.ts';
export {
  type ZeroPadding1dOptions,
  type ZeroPadding2dOptions,
  zeroPadding1d,
  zeroPadding2d,
} from './zero-padding.ts';
