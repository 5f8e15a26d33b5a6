export {
  abs,
  exp,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  log,
  negate,
  relu,
  relu6,
  rescale,
  sigmoid,
  silu,
  sqrt,
  square,
  stopGradient,
  tanh,
} from './activations.ts';
export { type AdaptivePoolOptions, adaptiveAveragePool, adaptiveMaxPool } from './adaptive-pool.ts';
export { anyDiffers } from './any-differs.ts';
export { add, divide, equal, greater, maximum, minimum, multiply, subtract } from './arithmetic.ts';
export {
  type BatchStatistics,
  batchNormalization,
  type NormalizationOptions,
  normalizeWith,
} from './batch-normalization.ts';
export { biasAdd } from './bias-add.ts';
export { broadcastTo } from './broadcast-to.ts';
export { concatenate } from './concatenate.ts';
export { type ConvolutionOptions, convolution } from './convolution.ts';
export { type ConvolutionTransposeOptions, convolutionTranspose } from './convolution-transpose.ts';
export { crop } from './crop.ts';
export {
  binaryCrossEntropy,
  binaryCrossEntropyFromLogits,
  crossEntropy,
  crossEntropyFromLogits,
  sparseCrossEntropy,
  sparseCrossEntropyFromLogits,
} from './cross-entropy.ts';
export { dense } from './dense.ts';
export { depthwiseConvolution } from './depthwise-convolution.ts';
export { type DotOptions, dot } from './dot.ts';
export { dropout } from './dropout.ts';
export { embedding } from './embedding.ts';
export { celu, elu, selu } from './exponential-units.ts';
export { glu } from './glu.ts';
export { meanSquaredError } from './mean-squared-error.ts';
export { pad } from './pad.ts';
export { permute } from './permute.ts';
export { averagePool, globalAveragePool, globalMaxPool, maxPool, type PoolingOptions } from './pooling.ts';
export { gaussianDropout, gaussianNoise, spatialDropout } from './random-noise.ts';
export { argMax, type ReduceOptions, reduceMax, reduceMean, reduceSum, sumOverBatch } from './reduce.ts';
export { reshape } from './reshape.ts';
export {
  groupNormalization,
  layerNormalization,
  rmsNormalization,
  type SampleNormalizationOptions,
  unitNormalization,
} from './sample-normalization.ts';
export {
  logSigmoid,
  mish,
  softplus,
  softsign,
  sparsePlus,
  sparseSigmoid,
  squareplus,
} from './soft-activations.ts';
export { logSoftmax, softmax } from './softmax.ts';
export { sparsemax } from './sparsemax.ts';
export { type TakeOptions, take } from './take.ts';
export {
  hardShrink,
  hardTanh,
  type RectifyOptions,
  rectify,
  type ShrinkOptions,
  softShrink,
  tanhShrink,
  threshold,
} from './thresholds.ts';
export { upsample } from './upsample.ts';
export { upsampleLinear } from './upsample-linear.ts';
