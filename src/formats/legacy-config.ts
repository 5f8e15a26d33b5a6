import { isObject, type JsonObject } from './json.ts';

const isModel = (className: unknown): boolean =>
  className === 'Sequential' || className === 'Functional' || className === 'Model';

/**
 * The config of a model in a legacy file, as Keras 3 writes it: Keras 2 has lists where Keras 3 has objects, other
 * names of some options, and the input of a chain at its first layer.
 */
export function modernModel(config: JsonObject): JsonObject {
  const { class_name: className, config: own } = config;
  if (!isModel(className) || !isObject(own) || !Array.isArray(own.layers)) return config;
  const layers = own.layers.map((layer) => (isObject(layer) ? modernLayer(layer) : layer));
  const sequential = className === 'Sequential';
  const first = (own.layers as unknown[]).find(isObject)?.config;
  const inputShape = isObject(first) ? first.batch_input_shape : undefined;
  const shape = sequential && inputShape !== undefined ? { build_input_shape: inputShape } : {};
  return {
    ...config,
    class_name: sequential ? className : 'Functional',
    config: { ...own, layers, ...shape },
  };
}

function modernLayer(layer: JsonObject): JsonObject {
  if (isModel(layer.class_name)) return { ...modernModel(layer), ...nodesOf(layer) };
  if (!isObject(layer.config) || layer.class_name === 'InputLayer') return { ...layer, ...nodesOf(layer) };
  const config = modernOptions(String(layer.class_name), layer.config);
  return { ...layer, config, ...nodesOf(layer) };
}

/** Options that a class of Keras 2 writes and never has used, where they ask for nothing. */
const inherited = /^(kernel_(initializer|regularizer|constraint)|groups|filters)$/;

function modernOptions(className: string, config: JsonObject): JsonObject {
  const options: Record<string, unknown> = { ...config };
  delete options.batch_input_shape;
  if (/^(Depthwise|Separable)Conv/.test(className)) {
    for (const key of Object.keys(options)) {
      const unused = key === 'groups' ? options[key] === 1 : inherited.test(key) && key !== 'filters';
      if (unused) delete options[key];
    }
  }
  const { axis } = options;
  if (Array.isArray(axis) && axis.length === 1) options.axis = axis[0];
  if (className === 'LeakyReLU' && 'alpha' in options) {
    options.negative_slope = options.alpha;
    delete options.alpha;
  }
  return options;
}

/** What each application reads: `[["name", 0, 0, {}]]` becomes the arguments of a call. */
function nodesOf({ inbound_nodes: nodes }: JsonObject): { inbound_nodes?: unknown } {
  if (!Array.isArray(nodes)) return {};
  return {
    inbound_nodes: nodes.map((node) => {
      if (!Array.isArray(node)) return node;
      const places = typeof node[0] === 'string' ? [node] : (node as unknown[]);
      const tensors = places.map((place) => ({
        class_name: '__keras_tensor__',
        config: { keras_history: Array.isArray(place) ? place.slice(0, 3) : place },
      }));
      return { args: [tensors.length === 1 ? tensors[0] : tensors], kwargs: {} };
    }),
  };
}

/** What a model of a legacy file was compiled with, as Keras 3 writes it. */
export function modernCompile(config: JsonObject): JsonObject {
  return {
    ...config,
    optimizer: modernOptimizer(config.optimizer_config),
    loss: modernFunction(config.loss),
    metrics: modernFunction(config.metrics),
    weighted_metrics: modernFunction(config.weighted_metrics),
  };
}

function modernOptimizer(optimizer: unknown): unknown {
  if (!isObject(optimizer) || !isObject(optimizer.config)) return optimizer;
  const config = Object.fromEntries(
    Object.entries(optimizer.config).filter(([key, value]) => !(key === 'decay' && value === 0)),
  );
  return { ...optimizer, class_name: plainClass(optimizer.class_name), config };
}

const plainClass = (className: unknown): unknown =>
  typeof className === 'string' ? className.replace(/^Custom>/, '') : className;

/** Losses and metrics at any depth of lists and outputs. */
function modernFunction(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? modernFunction(value[0]) : value.map(modernFunction);
  if (!isObject(value)) return value;
  const { class_name: className, config } = value;
  if (className === undefined)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, modernFunction(item)]));
  if (!isObject(config)) return value;
  const { fn, ...options } = config;
  // Keras 2 wraps functions; `accuracy` is the one that fits the output.
  if (className === 'MeanMetricWrapper' || className === 'LossFunctionWrapper')
    return options.name === 'accuracy' || options.name === 'acc' ? 'accuracy' : fn;
  const reduction = options.reduction === 'auto' ? { reduction: 'sum_over_batch_size' } : {};
  return { ...value, class_name: plainClass(className), config: { ...options, ...reduction } };
}
