import type { NameScope } from '../naming.ts';
import type { Layer, Shape } from './layer.ts';

/** A tensor of a network that is being described: it has a shape and an origin, and no values. */
export class SymbolicTensor {
  /** Shape of one sample. */
  readonly shape: Shape;
  /** The layer that makes it. */
  readonly layer: Layer;
  /** What the layer was applied to; empty for an input. */
  readonly inputs: readonly SymbolicTensor[];
  /** Names of layers that are taken around this tensor. */
  readonly names: NameScope;
  /** Which of the outputs of its layer it is: 0, unless that is a model with several. */
  readonly output: number;
  /** All outputs of the same application of its layer, by position. */
  readonly siblings: readonly SymbolicTensor[];

  constructor(origin: {
    readonly shape: Shape;
    readonly layer: Layer;
    readonly inputs: readonly SymbolicTensor[];
    readonly names: NameScope;
    /** The outputs before it, of the same application. Default: none. */
    readonly siblings?: SymbolicTensor[];
  }) {
    this.shape = origin.shape;
    this.layer = origin.layer;
    this.inputs = origin.inputs;
    this.names = origin.names;
    const siblings = origin.siblings ?? [];
    this.output = siblings.length;
    siblings.push(this);
    this.siblings = siblings;
  }
}
