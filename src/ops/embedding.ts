import { ShapeError } from '../errors/index.ts';
import type { Node } from '../graph/node.ts';
import { chosenAlong } from './take.ts';

/**
 * Rows of a table by whole numbers. Time grows with the result, not with the rows.
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
  return chosenAlong('embedding', table, indices, 0);
}
