import type { EngineOptions, Model } from '../../src/index.ts';
import {
  input,
  type Layer,
  layers,
  model,
  type SymbolicTensor,
  type Tensor,
  tensor,
} from '../../src/index.ts';
import type { NetworkDescription, NetworkNode } from '../networks/description.ts';

/** Builds a description with the public layers. */
export function atrousModel(network: NetworkDescription, engine: EngineOptions): Model {
  const source = input({ shape: network.input.shape, name: 'input' });
  const outputs = new Map<string, SymbolicTensor>([['input', source]]);
  let last = source;
  for (const node of network.nodes) {
    const inputs = node.from.map((name) => outputs.get(name)!);
    const layer = layerOf(node, inputs[0]!.shape.length - 1);
    last = layer.apply(inputs.length === 1 ? inputs[0]! : inputs);
    outputs.set(node.name, last);
  }
  return model({ inputs: source, outputs: last, engine });
}

function layerOf(node: NetworkNode, rank: number): Layer {
  const { name } = node;
  const flat = rank === 1;
  switch (node.kind) {
    case 'convolution':
      return flat
        ? layers.conv1d({ ...windowOf<1>(node), filters: node.filters })
        : layers.conv2d({ ...windowOf<2>(node), filters: node.filters });
    case 'depthwise':
      return flat ? layers.depthwiseConv1d(windowOf<1>(node)) : layers.depthwiseConv2d(windowOf<2>(node));
    case 'separable':
      return flat
        ? layers.separableConv1d({ ...windowOf<1>(node), filters: node.filters })
        : layers.separableConv2d({ ...windowOf<2>(node), filters: node.filters });
    case 'rescaling':
      return layers.rescaling({ name, scale: node.scale });
    case 'batchNormalization':
      return layers.batchNormalization({ name });
    case 'activation':
      return layers.activation({ name, activation: node.activation });
    case 'maxPooling':
      return (flat ? layers.maxPooling1d : layers.maxPooling2d)({ name, poolSize: node.size });
    case 'globalAveragePooling':
      return (flat ? layers.globalAveragePooling1d : layers.globalAveragePooling2d)({ name });
    case 'flatten':
      return layers.flatten({ name });
    case 'dropout':
      return layers.dropout({ name, rate: node.rate });
    case 'dense':
      return layers.dense({ name, units: node.units, activation: node.activation });
    case 'add':
      return layers.add({ name });
    case 'concatenate':
      return layers.concatenate({ name });
  }
}

/** The window of a node over `R` dimensions, as the lengths of its lists say. */
function windowOf<R extends 1 | 2>(
  node: Extract<NetworkNode, { readonly kernel: unknown }>,
): layers.DepthwiseConvOptions<R> {
  const { name, kernel, strides, dilation, padding, bias } = node;
  const window = { name, kernelSize: kernel, strides, dilationRate: dilation, padding, useBias: bias };
  return window as object as layers.DepthwiseConvOptions<R>;
}

/** Sets all weights from their values in the order of the description's nodes. */
export async function setAllWeights(
  own: Model,
  network: NetworkDescription,
  values: Float32Array,
): Promise<void> {
  const current = await own.getWeights();
  const byLayer = new Map<string, Tensor[]>();
  let next = 0;
  for (const { name, weights } of own.layers) {
    const count = weights.filter(({ internal }) => !internal).length;
    byLayer.set(name, current.slice(next, next + count));
    next += count;
  }
  let offset = 0;
  const given = new Map<string, Tensor[]>();
  for (const { name } of network.nodes) {
    const read = byLayer.get(name)!.map(({ data, shape }) => {
      offset += data.length;
      return tensor(values.slice(offset - data.length, offset), shape);
    });
    given.set(name, read);
  }
  if (offset !== values.length)
    throw new Error(`The weights have ${values.length} values; the network takes ${offset}.`);
  await own.setWeights(own.layers.flatMap(({ name }) => given.get(name) ?? []));
}
