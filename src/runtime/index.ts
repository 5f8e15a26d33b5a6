export { detectFeatures, type Features, requireSimd } from './features.ts';
export { currentHost, type Host } from './host.ts';
export { createInline, type Inline } from './inline.ts';
export { createPool, type PoolOptions, startThreads } from './pool.ts';
export type { Phase, Pool } from './program.ts';
export { configure, type RuntimeInfo, type RuntimeOptions, runtimeInfo, runtimeOptions } from './settings.ts';
export { reservedBytes, slotHeaderBytes, slotWord } from './slot.ts';
export { endIdleWorkers } from './worker-sets.ts';
