export type { Activation } from './activation.ts';
export { type ActivationLike, getActivation } from './get-activation.ts';
export * from './named.ts';
