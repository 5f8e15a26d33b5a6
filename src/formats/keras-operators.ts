import { isObject, type JsonObject } from './json.ts';

/** An entry of the list of layers: a layer, or an operation of `keras.ops`. */
export interface FileEntry {
  readonly class_name: unknown;
  readonly module?: unknown;
  readonly config: JsonObject;
  readonly inbound_nodes?: unknown;
}

/** Whether an entry is an operation, as `x + 3` and the making of masks leave them among the layers of a file. */
export const isOperation = ({ module }: { readonly module?: unknown }): boolean =>
  typeof module === 'string' && module.startsWith('keras.src.ops.');

type Operand = number | 'tensor';
type LayerConfig = readonly [className: string, options?: JsonObject];

/** x * scale + offset. */
const affine = (scale: number, offset: number): LayerConfig => ['Rescaling', { scale, offset }];
const activation = (name: string) => (): LayerConfig => ['Activation', { activation: name }];
/** Two tensors are merged by a layer; one of them and a number by what `withNumber` gives. */
const merged =
  (className: string, withNumber: (value: number, isFirst: boolean) => LayerConfig | undefined) =>
  (a: Operand, b: Operand | undefined): LayerConfig | undefined => {
    if (typeof a === 'number') return typeof b === 'number' ? undefined : withNumber(a, true);
    return typeof b === 'number' ? withNumber(b, false) : b && [className];
  };
const ofTensors = (className: string) => merged(className, () => undefined);

/** The layer that computes what an operation does, by its class in Keras; undefined for operands that none takes. */
const layerOfOperation: Readonly<
  Record<string, (a: Operand, b: Operand | undefined) => LayerConfig | undefined>
> = {
  Add: merged('Add', (value) => affine(1, value)),
  Multiply: merged('Multiply', (value) => affine(value, 0)),
  Subtract: merged('Subtract', (value, isFirst) => (isFirst ? affine(-1, value) : affine(1, -value))),
  TrueDivide: (a, b) => (a === 'tensor' && typeof b === 'number' && b !== 0 ? affine(1 / b, 0) : undefined),
  Divide: (a, b) => layerOfOperation.TrueDivide!(a, b),
  Negative: () => affine(-1, 0),
  Maximum: ofTensors('Maximum'),
  Minimum: ofTensors('Minimum'),
  Relu: activation('relu'),
  Relu6: activation('relu6'),
  Sigmoid: activation('sigmoid'),
  HardSigmoid: activation('hard_sigmoid'),
  Silu: activation('silu'),
  HardSilu: activation('hard_silu'),
  Tanh: activation('tanh'),
};

/** Classes of the operations that are read as layers. */
export const knownOperations: readonly string[] = Object.keys(layerOfOperation);

function operandsOf(node: unknown): Operand[] | undefined {
  if (!isObject(node) || !Array.isArray(node.args)) return undefined;
  if (isObject(node.kwargs) && Object.keys(node.kwargs).length > 0) return undefined;
  const operands = node.args.map((value): Operand | undefined => {
    if (typeof value === 'number') return value;
    return isObject(value) && value.class_name === '__keras_tensor__' ? 'tensor' : undefined;
  });
  return operands.every((operand) => operand !== undefined) ? (operands as Operand[]) : undefined;
}

/**
 * An operation of `keras.ops` among the layers of a file as the layer that computes the same: `x + y` is `Add`, `x / 6` a
 * `Rescaling`. Entries that are no operations, and operations that no layer stands for, stay as they are.
 */
export function withoutOperation<Entry extends FileEntry>(entry: Entry): Entry {
  const make =
    isOperation(entry) &&
    typeof entry.class_name === 'string' &&
    Object.hasOwn(layerOfOperation, entry.class_name)
      ? layerOfOperation[entry.class_name]
      : undefined;
  const nodes = Array.isArray(entry.inbound_nodes) ? (entry.inbound_nodes as unknown[]) : [];
  const operands = make && nodes.length === 1 ? operandsOf(nodes[0]) : undefined;
  const layer = operands && operands.length <= 2 ? make!(operands[0]!, operands[1]) : undefined;
  if (!layer) return entry;
  const [class_name, options = {}] = layer;
  return { ...entry, module: 'keras.layers', class_name, config: { name: entry.config.name, ...options } };
}
