export { input } from '../layers/input-layer.ts';
export { functionalNetwork, type Network, sequentialNetwork, weightsOf } from './network.ts';
export { summaryOf } from './summary.ts';
export { type Trace, traceNetwork } from './trace.ts';
