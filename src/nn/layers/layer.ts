import {
  booleanValue,
  InvalidArgumentError,
  inLayer,
  ShapeError,
  UnsupportedError,
} from '../../errors/index.ts';
import { nodeOf } from '../../graph/is-node.ts';
import { input, type Node, withLayer } from '../../graph/node.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import type { Initializer } from '../initializers/initializer.ts';
import { snakeCase } from '../naming.ts';
import { type Read, type Rules, readOptions, writeOptions } from '../options.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';
import { checkInputs } from './check-inputs.ts';
import { commonRules } from './common-rules.ts';
import { channelsLast, dataFormatRule, withChannelsFirst } from './data-format.ts';
import type { CallContext, KerasTraits, LayerKind, LayerOptions, LayerScope, Shape } from './layer-kind.ts';
import { SymbolicTensor } from './symbolic-tensor.ts';
import { makeWeight, type Weight } from './weight.ts';

export type { CallContext, LayerKind, LayerOptions, LayerScope, Shape, WeightSpec } from './layer-kind.ts';
export type { Weight } from './weight.ts';

const rulesOf = ({ options, keras }: LayerKind<Rules>): Rules =>
  keras?.dataFormat ? { ...options, dataFormat: dataFormatRule } : options;

/** A layer: options, and weights once the shape of its input is known. Made by the functions of `layers`. */
export class Layer {
  readonly className: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly inputShape: Shape | undefined;
  readonly activityRegularizer: Regularizer | null;
  /** True if the name was given; other names are set by the network. */
  readonly named: boolean;
  name: string;
  readonly #kind: LayerKind<Rules>;
  #trainable: boolean;
  #weights: readonly Weight[] | undefined;
  #builtFor: readonly Shape[] = [];
  readonly #outputs: SymbolicTensor[] = [];

  constructor(kind: LayerKind<Rules>, given: object) {
    const own = (given as LayerOptions | null)?.name;
    this.#kind = kind;
    this.className = kind.className;
    const place = { layer: typeof own === 'string' && own !== '' ? own : snakeCase(kind.className) };
    const read = readOptions(given, { ...rulesOf(kind), ...commonRules }, place);
    const { name, trainable, inputShape: first, activityRegularizer, ...options } = read;
    this.options = options;
    this.inputShape = first;
    this.activityRegularizer = activityRegularizer;
    this.#trainable = trainable;
    this.named = name !== '';
    this.name = name || snakeCase(kind.className);
    inLayer(this.name, () => kind.check?.(options as Read<Rules>));
  }

