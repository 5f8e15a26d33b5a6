export { type L1l2Options, type L1Options, type L2Options, l1, l1l2, l2 } from './norms.ts';
export { type OrthogonalOptions, orthogonal } from './orthogonal.ts';
export type { Regularizer } from './regularizer.ts';
