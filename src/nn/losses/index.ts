export {
  binaryCrossentropy,
  type CrossentropyOptions,
  categoricalCrossentropy,
  type SmoothedCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from './cross-entropy.ts';
export { meanAbsoluteError, meanSquaredError } from './differences.ts';
export { getLoss, type LossLike } from './get-loss.ts';
export type { Loss, TargetKind } from './loss.ts';
