export { type ResidualOptions, residualSmall } from './residual.ts';
export { type SeedOptions, seed, seedTwoStep, standard } from './seed.ts';
export { type TcnOptions, tcn } from './tcn.ts';
