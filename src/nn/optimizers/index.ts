export type { CommonOptions } from './common-options.ts';
export { getOptimizer, type OptimizerLike, type OptimizerName } from './get-optimizer.ts';
export * from './makers.ts';
export type { Optimizer } from './optimizer.ts';
