import { inputTensor } from '../layers/input-layer.ts';
import type { Layer } from '../layers/layer.ts';
import type { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { NameScope } from '../naming.ts';
import type { Network } from './network.ts';

/** A network of the same structure, with layers and weights of its own. */
export function cloneNetwork(network: Network): Network {
  const names = new NameScope();
  const copies = new Map<Layer, Layer>(network.layers.map((layer) => [layer, layer.clone()]));
  const tensors = new Map<SymbolicTensor, SymbolicTensor>();
  for (const tensor of network.tensors) {
    const layer = copies.get(tensor.layer)!;
    const { name } = tensor.layer;
    const inputs = tensor.inputs.map((source) => tensors.get(source)!);
    tensors.set(tensor, inputs.length === 0 ? inputTensor(layer, names) : layer.apply(inputs));
    layer.name = name;
  }
  return {
    kind: network.kind,
    name: network.name,
    inputs: network.inputs.map((tensor) => tensors.get(tensor)!),
    outputs: network.outputs.map((tensor) => tensors.get(tensor)!),
    tensors: network.tensors.map((tensor) => tensors.get(tensor)!),
    layers: network.layers.map((layer) => copies.get(layer)!),
  };
}
