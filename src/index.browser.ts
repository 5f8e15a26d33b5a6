export * as analysis from './analysis/index.ts';
export { configure, type RuntimeInfo, type RuntimeOptions, runtimeInfo } from './engine/index.ts';
export { loadModel } from './model/load-model.ts';
export * from './model/public.ts';
