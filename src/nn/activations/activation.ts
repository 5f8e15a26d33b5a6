import type { Node } from '../../graph/node.ts';

/** A function from a value to a value, of the same shape except glu, with the name that Keras has for it. */
export interface Activation {
  /** Such as `relu` or `hard_silu`. Undefined for a function of the user, which cannot be saved. */
  readonly name: string | undefined;
  apply(x: Node): Node;
}
