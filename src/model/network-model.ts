import { InvalidArgumentError } from '../errors/index.ts';
import type { Layer } from '../nn/layers/layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import type { Network, TensorsLike } from '../nn/network/network.ts';
import { NetworkLayer } from '../nn/network/network-layer.ts';
import { costsOf, type NetworkCosts, summaryOf } from '../nn/network/summary.ts';
import { layerOfName } from './network-facts.ts';

/** What a model is before it has weights: layers, inputs and outputs, and its use as a layer. */
export class NetworkModel {
  readonly network: Network;
  #asLayer: NetworkLayer | undefined;

  /** @throws {InvalidArgumentError} for what is no network: `sequential` and `model` make one */
  constructor(network: Network) {
    if (!Array.isArray(network?.tensors)) {
      const expected = 'the network of a model; sequential() and model() make both';
      throw new InvalidArgumentError({ call: 'model', argument: 'network', expected, received: network });
    }
    this.network = network;
  }

  get name(): string {
    return this.network.name;
  }

  /** Layers in the order of Keras. */
  get layers(): readonly Layer[] {
    return this.network.layers;
  }

  get inputs(): readonly SymbolicTensor[] {
    return this.network.inputs;
  }

  get outputs(): readonly SymbolicTensor[] {
    return this.network.outputs;
  }

  /** The name of each output: that of its layer, or the one that it was given. */
  get outputNames(): readonly string[] {
    return this.network.outputNames;
  }

  /**
   * The layer of a name.
   * @throws {InvalidArgumentError} if there is none
   */
  getLayer(name: string): Layer {
    return layerOfName(this.layers, name);
  }

  /** The model as a layer, which shares its layers and weights. It can be part of other models, also of `sequential`. */
  get asLayer(): NetworkLayer {
    this.#asLayer ??= new NetworkLayer(this.network);
    return this.#asLayer;
  }

  /**
   * Applies the model to symbolic tensors, as a layer.
   * @param inputs one, or all by position or by name
   * @throws {ShapeError} {UnsupportedError} for a model with several outputs: `applyAll` gives them
   */
  apply(inputs: TensorsLike): SymbolicTensor {
    return this.asLayer.apply(inputs as SymbolicTensor);
  }

  /** Applies the model as `apply` does, and gives all outputs by position, in the order of `outputNames`. */
  applyAll(inputs: TensorsLike): readonly SymbolicTensor[] {
    return this.asLayer.applyAll(inputs);
  }

  /** False where all layers keep their weights. Compile again after setting it. */
  get trainable(): boolean {
    return this.layers.some((layer) => layer.trainable);
  }

  set trainable(value: boolean) {
    for (const layer of this.layers) layer.trainable = value;
  }

  /** Parameters and multiply-adds of a sample, from the definitions of the operations. */
  costs(): NetworkCosts {
    return costsOf(this.network);
  }

  /** A table of the layers as text. */
  summary(): string {
    return summaryOf(this.network);
  }
}
