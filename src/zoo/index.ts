export { type DigitsOptions, digits, tiny } from './digits.ts';
export { type Recipe, recipes, type TrainingLength } from './recipes.ts';
export { type ResidualOptions, residualSmall } from './residual.ts';
export { type SeedOptions, seed, seedTwoStep, standard } from './seed.ts';
export { type TcnOptions, tcn } from './tcn.ts';
