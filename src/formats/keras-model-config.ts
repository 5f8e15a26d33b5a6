import { UnsupportedError } from '../errors/index.ts';
import { ownClassConfig } from '../nn/custom-objects.ts';
import type { Layer, Shape, Weight } from '../nn/layers/layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { applicationsOf, type Network } from '../nn/network/network.ts';
import { NetworkLayer } from '../nn/network/network-layer.ts';
import { kerasConfigOf } from './keras-model-layers.ts';

/** A layer as a file has it. One layer of a network may stand there as two. */
export interface WrittenLayer {
  readonly className: string;
  /** True for a class of the user. */
  readonly own?: boolean;
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** In the order of the file, internal state not included. */
  readonly weights: readonly Weight[];
  readonly inputShapes: readonly Shape[];
  /** Of a model that is used as a layer. */
  readonly nested?: { readonly network: Network; readonly layers: readonly WrittenLayer[] };
  /** What each application reads. */
  readonly calls: readonly (readonly TensorPlace[])[];
}

/** A tensor of a network: the layer that makes it, and the number of its application. */
export interface TensorPlace {
  readonly layer: string;
  readonly call: number;
  /** Which of the outputs of the application. */
  readonly output: number;
  readonly shape: Shape;
}

/** Extension options of a separable layer, which Keras does not have. */
const EXTENSIONS = ['depthwise_use_bias', 'depthwise_activation', 'depthwise_bias_initializer'];

/**
 * The layers of a network for a file.
 * @param exchange for Keras: a separable layer with a bias or an activation after its spatial step becomes two
 * @throws {UnsupportedError} for Keras, if a layer is of a class that Keras does not have
 */
export function writtenLayers(network: Network, exchange: boolean): WrittenLayer[] {
  const place = placesOf(network);
  return network.layers.flatMap((layer) => {
    if (exchange && layer.keras.missing) {
      throw new UnsupportedError({
        feature: `Saving layer "${layer.name}" for Keras, which has no ${layer.className},`,
        advice: 'Save the model as safetensors',
      });
    }
    if (exchange && Array.isArray(layer.options.padding) && /Conv/.test(layer.className)) {
      throw new UnsupportedError({
        feature: `Saving layer "${layer.name}" for Keras, which has no padding of pairs,`,
        advice: 'Save the model as safetensors, or pad with a zeroPadding layer before it',
      });
    }
    const made = applicationsOf(network, layer);
    const calls = made.map((tensor) => tensor.inputs.map(place));
    if (layer instanceof NetworkLayer) return nestedLayer(layer, calls, exchange);
    const plain: WrittenLayer = {
      className: layer.className,
      own: layer.keras.own,
      name: layer.name,
      config: kerasConfigOf(layer),
      weights: layer.weights.filter((weight) => !weight.internal),
      inputShapes: layer.builtFor,
      calls,
    };
    if (layer.className === 'InputLayer') return { ...plain, config: inputConfig(layer), calls: [] };
    if (!exchange || !layer.className.startsWith('SeparableConv')) return plain;
    return usesExtensions(layer)
      ? twoSteps(layer, plain, made)
      : { ...plain, config: without(plain.config, EXTENSIONS) };
  });
}

function nestedLayer(
  { className, name, network, builtFor, trainable }: NetworkLayer,
  calls: WrittenLayer['calls'],
  exchange: boolean,
): WrittenLayer {
  const layers = writtenLayers(network, exchange);
  const config = { name, trainable };
  return { className, name, config, weights: [], inputShapes: builtFor, calls, nested: { network, layers } };
}

/** Where each tensor of a network comes from. */
export function placesOf(network: Network): (tensor: SymbolicTensor) => TensorPlace {
  const calls = new Map<readonly SymbolicTensor[], number>();
  const counts = new Map<Layer, number>();
  for (const { layer, siblings } of network.tensors) {
    if (calls.has(siblings)) continue;
    const count = counts.get(layer) ?? 0;
    calls.set(siblings, count);
    counts.set(layer, count + 1);
  }
  return ({ layer, siblings, output, shape }) => {
    return { layer: layer.name, call: calls.get(siblings)!, output, shape };
  };
}

const inputConfig = (layer: Layer): Record<string, unknown> => ({
  batch_shape: [null, ...(layer.options.shape as Shape)],
  dtype: layer.options.dtype,
  sparse: false,
  ragged: false,
  name: layer.name,
});

const without = (config: object, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));

const usesExtensions = ({ options }: Layer): boolean =>
  options.depthwiseUseBias === true || (options.depthwiseActivation as { name?: string }).name !== 'linear';

