export { getLoss, type LossLike } from './get-loss.ts';
export type { Loss, TargetKind } from './loss.ts';
export * from './makers.ts';
