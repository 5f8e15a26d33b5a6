export {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  type SmoothedCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './cross-entropy.ts';
export {
  type HuberOptions,
  hinge,
  huber,
  logCosh,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  squaredHinge,
} from './differences.ts';
export {
  type BinaryFocalCrossentropyOptions,
  binaryFocalCrossentropy,
  type CategoricalFocalCrossentropyOptions,
  categoricalFocalCrossentropy,
} from './focal.ts';
export {
  type CosineSimilarityOptions,
  categoricalHinge,
  cosineSimilarity,
  klDivergence,
} from './over-classes.ts';
