import { elementCount } from '../ir/tensor-type.ts';
import type { Network } from '../nn/network/network.ts';
import type { GraphNode } from './event.ts';

/** The layers of a network and their weights as nodes; names with a slash are drawn as boxes that open. */
export function layerGraph(network: Network): GraphNode[] {
  const layers = network.tensors.map((tensor): GraphNode => {
    const { layer, inputs, shape } = tensor;
    return {
      name: nodeName(layer.name),
      op: layer.className,
      inputs: [...inputs.map((input) => nodeName(input.layer.name)), ...weightNames(layer)],
      attributes: { _output_shapes: { shapes: [[-1, ...shape]] } },
    };
  });
  const weights = network.layers.flatMap((layer) =>
    layer.weights
      .filter(({ internal }) => !internal)
      .map(({ name, shape }): GraphNode => {
        const parameters = { text: String(elementCount(shape)) };
        const attributes = { _output_shapes: { shapes: [shape] }, parameters };
        return { name: `${layer.name}/${name}`, op: 'Variable', inputs: [], attributes };
      }),
  );
  // A layer that is applied twice is one node.
  const known = new Map([...weights, ...layers].map((node) => [node.name, node]));
  return [...known.values()];
}

/** Beside its weights a layer is a node of its own. */
const nodeName = (layer: string): string => `${layer}/call`;

const weightNames = (layer: Network['layers'][number]): string[] =>
  layer.weights.filter(({ internal }) => !internal).map(({ name }) => `${layer.name}/${name}`);
