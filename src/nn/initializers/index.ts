export { constant, ones, zeros } from './constants.ts';
export { getInitializer, type InitializerLike, type InitializerName } from './get-initializer.ts';
export type { Initializer } from './initializer.ts';
export {
  type IdentityOptions,
  identity,
  type OrthogonalOptions,
  orthogonal,
} from './matrices.ts';
export {
  type NormalOptions,
  randomNormal,
  randomUniform,
  truncatedNormal,
  type UniformOptions,
} from './random.ts';
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  type SeedOptions,
  type VarianceScalingOptions,
  varianceScaling,
} from './variance-scaling.ts';
