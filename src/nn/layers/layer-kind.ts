import type { Node } from '../../graph/node.ts';
import type { Constraint } from '../constraints/constraint.ts';
import type { Initializer } from '../initializers/initializer.ts';
import type { Read, Rules } from '../options.ts';
import type { RegularizerLike } from '../regularizers/get-regularizer.ts';
import type { Regularizer } from '../regularizers/regularizer.ts';

/** A shape without the batch. */
export type Shape = readonly number[];

/** Options that every layer takes. */
export interface LayerOptions {
  /** Unique in a model. Default: the class name in snake_case, numbered from the second on. */
  readonly name?: string;
  /** False keeps the weights as they are while training. Default true. */
  readonly trainable?: boolean;
  /** Of the first layer of `sequential`: shape of one sample. Default: what `sequential` is told. */
  readonly inputShape?: Shape;
  /** A penalty of what the layer gives, the mean over the samples, which is added to the loss. Default none. */
  readonly activityRegularizer?: RegularizerLike;
}

/** What a layer asks for when its input is known. */
export interface WeightSpec {
  /** Name in the layer, as Keras has it: `kernel`, `bias`, `depthwise_kernel`, ... */
  readonly name: string;
  readonly shape: Shape;
  readonly initializer: Initializer;
  /** A penalty in the loss. Default none. */
  readonly regularizer?: Regularizer | null;
  /** What holds after every step of the optimiser. Default nothing. */
  readonly constraint?: Constraint | null;
  /** False for moving statistics. Default true. */
  readonly trainable?: boolean;
  /** True for state that Keras does not have; it is kept in native files alone. Default false. */
  readonly internal?: boolean;
}

/** Where a layer is called. */
export interface CallContext {
  /** True where the graph trains: dropout drops, batch normalisation takes the statistics of the batch. */
  readonly training: boolean;
  /** 1 / samples of the batch (shape []), in graphs that train. */
  readonly inverseBatch: Node;
  /** A stream of random numbers that no other layer of the network has. */
  readonly stream: number;
  /** Names of the models around it, each followed by `/`. Default none. */
  readonly path?: string;
  /** Masks of the inputs (1 where a position counts, 0 where not), undefined where all count. Default none. */
  readonly masks?: readonly (Node | undefined)[];
  /** Tells the mask of an output, by default of the only one. */
  setMask?(mask: Node, output?: number): void;
  /** Sets a variable that is not trained at the end of the step. */
  assign(variable: Node, value: Node): void;
  /** What was assigned to a variable in this step so far. Default: nothing. */
  assigned?(variable: Node): Node | undefined;
  /** Adds a value of each sample (shape []) to its loss. */
  addLoss(loss: Node): void;
}

/** What a layer may use while it is called. */
export interface LayerScope extends Pick<CallContext, 'training' | 'inverseBatch' | 'stream' | 'addLoss'> {
  /** False where the layer is frozen: batch normalisation then keeps its moving statistics, as in Keras. */
  readonly trainable: boolean;
  /** The mask of an input: 1 where a position counts, 0 where not; undefined where all count. */
  mask(input: number): Node | undefined;
  /** Tells the mask of the output, of its shape without the last dimension. */
  setMask(mask: Node): void;
  /** The variable of a weight. */
  weight(name: string): Node;
  /** A weight that is not trained, as an earlier application of the layer in the same step left it. */
  state(name: string): Node;
  /** Sets a weight that is not trained (moving statistics) at the end of the step. */
  assign(weight: string, value: Node): void;
}

/** How the class of a layer stands in Keras. */
export interface KerasTraits {
  /** Keras has no such class: native files alone name it. */
  readonly missing?: boolean;
  /** A class of the user, which files name as one that was registered. */
  readonly own?: boolean;
  /** It takes the order of the axes as an option: `channelsFirst` is turned around the layer. */
  readonly dataFormat?: boolean;
  /**
   * What becomes of a mask of its input: the output has it too (`passes`), or it cannot be used here (`refuses`).
   * Default: the layer does not look at it, and it ends there.
   */
  readonly masking?: 'passes' | 'refuses';
  /** Its constructor takes no `trainable`. */
  readonly fixed?: boolean;
}

/** One kind of layer: its options, its weights, and what it computes from operations. */
export interface LayerKind<R extends Rules> {
  /** Name of the class in Keras. */
  readonly className: string;
  readonly options: R;
  /** Inputs of a call: one, two, at least two, or any number. Default one. */
  readonly inputs?: 'one' | 'two' | 'many' | 'any';
  /** Dimensions that the input must have, without the batch, and their names for the error. */
  readonly inputRank?: readonly [rank: number, names: string];
  /** What files of Keras have to know, where it differs from the usual. */
  readonly keras?: KerasTraits;
  /** Checks that involve more than one option. */
  check?(options: Read<R>): void;
  weights?(options: Read<R>, inputs: readonly Shape[]): readonly WeightSpec[];
  call(options: Read<R>, inputs: readonly Node[], scope: LayerScope): Node;
}
