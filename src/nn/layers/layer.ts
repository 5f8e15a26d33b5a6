import { InvalidArgumentError, inLayer, ShapeError } from '../../errors/index.ts';
import { input, type Node, variable, withLayer } from '../../graph/node.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { snakeCase } from '../naming.ts';
import {
  boolean,
  optional,
  type Read,
  type Rules,
  readOptions,
  shape,
  string,
  writeOptions,
} from '../options.ts';
import { SymbolicTensor } from './symbolic-tensor.ts';

/** A shape without the batch. */
export type Shape = readonly number[];

/** Options that every layer takes. */
export interface LayerOptions {
  /** Unique in a model. Default: the class name in snake_case, numbered from the second on. */
  readonly name?: string;
  /** False keeps the weights as they are while training. Default true. */
  readonly trainable?: boolean;
  /** Of the first layer of `sequential`: shape of one sample. */
  readonly inputShape?: Shape;
}

/** What a layer asks for when its input is known. */
export interface WeightSpec {
  /** Name in the layer, as Keras has it: `kernel`, `bias`, `depthwise_kernel`, ... */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** False for moving statistics. Default true. */
  readonly trainable?: boolean;
  /** True for state that Keras does not have; it is kept in native files alone. Default false. */
  readonly internal?: boolean;
}

/** A weight of a layer that was built. */
export interface Weight extends Required<WeightSpec> {
  readonly layer: Layer;
  readonly variable: Node;
}

/** What a layer may use while it is called. */
export interface LayerScope {
  /** True where the graph trains: dropout drops, batch normalisation takes the statistics of the batch. */
  readonly training: boolean;
  /** False where the layer is frozen: batch normalisation then keeps its moving statistics, as in Keras. */
  readonly trainable: boolean;
  /** The variable of a weight. */
  weight(name: string): Node;
  /** Sets a weight that is not trained (moving statistics) at the end of the step. */
  assign(weight: string, value: Node): void;
  /** 1 / samples of the batch (shape []), in graphs that train. */
  readonly inverseBatch: Node;
  /** A stream of random numbers that no other layer of the network has. */
  readonly stream: number;
}

/** One kind of layer: its options, its weights, and what it computes from operations. */
export interface LayerKind<R extends Rules> {
  /** Name of the class in Keras. */
  readonly className: string;
  readonly options: R;
  /** Inputs of a call: one, two, or at least two. Default one. */
  readonly inputs?: 'one' | 'two' | 'many';
  /** Dimensions that the input must have, without the batch, and their names for the error. */
  readonly inputRank?: readonly [rank: number, names: string];
  /** What files of Keras have to know, where it differs from the usual. */
  readonly keras?: KerasTraits;
  /** Checks that involve more than one option. */
  check?(options: Read<R>): void;
  weights?(options: Read<R>, inputs: readonly Shape[]): readonly WeightSpec[];
  call(options: Read<R>, inputs: readonly Node[], scope: LayerScope): Node;
}

/** How the class of a layer stands in Keras. */
export interface KerasTraits {
  /** Keras has no such class: native files alone name it. */
  readonly missing?: boolean;
  /** Its config names the order of the axes. */
  readonly dataFormat?: boolean;
  /** Its constructor takes no `trainable`. */
  readonly fixed?: boolean;
}

const inputCounts = {
  one: [1, 1, 'one input'],
  two: [2, 2, 'two inputs'],
  many: [2, Number.POSITIVE_INFINITY, 'at least two inputs'],
} as const;

const common = { name: { ...string, fallback: () => '' }, trainable: optional(boolean, true) };
const noShape: Shape | undefined = undefined;
const inputShape = optional<Shape | undefined>({ read: shape.read, write: (value) => value }, noShape);

/** A layer: options, and weights once the shape of its input is known. Made by the functions of `layers`. */
export class Layer {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputShape: Shape | undefined;
  readonly trainable: boolean;
  /** True if the name was given; other names are set by the network. */
  readonly named: boolean;
  name: string;
  #kind: LayerKind<Rules>;
  #weights: readonly Weight[] | undefined;
  #builtFor: readonly Shape[] = [];

  constructor(kind: LayerKind<Rules>, given: object) {
    const own = (given as LayerOptions).name;
    this.#kind = kind;
    this.className = kind.className;
    const place = { layer: typeof own === 'string' && own !== '' ? own : snakeCase(kind.className) };
    const read = readOptions(given, { ...kind.options, ...common, inputShape }, place);
    const { name, trainable, inputShape: first, ...options } = read;
    this.options = options;
    this.inputShape = first;
    this.trainable = trainable;
    this.named = name !== '';
    this.name = name || snakeCase(kind.className);
    inLayer(this.name, () => kind.check?.(options as Read<Rules>));
  }

  /** Weights in the order of Keras. Empty until the layer was applied. */
  get weights(): readonly Weight[] {
    return this.#weights ?? [];
  }

