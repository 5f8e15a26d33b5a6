import { integerBetween, knownOptions, ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { eq, indexValue, load, select, sum } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import { reshape } from './reshape.ts';

export interface TakeOptions {
  /**
   * The dimension along which elements are chosen, without the batch, negative from the end. Default: x is flattened
   * first.
   */
  readonly axis?: number;
}

/**
 * Elements of x by their numbers along one dimension, sample by sample. Time grows with the result, not with the
 * extent of the dimension; the gradient of x adds up at each number what was taken from it.
 * @param x shape [...before, n, ...after]
 * @param indices whole numbers from 0 to n - 1, any shape; another number gives zeros
 * @returns shape [...before, ...indices, ...after]
 * @throws {ShapeError} if x has no dimensions {InvalidArgumentError}
 * @example
 * ops.take(tensor([[1, 2, 3], [4, 5, 6]]), tensor([2, 0]), { axis: 1 }); // [[3, 1], [6, 4]]
 */
export function take(x: Node, indices: Node, options: TakeOptions = {}): Node {
  knownOptions(options, ['axis']);
  const rank = x.type.shape.length;
  if (rank === 0)
    throw new ShapeError({ subject: 'x of take', expected: 'at least one dimension', received: [] });
  if (options.axis === undefined && rank > 1) return take(reshape(x, [-1]), indices, { axis: 0 });
  const given = integerBetween(options.axis ?? 0, -rank, rank - 1, 'axis');
  const axis = given < 0 ? given + rank : given;
  return chosenAlong('take', x, indices, axis);
}

/** All points of the dimension are compared with the index: of the sum one term at most is not zero. @internal */
export function chosenAlong(name: string, x: Node, indices: Node, axis: number): Node {
  const before = x.type.shape.slice(0, axis);
  const chosen = indices.type.shape;
  const shape = [...before, ...chosen, ...x.type.shape.slice(axis + 1)];
  const definition = compute(
    x.type.batched || indices.type.batched ? 'map' : 'none',
    shape,
    (axes) => {
      const end = axis + chosen.length;
      const isChosen = eq(load(indices, axes.slice(axis, end)), indexValue('k'));
      return sum(['k'], select(isChosen, load(x, [...axes.slice(0, axis), 'k', ...axes.slice(end)]), 0));
    },
    [{ name: 'k', extent: x.type.shape[axis]! }],
  );
  return computeNode(name, shape, definition, [indices, x]);
}
