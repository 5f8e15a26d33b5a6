export { loadModel } from './model/node-model.ts';
export * from './model/public.ts';
export { configure, type RuntimeInfo, type RuntimeOptions, runtimeInfo } from './engine/index.ts';