  /** How the class stands in Keras. */
  get keras(): KerasTraits {
    return this.#kind.keras ?? {};
  }

  get built(): boolean {
    return this.#weights !== undefined;
  }

  /** Shapes of the inputs for which the weights were made. */
  get builtFor(): readonly Shape[] {
    return this.#builtFor;
  }

  /** Numbers in the weights, state that only native files keep not counted. */
  get parameterCount(): number {
    return this.weights.reduce((sum, w) => sum + (w.internal ? 0 : elementCount(w.shape)), 0);
  }

  /**
   * Makes the weights for inputs of these shapes; a second call checks that the weights fit.
   * @throws {ShapeError} naming the layer
   */
  build(inputs: readonly Shape[]): void {
    inLayer(this.name, () => {
      this.#checkInputs(inputs);
      const specs = this.#kind.weights?.(this.options as Read<Rules>, inputs) ?? [];
      if (this.#weights) {
        for (const [k, { name, shape: wanted }] of specs.entries()) {
          const made = this.#weights[k]!.shape;
          if (!sameShape(wanted, made)) {
            throw new ShapeError({
              subject: `the input (through ${name})`,
              expected: made,
              received: wanted,
            });
          }
        }
        return;
      }
      this.#builtFor = inputs;
      this.#weights = specs.map((spec) => ({
        internal: false,
        ...spec,
        trainable: (spec.trainable ?? true) && this.trainable,
        layer: this,
        variable: withLayer(this.name, () => variable(`${this.name}/${spec.name}`, spec.shape)),
      }));
    });
  }

  /** The value of the layer as a node of a graph. The layer must have been built. */
  call(inputs: readonly Node[], scope: Omit<LayerScope, 'weight' | 'trainable'>): Node {
    const weight = (name: string): Node => this.weights.find((w) => w.name === name)!.variable;
    return inLayer(this.name, () =>
      withLayer(this.name, () =>
        this.#kind.call(this.options as Read<Rules>, inputs, { ...scope, trainable: this.trainable, weight }),
      ),
    );
  }

  /**
   * The shape of a sample of the output, from the definitions of the operations.
   * @throws {ShapeError} naming the layer
   */
  outputShape(inputs: readonly Shape[]): Shape {
    this.build(inputs);
    const nodes = inputs.map((own, k) => input(`in${k}`, { dtype: 'f32', shape: own, batched: true }));
    const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
    return this.call(nodes, { training: false, assign: () => {}, inverseBatch, stream: 0 }).type.shape;
  }

  /**
   * Applies the layer to a symbolic tensor, or to several where it joins (`add`, `concatenate`, ...). A layer
   * that is applied twice shares its weights.
   * @throws {ShapeError} where the shape does not fit, naming the layer
   */
  apply(inputs: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor {
    const list = inputs instanceof SymbolicTensor ? [inputs] : inputs;
    const good = Array.isArray(list) && list.length > 0 && list.every((x) => x instanceof SymbolicTensor);
    if (!good) {
      const expected = 'a symbolic tensor (made by input or by apply) or an array of them';
      throw new InvalidArgumentError({ layer: this.name, argument: 'inputs', expected, received: inputs });
    }
    const { names } = list[0]!;
    if (!this.built) {
      if (this.named) names.take(this.name);
      else this.name = names.claim(this.name);
    }
    return new SymbolicTensor({
      shape: this.outputShape(list.map((x) => x.shape)),
      layer: this,
      inputs: list,
      names,
    });
  }

  /** Name, `trainable` and options in the form of a Keras config (snake_case keys, plain values). */
  getConfig(): Record<string, unknown> {
    return { name: this.name, trainable: this.trainable, ...writeOptions(this.options, this.#kind.options) };
  }

  #checkInputs(inputs: readonly Shape[]): void {
    const { inputs: count = 'one', inputRank } = this.#kind;
    const [least, most, expected] = inputCounts[count];
    if (inputs.length < least || inputs.length > most) {
      throw new InvalidArgumentError({ argument: 'inputs', expected, received: inputs.length });
    }
    if (inputRank && inputs[0]!.length !== inputRank[0]) {
      const expected = `${inputRank[0] + 1} dimensions ${inputRank[1]}`;
      throw new ShapeError({ subject: 'the input', expected, received: [null, ...inputs[0]!] });
    }
  }
}

const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, k) => n === b[k]);

const kinds = new WeakMap<object, LayerKind<Rules>>();

/** What the layers of a function that `layerKind` gave have in common; undefined for other functions. */
export const kindOf = (make: object): LayerKind<Rules> | undefined => kinds.get(make);

/**
 * The function that makes layers of one kind.
 * The result takes the options of the kind with `name`, `trainable` and `inputShape`.
 */
export function layerKind<R extends Rules>(kind: LayerKind<R>): (options?: object) => Layer {
  const own = kind as unknown as LayerKind<Rules>;
  const make = (options: object = {}): Layer => new Layer(own, options);
  kinds.set(make, own);
  return make;
}
