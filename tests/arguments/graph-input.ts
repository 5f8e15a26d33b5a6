import { input } from '../../src/graph/node.ts';
import type { Node } from '../../src/index.ts';

/** A value of a graph, of samples of this shape. */
export const graphInput = (shape: readonly number[]): Node =>
  input('x', { dtype: 'f32', shape, batched: true });
