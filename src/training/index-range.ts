import type { Network } from '../nn/network/network.ts';
import { NetworkLayer } from '../nn/network/network-layer.ts';

/** Rows of the smallest table whose rows input k of a network names; undefined where it names none. */
export function indexRange(network: Network, k: number): number | undefined {
  const source = network.inputs[k]!;
  const rows = network.tensors.flatMap(({ layer, inputs }) => {
    if (!inputs.includes(source)) return [];
    if (layer.className === 'Embedding') return [layer.options.inputDim as number];
    if (!(layer instanceof NetworkLayer)) return [];
    return inputs.flatMap((input, own) => (input === source ? (indexRange(layer.network, own) ?? []) : []));
  });
  return rows.length > 0 ? Math.min(...rows) : undefined;
}
