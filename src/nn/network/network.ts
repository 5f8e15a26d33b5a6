import { InvalidArgumentError, UnsupportedError } from '../../errors/index.ts';
import { inputLayer, inputTensor } from '../layers/input-layer.ts';
import { Layer, type Shape, type Weight } from '../layers/layer.ts';
import { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { NameScope } from '../naming.ts';
import { orderNetwork } from './graph-order.ts';

/** The structure of a model: which layers are applied to what. It holds no values. */
export interface Network {
  readonly kind: 'sequential' | 'functional';
  readonly name: string;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** Every tensor after what it is made from. */
  readonly tensors: readonly SymbolicTensor[];
  /** Every layer once, in the order of Keras; input layers are among them. */
  readonly layers: readonly Layer[];
}

/** All weights, layer after layer. */
export const weightsOf = (network: Network): Weight[] => [
  ...new Set(network.layers.flatMap((layer) => layer.weights)),
];

/**
 * A chain of layers. The shape of the input comes from `inputShape`, from the option `inputShape` of the first
 * layer, or from a first `inputLayer`.
 * @throws {InvalidArgumentError | ShapeError} where a layer does not fit, naming it
 */
export function sequentialNetwork(
  layers: readonly Layer[],
  options: { readonly inputShape?: Shape; readonly name?: string } = {},
): Network {
  const call = 'sequential';
  if (!Array.isArray(layers) || layers.length === 0 || !layers.every((layer) => layer instanceof Layer)) {
    const expected = 'an array of layers that is not empty';
    throw new InvalidArgumentError({ call, argument: 'layers', expected, received: layers });
  }
  if (new Set(layers).size < layers.length) {
    const feature = 'The same layer twice in a chain';
    throw new UnsupportedError({ call, feature, advice: 'Make a second layer, or use model() and apply' });
  }
  const names = new NameScope();
  for (const layer of layers) if (layer.named) names.take(layer.name);
  const own = layers[0]!.className === 'InputLayer';
  const shape = options.inputShape ?? layers[0]!.inputShape;
  if (!own && !shape) {
    const expected = 'the shape of one sample, such as [28, 28, 1]';
    throw new InvalidArgumentError({ call, argument: 'inputShape', expected, received: shape });
  }
  const first = inputTensor(own ? layers[0]! : inputLayer({ shape: shape! }), names);
  let tensor = first;
  for (const layer of own ? layers.slice(1) : layers) tensor = layer.apply(tensor);
  return makeNetwork('sequential', options.name ?? 'sequential', [first], [tensor]);
}

/**
 * A network from symbolic tensors.
 * @throws {InvalidArgumentError} if an output does not come from the inputs, or two layers have one name
 */
export function functionalNetwork(options: {
  readonly inputs: SymbolicTensor | readonly SymbolicTensor[];
  readonly outputs: SymbolicTensor | readonly SymbolicTensor[];
  readonly name?: string;
}): Network {
  const inputs = tensorList(options.inputs, 'inputs');
  const outputs = tensorList(options.outputs, 'outputs');
  for (const tensor of inputs) {
    if (tensor.inputs.length > 0) {
      const expected = 'tensors made by input()';
      throw new InvalidArgumentError({
        call: 'model',
        argument: 'inputs',
        expected,
        received: `the output of layer "${tensor.layer.name}"`,
      });
    }
  }
  return makeNetwork('functional', options.name ?? 'functional', inputs, outputs);
}

function tensorList(value: unknown, argument: string): SymbolicTensor[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((x) => x instanceof SymbolicTensor)) {
    const expected = 'a symbolic tensor or an array of them';
    throw new InvalidArgumentError({ call: 'model', argument, expected, received: value });
  }
  return list;
}

function makeNetwork(
  kind: Network['kind'],
  name: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): Network {
  const { tensors, layers } = orderNetwork(inputs, outputs);
  for (const tensor of tensors) {
    if (tensor.inputs.length === 0 && !inputs.includes(tensor)) {
      const expected = `input "${tensor.layer.name}" among them, because the outputs need it`;
      throw new InvalidArgumentError({
        call: 'model',
        argument: 'inputs',
        expected,
        received: inputs.map((x) => x.layer.name),
      });
    }
  }
  const unused = inputs.filter((x) => !tensors.includes(x));
  const all = [...unused.map((x) => x.layer), ...layers];
  nameLayers(all);
  return { kind, name, inputs, outputs, tensors: [...unused, ...tensors], layers: all };
}

/** Renames unnamed layers that share a name, which parts of a network made apart from each other can. */
function nameLayers(layers: readonly Layer[]): void {
  const names = new NameScope();
  for (const layer of layers) {
    if (!layer.named) continue;
    if (names.has(layer.name)) {
      const expected = 'a name that no other layer of the network has';
      throw new InvalidArgumentError({ argument: 'name', layer: layer.name, expected, received: layer.name });
    }
    names.take(layer.name);
  }
  for (const layer of layers) {
    if (layer.named) continue;
    if (names.has(layer.name)) layer.name = names.claim(layer.name.replace(/_\d+$/, ''));
    else names.take(layer.name);
  }
}
