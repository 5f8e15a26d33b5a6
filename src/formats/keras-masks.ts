import type { SymbolicTensor } from '../nn/layers/symbolic-tensor.ts';
import { isObject, type JsonObject } from './json.ts';
import type { FileEntry } from './keras-operators.ts';

const merging = new Set(['Add', 'Average', 'Maximum', 'Minimum', 'Multiply', 'Subtract']);

const isTensor = (value: unknown): value is { readonly config: JsonObject } =>
  isObject(value) && value.class_name === '__keras_tensor__' && isObject(value.config);

/**
 * Whether a mask that a file gives is the one that Keras computes for a tensor by itself. Values are compared by numbers:
 * equal operations on equal values have one, so that what many branches read is looked at once.
 * @param operations the entries of the file that are operations
 * @param placeOfTensor the layer, call and output that make a tensor, with `/` between them
 */
export function maskComparison(
  operations: readonly FileEntry[],
  placeOfTensor: (tensor: SymbolicTensor) => string,
): (given: unknown, tensor: SymbolicTensor) => boolean {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return known;
  };
  const applied = (className: string, inputs: readonly number[], options: object = {}): number =>
    numberOf(`${className}${JSON.stringify(options)}(${inputs.join()})`);
  const given = givenMasks(operations, numberOf, applied);
  const expected = expectedMasks(placeOfTensor, numberOf, applied);
  return (mask, tensor) => given(mask) === expected(tensor);
}

type NumberOf = (text: string) => number;
type Applied = (className: string, inputs: readonly number[], options?: object) => number;

/** The number of a value in a file: of a tensor of a layer by its place, of an operation by what it computes. */
function givenMasks(
  operations: readonly FileEntry[],
  numberOf: NumberOf,
  applied: Applied,
): (value: unknown) => number {
  const made = new Map(operations.map((operation) => [String(operation.config.name), operation]));
  const known = new Map<string, number>();
  const open = new Set<string>();
  const given = (value: unknown): number => {
    if (Array.isArray(value)) return applied('list', value.map(given));
    if (!isTensor(value)) return numberOf(JSON.stringify(value));
    const history = Array.isArray(value.config.keras_history) ? value.config.keras_history : [];
    const [name, call, output] = [0, 1, 2].map((k) => String(history[k]));
    const place = `${name}/${call}/${output}`;
    const operation = made.get(name!);
    // A damaged file may have an operation read itself.
    if (!operation || open.has(place)) return numberOf(place);
    const before = known.get(place);
    if (before !== undefined) return before;
    open.add(place);
    const nodes = Array.isArray(operation.inbound_nodes) ? operation.inbound_nodes : [];
    const node: unknown = nodes[Number(call)];
    const args: readonly unknown[] = isObject(node) && Array.isArray(node.args) ? node.args : [];
    const { name: _, keepdims: __, dtype: ___, ...options } = operation.config;
    const number = applied(String(operation.class_name), args.map(given), options);
    open.delete(place);
    known.set(place, number);
    return number;
  };
  return given;
}

/** The number of the operations by which Keras computes the mask of a tensor; undefined where it has none. */
function expectedMasks(
  placeOfTensor: (tensor: SymbolicTensor) => string,
  numberOf: NumberOf,
  applied: Applied,
): (tensor: SymbolicTensor) => number | undefined {
  const known = new Map<SymbolicTensor, number | undefined>();
  const placed = (tensor: SymbolicTensor): number => numberOf(placeOfTensor(tensor));
  const expected = (tensor: SymbolicTensor): number | undefined => {
    if (!known.has(tensor)) known.set(tensor, make(tensor));
    return known.get(tensor);
  };
  const make = ({ layer, inputs }: SymbolicTensor): number | undefined => {
    const { className, options } = layer;
    if (className === 'Embedding')
      return options.maskZero ? applied('NotEqual', [placed(inputs[0]!), numberOf('0')]) : undefined;
    if (className === 'Masking') {
      const value = numberOf(JSON.stringify(options.maskValue));
      return applied('Any', [applied('NotEqual', [placed(inputs[0]!), value])], { axis: -1 });
    }
    if (merging.has(className)) {
      const masks = inputs.map(expected);
      return masks.every((mask) => mask !== undefined)
        ? masks.reduce((a, b) => applied('LogicalOr', [a!, b!]))
        : undefined;
    }
    if (className === 'Concatenate') {
      const masks = inputs.map(expected);
      if (masks.every((mask) => mask === undefined)) return undefined;
      const parts = masks.map((mask, k) => {
        const place = placed(inputs[k]!);
        if (mask === undefined) return applied('OnesLike', [place]);
        const wide = applied('ExpandDims', [mask], { axis: -1 });
        return applied('LogicalOr', [wide, applied('ZerosLike', [place])]);
      });
      const joined = applied('Concatenate', [applied('list', parts)], { axis: options.axis });
      return applied('Any', [joined], { axis: -1 });
    }
    return layer.keras.masking === 'passes' ? expected(inputs[0]!) : undefined;
  };
  return expected;
}
