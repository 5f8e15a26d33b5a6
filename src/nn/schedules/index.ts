export { type CosineDecayRestartsOptions, cosineDecayRestarts } from './cosine-restarts.ts';
export {
  type CosineDecayOptions,
  cosineDecay,
  type DecayOptions,
  exponentialDecay,
  inverseTimeDecay,
  type PolynomialDecayOptions,
  polynomialDecay,
} from './decays.ts';
export { type OneCycleOptions, oneCycle } from './one-cycle.ts';
export { type PiecewiseConstantDecayOptions, piecewiseConstantDecay } from './piecewise.ts';
export type { Schedule } from './schedule.ts';
