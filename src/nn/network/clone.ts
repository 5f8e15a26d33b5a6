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
    if (tensors.has(tensor)) continue;
    const inputs = tensor.inputs.map((source) => tensors.get(source)!);
    const made = inputs.length === 0 ? [inputTensor(layer, names)] : layer.applyAll(inputs);
    for (const [output, copy] of made.entries()) tensors.set(tensor.siblings[output]!, copy);
    layer.name = name;
  }
  return {
    kind: network.kind,
    name: network.name,
    outputNames: network.outputNames,
    isNamed: network.isNamed,
    inputs: network.inputs.map((tensor) => tensors.get(tensor)!),
    outputs: network.outputs.map((tensor) => tensors.get(tensor)!),
    tensors: network.tensors.map((tensor) => tensors.get(tensor)!),
    layers: network.layers.map((layer) => copies.get(layer)!),
  };
}
