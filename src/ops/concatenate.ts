import { InvalidArgumentError, integerBetween, ShapeError } from '../errors/index.ts';
import { isNode } from '../graph/is-node.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine } from '../ir/affine.ts';
import { load } from '../ir/build.ts';
import { outputAxes } from '../ir/definition.ts';

/**
 * Joins tensors along one dimension.
 * @param options.axis dimension of the shape without the batch, negative from the end. Default -1
 * @throws {ShapeError} if the other dimensions differ
 * @example
 * ops.concatenate([tensor([[1, 2]]), tensor([[3]])]); // [[1, 2, 3]]
 */
export function concatenate(tensors: readonly Node[], options: { readonly axis?: number } = {}): Node {
  const first =
    Array.isArray(tensors) && tensors.every(isNode) ? (tensors[0] as Node | undefined) : undefined;
  if (!first) {
    const expected = 'an array of tensors, at least one';
    throw new InvalidArgumentError({ argument: 'tensors', expected, received: tensors });
  }
  const rank = first.type.shape.length;
  const given = integerBetween(options.axis ?? -1, -rank, rank - 1, 'axis');
  const axis = given < 0 ? given + rank : given;
  for (const { type } of tensors) {
    const fits =
      type.shape.length === rank && type.shape.every((n, k) => k === axis || n === first.type.shape[k]);
    if (!fits) {
      throw new ShapeError({
        subject: 'a tensor to concatenate',
        expected: first.type.shape.map((n, k) => (k === axis ? null : n)),
        received: type.shape,
      });
    }
  }
  const names = outputAxes(first.type.shape);
  let offset = 0;
  const pieces = tensors.map((tensor) => {
    const piece = {
      axes: names.map((name, k) => ({ name, extent: tensor.type.shape[k]! })),
      index: names.map((name, k) => affine({ [name]: 1 }, k === axis ? offset : 0)),
      value: load(tensor, names),
    };
    offset += tensor.type.shape[axis]!;
    return piece;
  });
  const batch = tensors.some((tensor) => tensor.type.batched) ? 'map' : 'none';
  return computeNode(
    'concatenate',
    first.type.shape.map((n, k) => (k === axis ? offset : n)),
    { batch, pieces },
    tensors,
  );
}
