import { FormatError } from '../errors/index.ts';
import { inputDtypes, inputLayer, inputTensor } from '../nn/layers/input-layer.ts';
import type { Layer } from '../nn/layers/layer.ts';
import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { NameScope } from '../nn/naming.ts';
import {
  functionalNetwork,
  type Network,
  sequentialNetwork,
  type TensorsLike,
} from '../nn/network/network.ts';
import { NetworkLayer } from '../nn/network/network-layer.ts';
import { isObject, type JsonObject } from './json.ts';
import { maskComparison } from './keras-masks.ts';
import { layerFromConfig } from './keras-model-layers.ts';
import { type FileEntry, isOperation, knownOperations, withoutOperation } from './keras-operators.ts';
import { inReadyOrder } from './ready-order.ts';

/** A network, and its layers in the order in which the file lists them. */
export interface ReadNetwork {
  readonly network: Network;
  readonly layers: readonly Layer[];
  /** The same of the models among the layers. */
  readonly nested: ReadonlyMap<Layer, ReadNetwork>;
}

/** Most layers of a model, and most applications of them. */
const mostLayers = 10_000;

/**
 * The network that a config describes: at most 10,000 layers, applied at most 10,000 times.
 * @throws {FormatError} for configs that are not sound and for layers that are not known
 */
export function networkFromConfig(config: unknown, source: string): ReadNetwork {
  const fail: Fail = (problem) => {
    throw new FormatError({ source, problem });
  };
  if (!isObject(config) || !isObject(config.config)) return fail('its config is no config of a model');
  const { config: own } = config;
  if (!Array.isArray(own.layers) || !own.layers.every((layer) => isObject(layer) && isObject(layer.config)))
    return fail('its config has no list of layers');
  const entries = own.layers as FileEntry[];
  if (entries.length > mostLayers)
    return fail(`it has ${entries.length} layers, more than the limit of ${mostLayers}`);
  const name = typeof own.name === 'string' ? own.name : undefined;
  try {
    if (config.class_name === 'Sequential') return readSequential(entries, config, name, source, fail);
    if (config.class_name === 'Functional') return readFunctional(entries, own, name, source, fail);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new FormatError({ source, problem: problem.replace(/\.$/, '') }, { cause });
  }
  return fail(`its model is of class ${JSON.stringify(config.class_name)}, not Sequential or Functional`);
}

type Fail = (problem: string) => never;

function layerOf(entry: FileEntry, source: string, fail: Fail, nested: Map<Layer, ReadNetwork>): Layer {
  const { class_name, config } = entry;
  if (class_name === 'Sequential' || class_name === 'Functional') {
    const inner = networkFromConfig(entry, source);
    const model = new NetworkLayer(inner.network);
    if (config.trainable === false) model.trainable = false;
    nested.set(model, inner);
    return model;
  }
  if (class_name !== 'InputLayer') return layerFromConfig(class_name, config, source);
  const shape = config.batch_shape ?? config.batch_input_shape;
  if (!Array.isArray(shape)) return fail('an input layer has no batch_shape');
  const name = typeof config.name === 'string' ? config.name : undefined;
  // Other types (float64, int64, ...) hold what float32 takes.
  const dtype = inputDtypes.find((known) => known === config.dtype);
  return inputLayer({ shape: shape.slice(1) as number[], name, dtype });
}

function readSequential(
  entries: readonly FileEntry[],
  config: JsonObject,
  name: string | undefined,
  source: string,
  fail: Fail,
): ReadNetwork {
  const nested = new Map<Layer, ReadNetwork>();
  const layers = entries.map((entry) => layerOf(entry, source, fail, nested));
  const { build_input_shape: built } = config.config as JsonObject;
  const inputShape = Array.isArray(built) ? (built.slice(1) as number[]) : undefined;
  return { network: sequentialNetwork(layers, { name, inputShape }), layers, nested };
}

