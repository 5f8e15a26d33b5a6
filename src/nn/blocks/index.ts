export { type AsppOptions, aspp } from './aspp.ts';
export type { BlockOptions } from './block.ts';
export { type GatedResidual, type GatedResidualOptions, gatedResidual } from './gated-residual.ts';
export { type InvertedResidualOptions, invertedResidual } from './inverted-residual.ts';
export { type SqueezeExciteOptions, squeezeExcite } from './squeeze-excite.ts';
