import { integerArray, ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { compute } from '../ir/definition.ts';
import { broadcastLoad, broadcastShapes } from './elementwise.ts';

/**
 * The same elements again along extents of 1 and missing leading dimensions (the batch is none).
 * @throws {ShapeError} if x does not broadcast to the shape
 * @example
 * ops.broadcastTo(tensor([1, 2]), [2, 2]); // [[1, 2], [1, 2]]
 */
export function broadcastTo(x: Node, shape: readonly number[]): Node {
  integerArray(shape, 'shape', {}, 0);
  const reached = broadcastShapes('broadcastTo', [shape, x.type.shape]);
  if (reached.length !== shape.length || reached.some((extent, k) => extent !== shape[k])) {
    const expected = `a shape that broadcasts to [${shape.join(', ')}]`;
    throw new ShapeError({ subject: 'the input of broadcastTo', expected, received: x.type.shape });
  }
  const definition = compute(x.type.batched ? 'map' : 'none', shape, (axes) => broadcastLoad(x, shape, axes));
  return computeNode('broadcastTo', shape, definition, [x]);
}
