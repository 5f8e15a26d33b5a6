import { type ConvOptions, conv1d, conv2d, conv3d, type Layer } from '../nn/layers/index.ts';
import { inputLayer, inputTensor } from '../nn/layers/input-layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { NameScope } from '../nn/naming.ts';
import { functionalNetwork, type Network } from '../nn/network/network.ts';

/**
 * The same network with standard convolutions: a separable convolution becomes one that sees space and channels at
 * once, with the same filters, kernel, strides, padding and dilation. A depthwise convolution that leads, through
 * layers without a kernel, to nothing but a 1x1 convolution counts as a separable one, and what stands between the
 * two goes. Other layers are shared with `network`; the new ones have no values.
 * @returns undefined where `network` has no separable convolution
 */
export function standardTwin(network: Network): Network | undefined {
  const pairs = spatialSteps(network);
  const dropped = new Set([...pairs.values()].flatMap(({ between }) => between));
  const made = new Map<SymbolicTensor, SymbolicTensor>();
  const replaced = new Map<Layer, Layer>();
  const names = new NameScope();
  for (const tensor of network.inputs) {
    const layer = inputLayer({ shape: tensor.shape, name: tensor.layer.name });
    made.set(tensor, inputTensor(layer, names));
  }
  for (const tensor of network.tensors) {
    if (made.has(tensor)) continue;
    const { layer } = tensor;
    const pair = pairs.get(tensor);
    const inputs = (pair ? pair.depthwise : tensor).inputs.map((input) => made.get(input)!);
    if (dropped.has(tensor)) continue;
    const isNew = pair !== undefined || separable.test(layer.className);
    if (isNew && !replaced.has(layer))
      replaced.set(layer, standardLayer(layer, pair?.depthwise.layer ?? layer));
    const copies = (replaced.get(layer) ?? layer).applyAll(inputs);
    for (const [k, copy] of copies.entries()) made.set(tensor.siblings[k]!, copy);
  }
  if (replaced.size === 0) return undefined;
  const all = (list: readonly SymbolicTensor[]): SymbolicTensor[] => list.map((tensor) => made.get(tensor)!);
  return functionalNetwork({ inputs: all(network.inputs), outputs: all(network.outputs) });
}

const separable = /^SeparableConv\dD$/;
const depthwise = /^DepthwiseConv\dD$/;
const withoutKernel = new Set(['BatchNormalization', 'Activation', 'ELU', 'LeakyReLU', 'PReLU', 'ReLU']);

/** A channel step and the spatial step before it. */
interface Pair {
  readonly depthwise: SymbolicTensor;
  /** The spatial step and what stands between both. */
  readonly between: readonly SymbolicTensor[];
}

/** Pairs of a depthwise and a 1x1 convolution, by the tensor of the latter. */
function spatialSteps(network: Network): Map<SymbolicTensor, Pair> {
  const readers = new Map<SymbolicTensor, SymbolicTensor[]>();
  for (const tensor of network.tensors)
    for (const input of tensor.inputs) readers.set(input, [...(readers.get(input) ?? []), tensor]);
  const onlyReader = (tensor: SymbolicTensor): SymbolicTensor | undefined => {
    const list = readers.get(tensor) ?? [];
    return list.length === 1 && !network.outputs.includes(tensor) ? list[0] : undefined;
  };
  const pairs = new Map<SymbolicTensor, Pair>();
  for (const tensor of network.tensors) {
    if (!depthwise.test(tensor.layer.className)) continue;
    const between = [tensor];
    let reader = onlyReader(tensor);
    while (reader && withoutKernel.has(reader.layer.className)) {
      between.push(reader);
      reader = onlyReader(reader);
    }
    if (reader && isChannelStep(reader.layer)) pairs.set(reader, { depthwise: tensor, between });
  }
  return pairs;
}

const isChannelStep = ({ className, options }: Layer): boolean =>
  /^Conv\dD$/.test(className) &&
  options.groups === 1 &&
  [options.kernelSize, options.strides].every((extents) => (extents as number[]).every((n) => n === 1));

/** A standard convolution with the window of `spatial` and the filters, bias and activation of `channel`. */
function standardLayer(channel: Layer, spatial: Layer): Layer {
  const { kernelSize, strides, padding, dilationRate } = spatial.options as unknown as ConvOptions;
  const { filters, useBias, activation } = channel.options as unknown as ConvOptions;
  const options = { kernelSize, strides, padding, dilationRate, filters, useBias, activation };
  const make = [conv1d, conv2d, conv3d][(kernelSize as readonly number[]).length - 1]!;
  return (make as (options: ConvOptions) => Layer)({ ...options, name: channel.name });
}
