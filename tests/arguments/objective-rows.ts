import type { losses, metrics } from '../../src/index.ts';
import * as k from './kinds.ts';
import type { MakerRows } from './maker-row.ts';

const reduction = { reduction: k.orNull(k.oneOf('sum', 'mean')) };
const plainLoss = { kinds: reduction };
const axis = { axis: k.axis };
const smoothed = { fromLogits: k.boolean, labelSmoothing: k.between(0, 1) };
const whole: k.Kind = (value) => Number.isSafeInteger(value);
const classOrNone = k.orNull(whole);
const focal = { ...reduction, ...smoothed, ...axis, alpha: k.between(0, 1), gamma: k.atLeast(0) };
const overlap = {
  ...reduction,
  axis: k.orNull(k.different(k.either(whole, k.list(whole, 1)))),
};

/** Every loss. */
export const lossRows: MakerRows<typeof losses, 'getLoss'> = {
  binaryCrossentropy: { kinds: { ...reduction, ...smoothed, ...axis } },
  binaryFocalCrossentropy: { kinds: { ...focal, applyClassBalancing: k.boolean } },
  categoricalCrossentropy: { kinds: { ...reduction, ...smoothed, ...axis } },
  categoricalFocalCrossentropy: { kinds: focal },
  categoricalGeneralizedCrossEntropy: { kinds: { ...reduction, q: (value) => k.aboveUpTo(0, 0.99)(value) } },
  categoricalHinge: plainLoss,
  cosineSimilarity: { kinds: { ...reduction, ...axis } },
  ctc: plainLoss,
  dice: { kinds: overlap },
  hinge: plainLoss,
  huber: { kinds: { ...reduction, delta: k.above(0) } },
  klDivergence: plainLoss,
  logCosh: plainLoss,
  meanAbsoluteError: plainLoss,
  meanAbsolutePercentageError: plainLoss,
  meanSquaredError: plainLoss,
  meanSquaredLogarithmicError: plainLoss,
  poisson: plainLoss,
  sparseCategoricalCrossentropy: {
    kinds: { ...reduction, fromLogits: k.boolean, ignoreClass: classOrNone },
  },
  squaredHinge: plainLoss,
  tversky: { kinds: { ...overlap, alpha: k.atLeast(0), beta: k.atLeast(0) } },
};

const name = { name: k.text };
const plainMetric = { kinds: name };
const share = k.between(0, 1);
const thresholds = k.orNull(k.either(share, k.list(share, 1)));
const counted = { kinds: { ...name, thresholds } };
const classId = k.orNull(k.count);
const judged = { kinds: { ...name, thresholds, topK: k.orNull(k.positive), classId } };
const constrained = { ...name, numThresholds: k.positive, classId };
const overlaps = { ...name, numClasses: k.fromTwo, ignoreClass: classOrNone };
const sparse = { ...overlaps, sparseYTrue: k.boolean, sparseYPred: k.boolean };
const classIds = k.list(k.count, 1);
const score = {
  ...name,
  average: k.orNull(k.oneOf('macro', 'weighted', 'micro')),
  threshold: k.orNull(k.aboveUpTo(0, 1)),
};

/** Every metric. */
export const metricRows: MakerRows<typeof metrics, 'getMetric'> = {
  accuracy: plainMetric,
  auc: {
    kinds: {
      ...name,
      numThresholds: k.fromTwo,
      curve: k.oneOf('ROC', 'PR', 'PRGAIN'),
      summationMethod: k.oneOf('interpolation', 'majoring', 'minoring'),
      thresholds: k.orNull(k.list(share, 1)),
      multiLabel: k.boolean,
      numLabels: k.orNull(k.positive),
      labelWeights: k.orNull(k.list(k.atLeast(0), 1)),
      fromLogits: k.boolean,
    },
  },
  binaryAccuracy: { kinds: { ...name, threshold: k.number } },
  binaryCrossentropy: { kinds: { ...name, ...smoothed } },
  binaryIoU: { kinds: { ...name, targetClassIds: classIds, threshold: k.number } },
  categoricalAccuracy: plainMetric,
  categoricalCrossentropy: { kinds: { ...name, ...smoothed, ...axis } },
  categoricalHinge: plainMetric,
  concordanceCorrelation: { kinds: { ...name, ...axis } },
  cosineSimilarity: { kinds: { ...name, ...axis } },
  f1Score: { kinds: score },
  fBetaScore: { kinds: { ...score, beta: k.above(0) } },
  falseNegatives: counted,
  falsePositives: counted,
  hinge: plainMetric,
  iou: {
    kinds: { ...sparse, targetClassIds: classIds },
    given: { numClasses: 3, targetClassIds: [0] },
  },
  klDivergence: plainMetric,
  logCoshError: plainMetric,
  meanAbsoluteError: plainMetric,
  meanAbsolutePercentageError: plainMetric,
  meanIoU: { kinds: sparse, given: { numClasses: 3 } },
  meanSquaredError: plainMetric,
  meanSquaredLogarithmicError: plainMetric,
  oneHotIoU: {
    kinds: { ...overlaps, targetClassIds: classIds },
    given: { numClasses: 3, targetClassIds: [0] },
  },
  oneHotMeanIoU: { kinds: overlaps, given: { numClasses: 3 } },
  pearsonCorrelation: { kinds: { ...name, ...axis } },
  poisson: plainMetric,
  precision: judged,
  precisionAtRecall: { kinds: { ...constrained, recall: share }, given: { recall: 0.5 } },
  r2Score: {
    kinds: {
      ...name,
      classAggregation: k.orNull(k.oneOf('uniform_average', 'variance_weighted_average')),
      numRegressors: k.count,
    },
  },
  recall: judged,
  recallAtPrecision: { kinds: { ...constrained, precision: share }, given: { precision: 0.5 } },
  rootMeanSquaredError: plainMetric,
  sensitivityAtSpecificity: { kinds: { ...constrained, specificity: share }, given: { specificity: 0.5 } },
  sparseCategoricalAccuracy: plainMetric,
  sparseCategoricalCrossentropy: { kinds: { ...name, fromLogits: k.boolean, ignoreClass: classOrNone } },
  sparseTopKCategoricalAccuracy: { kinds: { ...name, k: k.positive, fromSortedIds: k.boolean } },
  specificityAtSensitivity: { kinds: { ...constrained, sensitivity: share }, given: { sensitivity: 0.5 } },
  squaredHinge: plainMetric,
  topKCategoricalAccuracy: { kinds: { ...name, k: k.positive } },
  trueNegatives: counted,
  truePositives: counted,
};
