import { ShapeError } from '../../errors/index.ts';
import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import * as ops from '../../ops/index.ts';
import { choice, number, optional } from '../options.ts';
import { type Regularizer, regularizerKind } from './regularizer.ts';

export interface OrthogonalOptions {
  /** At least 0. Default 0.01. */
  readonly factor?: number;
  /** What is to be orthogonal: `rows` or `columns` of the matrix. Default `rows`. */
  readonly mode?: 'rows' | 'columns';
}

/**
 * factor times the mean of |cos| over all pairs of different rows (or columns) of a matrix. Source: Keras,
 * `OrthogonalRegularizer`.
 */
export const orthogonal: (options?: OrthogonalOptions) => Regularizer = regularizerKind(
  'OrthogonalRegularizer',
  'orthogonal',
  { factor: optional(number({ min: 0 }), 0.01), mode: optional(choice(['rows', 'columns']), 'rows') },
  ({ factor, mode }, x) => {
    const { shape, batched } = x.type;
    if (shape.length !== 2 || batched) {
      const expected = 'a matrix (2 dimensions without the batch)';
      throw new ShapeError({ subject: 'the weight of an orthogonal regularizer', expected, received: shape });
    }
    const rows = mode === 'rows' ? x : ops.permute(x, [1, 0]);
    const count = rows.type.shape[0]!;
    if (count === 1) return ops.rescale(ops.reduceSum(x), { scale: 0 });
    const unit = ops.unitNormalization(rows, { axes: [1] });
    return ops.rescale(ops.reduceSum(ops.abs(differentPairs(unit))), {
      scale: factor / (count * (count - 1)),
    });
  },
);

/** Inner products of different rows; 0 where a row meets itself. */
function differentPairs(rows: Node): Node {
  const [count] = rows.type.shape as [number, number];
  const products = ops.dense(rows, ops.permute(rows, [1, 0]));
  const shape = [count, count];
  const definition = compute('none', shape, ([i, j]) =>
    e.select(
      e.eq(e.indexValue({ constant: 0, terms: { [i!]: 1, [j!]: -1 } }), 0),
      0,
      e.load(products, [i!, j!]),
    ),
  );
  return computeNode('differentPairs', shape, definition, [products]);
}
