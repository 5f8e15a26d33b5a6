import type { Node } from '../../graph/node.ts';
import type { OfClass } from '../by-class.ts';
import { type Read, type Rules, readOptions } from '../options.ts';

/** A penalty of a weight, or of what a layer gives, that is added to the loss. */
export interface Regularizer extends OfClass {
  /** The penalty: shape []. Of a batched value, that of each sample. */
  penalty(x: Node): Node;
}

/** The function that makes regularisers of one kind. */
export const regularizerKind =
  <R extends Rules>(
    className: string,
    call: string,
    rules: R,
    penalty: (options: Read<R>, x: Node) => Node,
  ): ((given?: object) => Regularizer) =>
  (given = {}) => {
    const options = readOptions(given, rules, { call: `regularizers.${call}` });
    return { className, config: options, penalty: (x) => penalty(options, x) };
  };
