export { getLoss, type LossLike, type LossName } from './get-loss.ts';
export type { Loss, TargetKind } from './loss.ts';
export * from './makers.ts';
