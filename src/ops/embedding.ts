import { ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { eq, indexValue, load, select, sum } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';

/**
 * Rows of a table by whole numbers. Indices are affine here, so each row is compared: the work grows with the table.
 * @param indices whole numbers, any shape; one that is no row gives zeros
 * @param table shape [rows, features]
 * @returns shape [...indices, features]
 * @throws {ShapeError}
 * @example
 * ops.embedding(tensor([2, 0]), tensor([[1, 2], [3, 4], [5, 6]])); // [[5, 6], [1, 2]]
 */
export function embedding(indices: Node, table: Node): Node {
  if (table.type.shape.length !== 2) {
    throw new ShapeError({ subject: 'the table', expected: '[rows, features]', received: table.type.shape });
  }
  const [rows, features] = table.type.shape as readonly [number, number];
  const shape = [...indices.type.shape, features];
  const definition = compute(
    indices.type.batched || table.type.batched ? 'map' : 'none',
    shape,
    (axes) => {
      const row = indexValue({ constant: 0, terms: { k: 1 } });
      const chosen = eq(load(indices, axes.slice(0, -1)), row);
      return sum(['k'], select(chosen, load(table, ['k', axes.at(-1)!]), 0));
    },
    [{ name: 'k', extent: rows }],
  );
  return computeNode('embedding', shape, definition, [indices, table]);
}
