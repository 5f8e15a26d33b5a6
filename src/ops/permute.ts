import { InvalidArgumentError, integerArray } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { load } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';

/**
 * The dimensions in another order (the batch stays first): dimension k of the result is dimension order[k] of x.
 * @param order every dimension once, from 0
 * @throws {InvalidArgumentError}
 * @example
 * ops.permute(tensor([[1, 2, 3], [4, 5, 6]]), [1, 0]); // [[1, 4], [2, 5], [3, 6]]
 */
export function permute(x: Node, order: readonly number[]): Node {
  const { shape, batched } = x.type;
  integerArray(order, 'order', {}, 0);
  const good = order.length === shape.length && shape.every((_, k) => order.includes(k));
  if (!good) {
    const expected = `each of the ${shape.length} dimensions once, from 0`;
    throw new InvalidArgumentError({ argument: 'order', expected, received: order });
  }
  const to = order.map((k) => shape[k]!);
  const definition = compute(batched ? 'map' : 'none', to, (axes) =>
    load(
      x,
      shape.map((_, k) => axes[order.indexOf(k)]!),
    ),
  );
  return computeNode('permute', to, definition, [x]);
}