function readFunctional(
  listed: readonly FileEntry[],
  own: JsonObject,
  name: string | undefined,
  source: string,
  fail: Fail,
): ReadNetwork {
  const names = new NameScope();
  const made = new Map<string, readonly SymbolicTensor[]>();
  const layers: Layer[] = [];
  const nested = new Map<Layer, ReadNetwork>();
  const waiting: {
    layer: Layer;
    key: string;
    sources: string[];
    places: Place[];
    masks: readonly unknown[];
  }[] = [];
  const entries = listed.map(withoutOperation);
  // Masks follow from the layers; the operations by which Keras makes them are compared with what follows.
  const operations = entries.filter(isOperation);
  for (const entry of entries) {
    if (operations.includes(entry)) continue;
    const layer = layerOf(entry, source, fail, nested);
    layers.push(layer);
    if (layer.className === 'InputLayer') {
      made.set(`${layer.name}/0`, inputTensor(layer, names).siblings);
      continue;
    }
    const nodes = Array.isArray(entry.inbound_nodes) ? entry.inbound_nodes : [];
    for (const [k, node] of nodes.entries()) {
      const model = nested.get(layer)?.network;
      const places = sourcesOf(node, model, fail);
      const sources = places.map(({ call }) => call);
      waiting.push({ layer, key: `${layer.name}/${k}`, sources, places, masks: masksOf(node, model) });
    }
  }
  if (waiting.length > mostLayers) fail(`its layers are applied more than ${mostLayers} times`);
  const keys = new Map([...made].map(([key, tensors]) => [tensors, key]));
  const placeOf = ({ siblings, output }: SymbolicTensor): string => `${keys.get(siblings)!}/${output}`;
  const tensorAt = ({ call, output }: Place): SymbolicTensor =>
    made.get(call)?.[output] ?? fail(`it names the tensor ${call}/${output}, which no layer makes`);
  const isExpectedMask = maskComparison(operations, placeOf);
  const never = inReadyOrder(waiting, new Set(made.keys()), ({ layer, key, places, masks }) => {
    const inputs = places.map(tensorAt);
    const isExpected = (mask: unknown, k: number): boolean =>
      mask === null || (inputs[k] !== undefined && isExpectedMask(mask, inputs[k]));
    if (!masks.every(isExpected))
      fail(`layer "${layer.name}" is given a mask of its own, which is not supported`);
    const tensors = layer.applyAll(inputs.length === 1 ? inputs[0]! : inputs);
    made.set(key, tensors);
    keys.set(tensors, key);
  });
  if (never) {
    const missing = never.sources.find((place) => !made.has(place))!.replace(/\/[^/]*$/, '');
    const operation = operations.find(({ config }) => config.name === missing);
    const what = operation
      ? `the operation ${JSON.stringify(operation.class_name)}, which no layer stands for (those of tensors or a tensor and a number that do: ${knownOperations.join(', ')})`
      : 'a tensor that no layer makes';
    return fail(`layer "${never.layer.name}" reads ${what}`);
  }
  const tensors = (value: unknown): TensorsLike => {
    const named = isObject(value) ? Object.entries(value) : [];
    const list = placesIn(value).map(tensorAt);
    if (list.length === 0) fail('its config names no inputs or no outputs');
    return named.length === list.length ? Object.fromEntries(named.map(([own], k) => [own, list[k]!])) : list;
  };
  const inputs = tensors(own.input_layers);
  const outputs = tensors(own.output_layers);
  return { network: functionalNetwork({ inputs, outputs, name }), layers, nested };
}

/** A tensor: the application of a layer that makes it, and which of its outputs it is. */
interface Place {
  readonly call: string;
  readonly output: number;
}

/** The tensors that an application reads. A model may read them by the names of its inputs. */
function sourcesOf(node: unknown, model: Network | undefined, fail: Fail): Place[] {
  const found: Place[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (isObject(value) && value.class_name === '__keras_tensor__' && isObject(value.config)) {
      found.push(...placesIn(value.config.keras_history));
    } else if (isObject(value) && model) {
      const names = model.inputs.map(({ layer }) => layer.name);
      const isComplete = names.every((name) => Object.hasOwn(value, name));
      for (const name of isComplete ? names : Object.keys(value).sort()) visit(value[name]);
    }
  };
  if (isObject(node)) visit(node.args);
  return found.length > 0 ? found : fail('a layer reads no tensor');
}

/** The masks that an application is given, an input each: a tensor, or null where Keras finds it itself. */
function masksOf(node: unknown, model: Network | undefined): readonly unknown[] {
  const mask = isObject(node) && isObject(node.kwargs) ? (node.kwargs.mask ?? null) : null;
  if (Array.isArray(mask)) return mask;
  if (!isObject(mask) || mask.class_name === '__keras_tensor__') return [mask];
  return model ? model.inputs.map(({ layer }) => mask[layer.name] ?? null) : [mask];
}

/** `["layer", 0, 0]`, or a list of such places, or an object of them. */
function placesIn(value: unknown): Place[] {
  if (isObject(value)) return Object.values(value).flatMap(placesIn);
  if (!Array.isArray(value)) return [];
  if (typeof value[0] === 'string')
    return [{ call: `${value[0]}/${String(value[1])}`, output: Number(value[2] ?? 0) }];
  return value.flatMap(placesIn);
}
