export { type Classes, type ConfusionMatrixOptions, confusionMatrix } from './confusion-matrix.ts';
export type { CostComparison, CostReport, Costs } from './convolution-costs.ts';
export {
  type ComparedLayerCost,
  type CostAnalysis,
  cost,
  type DetailedCosts,
  type LayerCost,
} from './cost.ts';
export { type DilationChain, dilationChains } from './dilation-chains.ts';
export { type AxisGridding, type Gridding, gridding } from './gridding.ts';
export type { HybridRule } from './hybrid-dilation.ts';
export {
  type AxisField,
  type InputField,
  type LayerField,
  type ReceptiveFields,
  receptiveField,
} from './receptive-field.ts';
