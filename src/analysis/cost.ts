import { elementCount } from '../ir/tensor-type.ts';
import type { Model } from '../model/model.ts';
import { multiplyAdds } from '../nn/network/multiply-adds.ts';
import { applicationsOf, type Network } from '../nn/network/network.ts';
import { type CostComparison, type CostReport, type Costs, networkCosts } from './convolution-costs.ts';
import { networkOf } from './network-of.ts';
import { standardTwin } from './standard-twin.ts';

/** Size and work of one layer. */
export interface LayerCost extends Costs {
  readonly name: string;
  readonly className: string;
  /** Shape of one sample of the output; of the first where a layer is applied several times. */
  readonly outputShape: readonly number[];
  /** Bytes of the outputs for one sample in float32. */
  readonly activationBytes: number;
}

/** The same with the layer that stands in its place in the network with standard convolutions. */
export interface ComparedLayerCost extends LayerCost {
  /** Undefined where there is no such network, or where the layer went into a later one. */
  readonly standard: LayerCost | undefined;
}

/** Costs of a network, layer by layer. */
export interface DetailedCosts extends CostReport {
  readonly layers: readonly LayerCost[];
  /** Bytes of all outputs of layers for one sample in float32; the inputs are not among them. */
  readonly activationBytes: number;
}

export interface CostAnalysis extends CostComparison, DetailedCosts {
  readonly layers: readonly ComparedLayerCost[];
  readonly standard: DetailedCosts | undefined;
}

/**
 * Parameters, multiply-adds and bytes of activations of one sample, layer by layer, beside the same network with
 * standard convolutions (see `standardTwin`: each separable convolution, and each depthwise one with the 1x1
 * convolution behind it, becomes one that sees space and channels at once). Counted from the definitions of the
 * operations; taps that read padding are counted, additions of biases and activations are not.
 * @throws {InvalidArgumentError} if `model` is no model
 */
export const cost = (model: Model): CostAnalysis => networkCost(networkOf(model, 'analysis.cost'));

/** The same of the structure of a model. */
export function networkCost(network: Network): CostAnalysis {
  const twin = standardTwin(network);
  const standard = twin && detailed(twin);
  const own = detailed(network);
  const inTwin = new Map(standard?.layers.map((layer) => [layer.name, layer]));
  return {
    ...own,
    layers: own.layers.map((layer) => ({ ...layer, standard: inTwin.get(layer.name) })),
    standard,
  };
}

function detailed(network: Network): DetailedCosts {
  const layers = layerCosts(network);
  const activationBytes = layers.reduce((sum, layer) => sum + layer.activationBytes, 0);
  return { ...networkCosts(network), layers, activationBytes };
}

/** Layers in the order of the network, without its inputs. */
function layerCosts(network: Network): LayerCost[] {
  const adds = multiplyAdds(network);
  return network.layers
    .filter((layer) => layer.className !== 'InputLayer')
    .map((layer) => {
      const made = applicationsOf(network, layer);
      return {
        name: layer.name,
        className: layer.className,
        outputShape: made[0]!.shape,
        parameters: layer.parameterCount,
        multiplyAdds: adds.get(layer.name) ?? 0,
        activationBytes: made
          .flatMap(({ siblings }) => siblings)
          .reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0),
      };
    });
}
