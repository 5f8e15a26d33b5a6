export type { Constraint, NormAxes } from './constraint.ts';
export {
  type MaxNormOptions,
  type MinMaxNormOptions,
  maxNorm,
  minMaxNorm,
  type NormOptions,
  nonNeg,
  unitNorm,
} from './norms.ts';
