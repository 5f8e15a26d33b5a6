export type { Activation } from './activation.ts';
export { type ActivationLike, type ActivationName, getActivation } from './get-activation.ts';
export * from './named.ts';
