export {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  type SmoothedCrossentropyOptions,
  type SparseCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './cross-entropy.ts';
export { ctc } from './ctc.ts';
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
  type CategoricalGeneralizedCrossEntropyOptions,
  categoricalGeneralizedCrossEntropy,
} from './generalized-cross-entropy.ts';
export {
  type CosineSimilarityOptions,
  categoricalHinge,
  cosineSimilarity,
  klDivergence,
} from './over-classes.ts';
export { type DiceOptions, dice, type TverskyOptions, tversky } from './overlap.ts';
