export { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.ts';
export { getOptimizer, type OptimizerLike } from './get-optimizer.ts';
export type { Optimizer } from './optimizer.ts';
export { type RmspropOptions, rmsprop } from './rmsprop.ts';
export { type SgdOptions, sgd } from './sgd.ts';
