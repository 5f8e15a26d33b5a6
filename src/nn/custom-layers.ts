import { functionValue, InvalidArgumentError, knownOptions, oneOf, type Place } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import { type ConstraintLike, constraint } from './constraints/get-constraint.ts';
import { getInitializer, type InitializerLike } from './initializers/get-initializer.ts';
import { glorotUniform } from './initializers/index.ts';
import {
  Layer,
  type LayerKind,
  type LayerOptions,
  layerKind,
  type Shape,
  type WeightSpec,
} from './layers/layer.ts';
import type { KerasTraits } from './layers/layer-kind.ts';
import type { Read, Rules } from './options.ts';
import { type RegularizerLike, regularizer } from './regularizers/get-regularizer.ts';

/** A weight of a layer of your own. */
export interface OwnWeight {
  /** Its name in the layer, such as `kernel`. */
  readonly name: string;
  readonly shape: Shape;
  /** Default `glorotUniform`, as `add_weight` of Keras. */
  readonly initializer?: InitializerLike;
  /** A penalty in the loss. Default none. */
  readonly regularizer?: RegularizerLike;
  /** What holds after every step of the optimizer. Default nothing. */
  readonly constraint?: ConstraintLike;
  /** Default true. */
  readonly trainable?: boolean;
}

/** What `defineLayer` takes. */
export interface OwnLayerKind<R extends Rules> extends Omit<LayerKind<R>, 'weights' | 'options'> {
  /** The rules of its options. Default: it has none. */
  readonly options?: R;
  /** The weights, by options and by the shapes of the inputs without the batch. Default none. */
  weights?(options: Read<R>, inputs: readonly Shape[]): readonly OwnWeight[];
}

const kindNames: readonly (keyof OwnLayerKind<Rules>)[] = [
  'className',
  'options',
  'inputs',
  'inputRank',
  'keras',
  'check',
  'weights',
  'call',
];
const traitNames: readonly (keyof KerasTraits)[] = ['missing', 'dataFormat', 'masking', 'fixed'];
const isRank = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length === 2 &&
  Number.isSafeInteger(value[0]) &&
  value[0] >= 0 &&
  typeof value[1] === 'string';

function checkRules(given: unknown, place: Place): void {
  const rules = Object.prototype.toString.call(given) === '[object Object]' ? (given as Rules) : undefined;
  if (rules && Object.values(rules).every((rule) => typeof rule?.read === 'function')) return;
  const expected = 'rules by the names of options, such as { factor: rules.number() }';
  throw new InvalidArgumentError({ ...place, argument: 'options', expected, received: given });
}

const defined = new Map<string, (options?: object) => Layer>();

/** The function that `defineLayer` gave for a class, or undefined. */
export const definedLayer = (className: string): ((options?: object) => Layer) | undefined =>
  defined.get(className);

/**
 * A layer of your own: its options with their rules (`rules.positive`, `rules.optional(rules.number(), 1)`, ...), its
 * weights, and what it computes from operations; gradients are derived. Files name its class, so define it before you
 * load one. Real Keras opens such a `.keras` file where Python registers a class of that name,
 * `@keras.saving.register_keras_serializable()`, with the same options (in snake_case) and weights in the same order; give
 * `keras: { missing: true }` where there is none, and only `.safetensors` is written.
 * @returns the function that makes such layers
 * @throws {InvalidArgumentError} if the kind has no class name or no call
 */
export function defineLayer<R extends Rules = Rules>(kind: OwnLayerKind<R>): (options?: object) => Layer {
  const place = { call: 'defineLayer' };
  knownOptions(kind, kindNames, place);
  const { className, call, inputs = 'one', inputRank } = kind;
  if (typeof className !== 'string' || !/^[A-Z]\w*$/.test(className)) {
    const expected = 'a name such as "Scale"';
    throw new InvalidArgumentError({ ...place, argument: 'className', expected, received: className });
  }
  functionValue(call, 'a function of options, nodes and a scope that gives a node', 'call', place);
  if (kind.check !== undefined) functionValue(kind.check, 'a function of options', 'check', place);
  if (kind.weights !== undefined)
    functionValue(kind.weights, 'a function of options and shapes that gives weights', 'weights', place);
  oneOf(inputs, ['one', 'two', 'many', 'any'], 'inputs', place);
  if (inputRank !== undefined && !isRank(inputRank)) {
    const expected =
      'a number of dimensions and their names, such as [3, "[batch, height, width, channels]"]';
    throw new InvalidArgumentError({ ...place, argument: 'inputRank', expected, received: inputRank });
  }
  if (kind.keras !== undefined) knownOptions(kind.keras, traitNames, place, 'keras');
  if (kind.options !== undefined) checkRules(kind.options, place);
  const ofWeights = { call: `weights of ${className}` };
  const weightOf = (own: OwnWeight): WeightSpec => ({
    ...own,
    initializer: getInitializer(own.initializer ?? glorotUniform(), 'initializer', ofWeights),
    regularizer: regularizer.read(own.regularizer ?? null, 'regularizer', ofWeights),
    constraint: constraint.read(own.constraint ?? null, 'constraint', ofWeights),
  });
  const make = layerKind<R>({
    ...kind,
    options: kind.options ?? ({} as R),
    weights: (options, inputs) => (kind.weights?.(options, inputs) ?? []).map(weightOf),
    keras: { ...kind.keras, own: true },
  });
  defined.set(className, make);
  return make;
}

/**
 * A layer that is a function of nodes. It has no weights, and no file can hold it: `defineLayer` makes one that files can.
 * @throws {InvalidArgumentError}
 */
export function lambda(f: (...inputs: Node[]) => Node, options: LayerOptions = {}): Layer {
  functionValue(f, 'a function of nodes that gives a node', 'f', { call: 'lambda' });
  return new Layer(
    {
      className: 'Lambda',
      options: {},
      inputs: 'any',
      keras: { missing: true },
      call: (_, inputs) => f(...inputs),
    },
    options,
  );
}