  /** A layer with the same options and name, without weights. */
  clone(): Layer {
    const { options, inputShape: first, activityRegularizer, trainable } = this;
    const name = this.named ? { name: this.name } : {};
    const copy = new Layer(this.#kind, {
      ...options,
      inputShape: first,
      activityRegularizer,
      trainable,
      ...name,
    });
    copy.name = this.name;
    return copy;
  }

  /** False keeps the weights as they are while training. Compile the model again after setting it. */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(value: boolean) {
    this.#trainable = booleanValue(value, 'trainable', { layer: this.name });
  }

  /** Weights in the order of Keras. Empty until the layer was applied. */
  get weights(): readonly Weight[] {
    return this.#weights ?? [];
  }

  /** The layers inside, of a model that is used as a layer. */
  get nested(): readonly Layer[] {
    return [];
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
      checkInputs(this.#kind, inputs);
      const seen = this.options.dataFormat === 'channelsFirst' ? inputs.map(channelsLast) : inputs;
      const specs = this.#kind.weights?.(this.options as Read<Rules>, seen) ?? [];
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
      this.#weights = specs.map((spec) => makeWeight(this, spec));
    });
  }

  /** Other first values of weights, by name; the layer must have been built. */
  protected presetWeights(initializers: Readonly<Record<string, Initializer>>): void {
    this.#weights = this.weights.map((weight) => {
      const initializer = initializers[weight.name];
      return initializer ? makeWeight(this, { ...weight, initializer }, weight.variable) : weight;
    });
  }

  /** The value of the layer as a node of a graph. The layer must have been built. */
  call(inputs: readonly Node[], context: CallContext): Node {
    const variableOf = (name: string): Node => this.weights.find((w) => w.name === name)!.variable;
    const masks = context.masks ?? [];
    const { masking } = this.keras;
    const mask = masks.find((own) => own !== undefined);
    if (masking === 'refuses' && mask) {
      const feature = `A mask (of an embedding or masking layer) before layer "${this.name}" (${this.className})`;
      throw new UnsupportedError({ feature });
    }
    if (masking === 'passes' && mask) context.setMask?.(mask);
    const scope: LayerScope = {
      ...context,
      mask: (k) => masks[k],
      setMask: (own) => context.setMask?.(own),
      trainable: this.trainable,
      weight: variableOf,
      state: (name) => context.assigned?.(variableOf(name)) ?? variableOf(name),
      assign: (name, value) => context.assign(variableOf(name), value),
    };
    const body = (own: readonly Node[]): Node =>
      nodeOf(this.#kind.call(this.options as Read<Rules>, own, scope), 'call');
    return inLayer(this.name, () =>
      withLayer(`${context.path ?? ''}${this.name}`, () => {
        const isFirst = this.options.dataFormat === 'channelsFirst';
        const output = isFirst ? withChannelsFirst(inputs, body) : body(inputs);
        if (this.activityRegularizer) context.addLoss(this.activityRegularizer.penalty(output));
        return output;
      }),
    );
  }

  /** The values of all outputs: several, where the layer is a model with several. */
  callAll(inputs: readonly Node[], context: CallContext): readonly Node[] {
    return [this.call(inputs, context)];
  }

  /**
   * The shape of a sample of the output, from the definitions of the operations.
   * @throws {ShapeError} naming the layer
   */
  outputShape(inputs: readonly Shape[]): Shape {
    this.build(inputs);
    const nodes = inputs.map((own, k) => input(`in${k}`, { dtype: 'f32', shape: own, batched: true }));
    const inverseBatch = input('inverseBatch', { dtype: 'f32', shape: [], batched: false });
    const nothing = (): void => {};
    const context = { training: false, assign: nothing, addLoss: nothing, inverseBatch, stream: 0 };
    return this.call(nodes, context).type.shape;
  }

  /** The shapes of samples of all outputs. @throws {ShapeError} naming the layer */
  outputShapes(inputs: readonly Shape[]): readonly Shape[] {
    return [this.outputShape(inputs)];
  }

  /**
   * Applies the layer to a symbolic tensor, or to several where it joins (`add`, `concatenate`, ...). A layer
   * that is applied twice shares its weights.
   * @throws {ShapeError} where the shape does not fit, naming the layer
   * @throws {UnsupportedError} for a model with several outputs: `applyAll` gives them
   */
  apply(inputs: SymbolicTensor | readonly SymbolicTensor[]): SymbolicTensor {
    const outputs = this.applyAll(inputs);
    if (outputs.length === 1) return outputs[0]!;
    const feature = `One output of layer "${this.name}", which has ${outputs.length},`;
    throw new UnsupportedError({ feature, advice: 'Use applyAll, which gives all of them by position' });
  }

  /** Applies the layer as `apply` does, and gives all outputs by position: several, where it is a model with several. */
  applyAll(inputs: SymbolicTensor | readonly SymbolicTensor[]): readonly SymbolicTensor[] {
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
    const siblings: SymbolicTensor[] = [];
    for (const own of this.outputShapes(list.map((x) => x.shape))) {
      new SymbolicTensor({ shape: own, layer: this, inputs: list, names, siblings });
    }
    this.record(siblings);
    return siblings;
  }

  /** Keeps what an application made. @internal */
  record(outputs: readonly SymbolicTensor[]): void {
    this.#outputs.push(...outputs);
  }

  /**
   * What the layer made where it was applied: the place to cut a model, or to look into it.
   * @throws {InvalidArgumentError} for a layer that was applied never or several times, or has several outputs
   */
  get output(): SymbolicTensor {
    const [only, ...others] = this.#outputs;
    if (only && others.length === 0) return only;
    const expected = 'a layer that was applied once, with one output';
    const received = this.#outputs.length;
    throw new InvalidArgumentError({ layer: this.name, argument: 'output', expected, received });
  }

  /** Name, `trainable` and options in the form of a Keras config (snake_case keys, plain values). */
  getConfig(): Record<string, unknown> {
    const { activityRegularizer: activity } = this;
    return {
      name: this.name,
      trainable: this.trainable,
      ...writeOptions(this.options, rulesOf(this.#kind)),
      ...(activity && { activity_regularizer: commonRules.activityRegularizer.write(activity) }),
    };
  }
}

const sameShape = (a: Shape, b: Shape): boolean => a.length === b.length && a.every((n, k) => n === b[k]);

const kinds = new WeakMap<object, LayerKind<Rules>>();

/** What the layers of a function that `layerKind` gave have in common; undefined for other functions. */
export const kindOf = (make: object): LayerKind<Rules> | undefined => kinds.get(make);

/**
 * The function that makes layers of one kind.
 * The result takes the options of the kind with `name`, `trainable`, `activityRegularizer` and `inputShape`.
 */
export function layerKind<R extends Rules>(kind: LayerKind<R>): (options?: object) => Layer {
  const own = kind as unknown as LayerKind<Rules>;
  return registerKind(own, (options: object = {}) => new Layer(own, options));
}

/** Lets files find the function that makes layers of a kind. */
export function registerKind<Make extends object>(kind: LayerKind<Rules>, make: Make): Make {
  kinds.set(make, kind);
  return make;
}
