import type { Model } from '../model/model.ts';
import type { ConvOptions } from '../nn/layers/index.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import type { Network } from '../nn/network/network.ts';
import { networkOf } from './network-of.ts';
import { networkFields } from './receptive-field.ts';

/** Convolutions with one kernel size that follow each other at one resolution; `gridding` takes their dilations. */
export interface DilationChain {
  readonly layers: readonly string[];
  /** Taps an axis. */
  readonly kernel: readonly number[];
  /** One a layer, an entry an axis. */
  readonly dilations: readonly (readonly number[])[];
}

const convolution = /^(Separable|Depthwise)?Conv\dD$/;
/** Joins, whose branches may differ in what they see. */
const join = /^(Add|Average|Concatenate|Maximum|Minimum|Multiply|Subtract)$/;
const none: DilationChain = { layers: [], kernel: [], dilations: [] };

/**
 * The longest chains of convolutions in a network among which a dilation is above 1. What moves or widens
 * the field otherwise (strides, pooling, borders) and another kernel size end a chain; 1x1 convolutions do not count. Where branches join, the one with the largest
 * field goes on.
 * @throws {InvalidArgumentError} if `model` is no model
 */
export const dilationChains = (model: Model): DilationChain[] =>
  chainsOf(networkOf(model, 'analysis.dilationChains'));

/** The same of the structure of a model. */
export function chainsOf(network: Network): DilationChain[] {
  const ending = new Map<SymbolicTensor, DilationChain>();
  const extended = new Set<DilationChain>();
  const { layers } = networkFields(network);
  const sees = new Map(network.tensors.map((tensor, k) => [tensor, JSON.stringify(layers[k]!.fields)]));
  for (const tensor of network.tensors) {
    const pointwise =
      join.test(tensor.layer.className) ||
      tensor.inputs.some((source) => sees.get(source) === sees.get(tensor));
    const before = tensor.inputs
      .map((source) => ending.get(source) ?? none)
      .sort((a, b) => reach(b) - reach(a))[0];
    const chain = continued(tensor, before ?? none, pointwise);
    if (chain !== before && before && chain.layers.length > before.layers.length) extended.add(before);
    ending.set(tensor, chain);
  }
  const chains = [...new Set(ending.values())].filter(
    (chain) => !extended.has(chain) && chain.dilations.some((rates) => rates.some((rate) => rate > 1)),
  );
  // a layer that is applied several times ends as many chains
  return [...new Map(chains.map((chain) => [JSON.stringify(chain), chain])).values()];
}

const reach = ({ dilations }: DilationChain): number =>
  dilations.reduce((sum, rates) => sum + Math.max(...rates), 0);

/** @param pointwise whether a position sees what the one in its place before the layer did */
function continued({ layer }: SymbolicTensor, before: DilationChain, pointwise: boolean): DilationChain {
  if (!convolution.test(layer.className)) return pointwise ? before : none;
  const { kernelSize, strides: steps, dilationRate } = layer.options as unknown as ConvOptions;
  const [kernel, strides, rates] = [kernelSize, steps, dilationRate] as (readonly number[])[];
  if (strides!.some((stride) => stride > 1)) return none;
  if (kernel!.every((taps) => taps === 1)) return before;
  const same = before.kernel.join() === kernel!.join();
  return {
    layers: [...(same ? before.layers : []), layer.name],
    kernel: kernel!,
    dilations: [...(same ? before.dilations : []), rates!],
  };
}
