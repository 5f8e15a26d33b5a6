import type { NetworkDescription, NetworkNode } from './description.ts';

/** Numbers that a network learns or keeps, those of batch normalisation's moving statistics included. */
export function parametersOf({ nodes, input }: NetworkDescription): number {
  const shapes = shapesByName(nodes, input.shape);
  return nodes.reduce((sum, node) => sum + parametersOfNode(node, shapes.get(node.from[0]!)!), 0);
}

/** Multiply-adds of one sample in the forward pass; taps that read padding are counted. */
export function multiplyAddsOf({ nodes, input }: NetworkDescription): number {
  const shapes = shapesByName(nodes, input.shape);
  return nodes.reduce((sum, node) => sum + multiplyAddsOfNode(node, shapes.get(node.from[0]!)!), 0);
}

const product = (values: readonly number[]): number => values.reduce((a, b) => a * b, 1);

function shapesByName(
  nodes: readonly NetworkNode[],
  input: readonly number[],
): Map<string, readonly number[]> {
  return new Map([['input', input], ...nodes.map(({ name, shape }) => [name, shape] as const)]);
}

function parametersOfNode(node: NetworkNode, input: readonly number[]): number {
  const channels = input.at(-1)!;
  switch (node.kind) {
    case 'convolution':
      return (product(node.kernel) * channels + Number(node.bias)) * node.filters;
    case 'depthwise':
      return (product(node.kernel) + Number(node.bias)) * channels;
    case 'separable':
      return product(node.kernel) * channels + (channels + Number(node.bias)) * node.filters;
    case 'batchNormalization':
      return 4 * channels;
    case 'dense':
      return (channels + 1) * node.units;
    default:
      return 0;
  }
}

function multiplyAddsOfNode(node: NetworkNode, input: readonly number[]): number {
  const channels = input.at(-1)!;
  const positions = product(node.shape.slice(0, -1));
  switch (node.kind) {
    case 'convolution':
      return positions * product(node.kernel) * channels * node.filters;
    case 'depthwise':
      return positions * product(node.kernel) * channels;
    case 'separable':
      return positions * channels * (product(node.kernel) + node.filters);
    case 'dense':
      return channels * node.units;
    default:
      return 0;
  }
}
