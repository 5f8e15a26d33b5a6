export {
  type BinaryAccuracyOptions,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  type TopKOptions,
  topKCategoricalAccuracy,
} from './accuracy.ts';
export { type AucOptions, auc } from './auc.ts';
export {
  falseNegatives,
  falsePositives,
  type PrecisionOptions,
  precision,
  recall,
  type ThresholdOptions,
  trueNegatives,
  truePositives,
} from './confusion.ts';
export {
  binaryCrossentropy,
  type CrossentropyMetricOptions,
  categoricalCrossentropy,
  type SmoothedCrossentropyMetricOptions,
  sparseCategoricalCrossentropy,
} from './cross-entropy.ts';
export { type F1ScoreOptions, type FBetaScoreOptions, f1Score, fBetaScore } from './f-score.ts';
export {
  type BinaryIoUOptions,
  binaryIoU,
  type MeanIoUOptions,
  meanIoU,
  type OneHotMeanIoUOptions,
  oneHotMeanIoU,
} from './iou.ts';
export {
  type CosineSimilarityMetricOptions,
  categoricalHinge,
  cosineSimilarity,
  hinge,
  klDivergence,
  logCoshError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  type R2ScoreOptions,
  r2Score,
  rootMeanSquaredError,
  squaredHinge,
} from './regression.ts';
