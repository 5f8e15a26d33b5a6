import { InvalidArgumentError, UnsupportedError } from '../../errors/index.ts';
import { layerName } from '../layers/common-rules.ts';
import { inputLayer, inputTensor } from '../layers/input-layer.ts';
import { Layer, type Shape, type Weight } from '../layers/layer.ts';
import { SymbolicTensor } from '../layers/symbolic-tensor.ts';
import { NameScope } from '../naming.ts';
import { shape as shapeRule } from '../options.ts';
import { checkMasks } from './check-masks.ts';
import { orderNetwork } from './graph-order.ts';

/** The structure of a model: which layers are applied to what. It holds no values. */
export interface Network {
  readonly kind: 'sequential' | 'functional';
  readonly name: string;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** A name of each output: that of its layer, or the one that it was given. */
  readonly outputNames: readonly string[];
  /** Whether inputs and outputs were given by name: files then keep names in the place of lists. */
  readonly isNamed: { readonly inputs: boolean; readonly outputs: boolean };
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
  const { inputShape } = options;
  const shape =
    inputShape === undefined ? layers[0]!.inputShape : shapeRule.read(inputShape, 'inputShape', { call });
  if (!own && !shape) {
    const expected = 'the shape of one sample, such as [28, 28, 1]';
    throw new InvalidArgumentError({ call, argument: 'inputShape', expected, received: shape });
  }
  const first = inputTensor(own ? layers[0]! : inputLayer({ shape: shape! }), names);
  let tensor = first;
  for (const layer of own ? layers.slice(1) : layers) tensor = layer.apply(tensor);
  return makeNetwork('sequential', nameOf(options.name, 'sequential', call), [first], [tensor], {
    isNamed: { inputs: false, outputs: false },
  });
}

const nameOf = (name: string | undefined, fallback: string, call: string): string =>
  name === undefined ? fallback : layerName.read(name, 'name', { call });

/** A tensor, several by position, or several by name. */
export type TensorsLike =
  | SymbolicTensor
  | readonly SymbolicTensor[]
  | Readonly<Record<string, SymbolicTensor>>;

/**
 * A network from symbolic tensors. Those that are given by name stand in the order of their names, as in Keras; an input
 * has the name of its layer.
 * @throws {InvalidArgumentError} if an output does not come from the inputs, or two layers have one name
 */
export function functionalNetwork(options: {
  readonly inputs: TensorsLike;
  readonly outputs: TensorsLike;
  readonly name?: string;
}): Network {
  const named = { inputs: byName(options.inputs), outputs: byName(options.outputs) };
  const inputs = named.inputs?.map(([, tensor]) => tensor) ?? tensorList(options.inputs, 'inputs');
  const outputs = named.outputs?.map(([, tensor]) => tensor) ?? tensorList(options.outputs, 'outputs');
  for (const [name, { layer }] of named.inputs ?? []) nameInput(name, layer);
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
  return makeNetwork('functional', nameOf(options.name, 'functional', 'model'), inputs, outputs, {
    outputNames: named.outputs?.map(([name]) => name),
    isNamed: { inputs: named.inputs !== undefined, outputs: named.outputs !== undefined },
  });
}

/** Tensors by name in the order of the names; undefined where they are not given by name. */
function byName(value: TensorsLike): [name: string, tensor: SymbolicTensor][] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof SymbolicTensor)
    return undefined;
  const entries = Object.entries(value);
  const isGood = entries.length > 0 && entries.every(([, tensor]) => tensor instanceof SymbolicTensor);
  return isGood ? entries.sort(([a], [b]) => (a < b ? -1 : 1)) : undefined;
}

function nameInput(name: string, layer: Layer): void {
  if (layer.name === name) return;
  if (layer.named) {
    const expected = `"${layer.name}", the name that the input has`;
    throw new InvalidArgumentError({ call: 'model', argument: 'inputs', expected, received: name });
  }
  layer.name = name;
}

function tensorList(value: unknown, argument: string): SymbolicTensor[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((x) => x instanceof SymbolicTensor)) {
    const expected = 'a symbolic tensor, an array of them, or an object of them by name';
    throw new InvalidArgumentError({ call: 'model', argument, expected, received: value });
  }
  return list;
}

function makeNetwork(
  kind: Network['kind'],
  name: string,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
  named: { readonly outputNames?: readonly string[] | undefined; readonly isNamed: Network['isNamed'] },
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
  const outputNames = named.outputNames ?? uniqueNames(outputs);
  const { isNamed } = named;
  const network: Network = {
    kind,
    name,
    inputs,
    outputs,
    outputNames,
    isNamed,
    tensors: [...unused, ...tensors],
    layers: all,
  };
  checkMasks(network);
  return network;
}

/** The names of the layers; further outputs of one layer are numbered. */
function uniqueNames(outputs: readonly SymbolicTensor[]): string[] {
  const names = new NameScope();
  return outputs.map(({ layer }) => names.claim(layer.name));
}

/** One tensor of each application of a layer, in the order of the network. */
export const applicationsOf = (network: Pick<Network, 'tensors'>, layer: Layer): SymbolicTensor[] => {
  const made = network.tensors.filter((tensor) => tensor.layer === layer);
  return made.filter((tensor, k) => made.findIndex(({ siblings }) => siblings === tensor.siblings) === k);
};

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
