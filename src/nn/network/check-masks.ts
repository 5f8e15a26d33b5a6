import { input } from '../../graph/node.ts';
import type { Layer } from '../layers/layer.ts';
import type { Network } from './network.ts';
import { traceNetwork } from './trace.ts';

const refusesMasks = (layer: Layer): boolean =>
  layer.keras.masking === 'refuses' || layer.nested.some(refusesMasks);

/**
 * Refuses a mask before a layer that cannot use one where the network is made, as Keras does.
 * @throws {UnsupportedError} naming the layer
 */
export function checkMasks(network: Network): void {
  if (!network.layers.some(refusesMasks)) return;
  const inputs = network.inputs.map(({ shape }, k) => input(`x${k}`, { dtype: 'f32', shape, batched: true }));
  const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
  traceNetwork(network, inputs, { training: false, inverseBatch });
}
