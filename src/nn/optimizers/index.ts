export type { CommonOptions } from './common-options.ts';
export { getOptimizer, type OptimizerLike } from './get-optimizer.ts';
export * from './makers.ts';
export type { Optimizer } from './optimizer.ts';