/** Spatial step and channel step as layers of their own; the second keeps the name. */
function twoSteps(layer: Layer, plain: WrittenLayer, made: readonly SymbolicTensor[]): WrittenLayer[] {
  const { config } = plain;
  const rank = layer.className.at(-2);
  const name = `${layer.name}_spatial`;
  const spatialNames = ['depthwise_kernel', 'depthwise_bias'];
  const middle = middleShape(layer);
  const shared = { trainable: config.trainable, dtype: config.dtype, data_format: config.data_format };
  return [
    {
      className: `DepthwiseConv${rank}D`,
      name,
      config: {
        ...shared,
        name,
        kernel_size: config.kernel_size,
        strides: config.strides,
        padding: config.padding,
        dilation_rate: config.dilation_rate,
        depth_multiplier: config.depth_multiplier,
        activation: config.depthwise_activation,
        use_bias: config.depthwise_use_bias,
        depthwise_initializer: config.depthwise_initializer,
        bias_initializer: config.depthwise_bias_initializer,
      },
      weights: plain.weights.filter((weight) => spatialNames.includes(weight.name)),
      inputShapes: plain.inputShapes,
      calls: plain.calls,
    },
    {
      className: `Conv${rank}D`,
      name: layer.name,
      config: {
        ...shared,
        name: layer.name,
        filters: config.filters,
        kernel_size: (config.kernel_size as number[]).map(() => 1),
        activation: config.activation,
        use_bias: config.use_bias,
        kernel_initializer: config.pointwise_initializer,
        bias_initializer: config.bias_initializer,
      },
      weights: plain.weights.filter((weight) => !spatialNames.includes(weight.name)),
      inputShapes: made.slice(0, 1).map((tensor) => [...tensor.shape.slice(0, -1), middle]),
      calls: made.map((tensor, call) => [
        { layer: name, call, output: 0, shape: [...tensor.shape.slice(0, -1), middle] },
      ]),
    },
  ];
}

const middleShape = (layer: Layer): number =>
  layer.weights.find((weight) => weight.name === 'pointwise_kernel')!.shape.at(-2)!;

/**
 * The config of a network as Keras writes it, without what it was compiled with.
 * @param own name and `trainable` of a model that is used as a layer
 */
export function networkConfig(
  network: Network,
  layers: readonly WrittenLayer[],
  own: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const place = placesOf(network);
  const history = ({ layer, call, output }: TensorPlace): unknown[] => [layer, call, output];
  const batched = (shape: Shape): (number | null)[] => [null, ...shape];
  const one = <T>(list: readonly T[]): T | readonly T[] => (list.length === 1 ? list[0]! : list);
  const entry = (layer: WrittenLayer): Record<string, unknown> =>
    layer.nested ? networkConfig(layer.nested.network, layer.nested.layers, layer.config) : plainEntry(layer);
  const plainEntry = (layer: WrittenLayer): Record<string, unknown> => ({
    ...(layer.own
      ? ownClassConfig(layer.className, layer.config)
      : {
          module: 'keras.layers',
          class_name: layer.className,
          config: layer.config,
          registered_name: null,
        }),
    ...(layer.weights.length > 0
      ? { build_config: { input_shape: one(layer.inputShapes.map(batched)) } }
      : {}),
  });
  const common = { name: network.name, trainable: true, ...own };
  if (network.kind === 'sequential') {
    const input_shape = batched(network.inputs[0]!.shape);
    return {
      module: 'keras',
      class_name: 'Sequential',
      config: { ...common, dtype: 'float32', layers: layers.map(entry), build_input_shape: input_shape },
      registered_name: null,
      build_config: { input_shape },
    };
  }
  const tensor = (at: TensorPlace): Record<string, unknown> => ({
    class_name: '__keras_tensor__',
    config: { shape: batched(at.shape), dtype: 'float32', keras_history: history(at) },
  });
  const nodes = (layer: WrittenLayer): unknown[] =>
    layer.calls.map((inputs) => ({
      args: [inputs.length === 1 ? tensor(inputs[0]!) : inputs.map(tensor)],
      kwargs: {},
    }));
  const places = (tensors: readonly SymbolicTensor[], names: readonly string[] | false): unknown => {
    const list = tensors.map((x) => history(place(x)));
    return names ? Object.fromEntries(names.map((own, k) => [own, list[k]])) : one(list);
  };
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      ...common,
      layers: layers.map((layer) => ({ ...entry(layer), name: layer.name, inbound_nodes: nodes(layer) })),
      input_layers: places(network.inputs, network.isNamed.inputs && network.inputs.map((x) => x.layer.name)),
      output_layers: places(network.outputs, network.isNamed.outputs && network.outputNames),
    },
    registered_name: 'Functional',
    build_config: { input_shape: null },
  };
}
