import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import type { FileEntry } from './keras-operators.ts';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const placeOf = (value: Json): string => {
  const [name, call, output] = (value.config as { keras_history?: unknown[] }).keras_history ?? [];
  return `${String(name)}/${String(call)}/${String(output)}`;
};

const isTensor = (value: unknown): value is Json =>
  isObject(value) && value.class_name === '__keras_tensor__' && isObject(value.config);

/** What an operation computes, as text: its class, its options and what it reads. Tensors of layers stand by their place. */
export function maskTexts(operations: readonly FileEntry[]): (value: unknown) => string {
  const made = new Map<string, FileEntry>();
  for (const operation of operations) made.set(String(operation.config.name), operation);
  const texts = new Map<string, string>();
  const open = new Set<string>();
  const textOf = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
    if (!isTensor(value)) return JSON.stringify(value);
    const place = placeOf(value);
    const [, name, call] = /^(.*)\/([^/]*)\/[^/]*$/s.exec(place)!;
    const operation = made.get(name!);
    // A damaged file may have an operation read itself.
    if (!operation || open.has(place)) return place;
    const known = texts.get(place);
    if (known !== undefined) return known;
    open.add(place);
    const nodes = Array.isArray(operation.inbound_nodes) ? operation.inbound_nodes : [];
    const node: unknown = nodes[Number(call)];
    const args = isObject(node) && Array.isArray(node.args) ? node.args : [];
    const { name: _, keepdims: __, dtype: ___, ...options } = operation.config;
    const text = applied(String(operation.class_name), args.map(textOf), options);
    open.delete(place);
    texts.set(place, text);
    return text;
  };
  return textOf;
}

const applied = (className: string, inputs: readonly string[], options: object = {}): string =>
  `${className}${Object.keys(options).length > 0 ? JSON.stringify(options) : ''}(${inputs.join()})`;

const merging = new Set(['Add', 'Average', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);

/** The mask of a tensor as the text of the operations by which Keras computes it; undefined where it has none. */
export function expectedMask(
  tensor: SymbolicTensor,
  placeOfTensor: (tensor: SymbolicTensor) => string,
): string | undefined {
  const { layer, inputs } = tensor;
  const { className, options } = layer;
  const mask = (x: SymbolicTensor): string | undefined => expectedMask(x, placeOfTensor);
  if (className === 'Embedding')
    return options.maskZero ? applied('NotEqual', [placeOfTensor(inputs[0]!), '0']) : undefined;
  if (className === 'Masking') {
    const differs = applied('NotEqual', [placeOfTensor(inputs[0]!), JSON.stringify(options.maskValue)]);
    return applied('Any', [differs], { axis: -1 });
  }
  if (merging.has(className)) {
    const masks = inputs.map(mask);
    return masks.every((own) => own !== undefined)
      ? masks.reduce((a, b) => applied('LogicalOr', [a!, b!]))
      : undefined;
  }
  if (className === 'Concatenate') {
    if (inputs.every((x) => mask(x) === undefined)) return undefined;
    const parts = inputs.map((x) => {
      const own = mask(x);
      const place = placeOfTensor(x);
      if (own === undefined) return applied('OnesLike', [place]);
      const wide = applied('ExpandDims', [own], { axis: -1 });
      return applied('LogicalOr', [wide, applied('ZerosLike', [place])]);
    });
    const joined = applied('Concatenate', [`[${parts.join()}]`], { axis: options.axis });
    return applied('Any', [joined], { axis: -1 });
  }
  return layer.keras.masking === 'passes' ? mask(inputs[0]!) : undefined;
}
