export { input } from '../layers/input-layer.ts';
export { cloneNetwork } from './clone.ts';
export { functionalNetwork, type Network, sequentialNetwork, weightsOf } from './network.ts';
export { NetworkLayer } from './network-layer.ts';
export { summaryOf } from './summary.ts';
export { type Trace, traceNetwork } from './trace.ts';
export { innermostLayers, penaltyOf, weightPaths } from './weights.ts';
