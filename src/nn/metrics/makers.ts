export {
  accuracy,
  type BinaryAccuracyOptions,
  binaryAccuracy,
  categoricalAccuracy,
  type SparseTopKOptions,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  type TopKOptions,
  topKCategoricalAccuracy,
} from './accuracy.ts';
export {
  type AtConstraintOptions,
  type PrecisionAtRecallOptions,
  precisionAtRecall,
  type RecallAtPrecisionOptions,
  recallAtPrecision,
  type SensitivityAtSpecificityOptions,
  type SpecificityAtSensitivityOptions,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
} from './at-constraint.ts';
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
export { type CorrelationOptions, concordanceCorrelation, pearsonCorrelation } from './correlation.ts';
export {
  type BinaryCrossentropyMetricOptions,
  binaryCrossentropy,
  type CategoricalCrossentropyMetricOptions,
  type CrossentropyMetricOptions,
  categoricalCrossentropy,
  type SparseCrossentropyMetricOptions,
  sparseCategoricalCrossentropy,
} from './cross-entropy.ts';
export { type F1ScoreOptions, type FBetaScoreOptions, f1Score, fBetaScore } from './f-score.ts';
export {
  type BinaryIoUOptions,
  binaryIoU,
  type IoUOptions,
  iou,
  type MeanIoUOptions,
  meanIoU,
  type OneHotIoUOptions,
  type OneHotMeanIoUOptions,
  oneHotIoU,
  oneHotMeanIoU,
} from './iou.ts';
export { type R2ScoreOptions, r2Score } from './r2-score.ts';
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
  rootMeanSquaredError,
  squaredHinge,
} from './regression.ts';
