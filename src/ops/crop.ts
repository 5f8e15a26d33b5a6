import { InvalidArgumentError, isCountPair } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { addAffine, constantIndex } from '../ir/affine.ts';
import { load, toIndex } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';

/**
 * Leaves out elements at the ends of each dimension.
 * @param options.cropping [before, after] for every dimension (the batch is none); something must be left
 * @throws {InvalidArgumentError}
 * @example
 * ops.crop(tensor([1, 2, 3, 4]), { cropping: [[1, 1]] }); // [2, 3]
 */
export function crop(
  x: Node,
  options: { readonly cropping: readonly (readonly [before: number, after: number])[] },
): Node {
  const { cropping } = options;
  const { shape, batched } = x.type;
  const good =
    Array.isArray(cropping) &&
    cropping.length === shape.length &&
    cropping.every((pair, k) => isCountPair(pair) && pair[0] + pair[1] < shape[k]!);
  if (!good) {
    throw new InvalidArgumentError({
      argument: 'cropping',
      expected: `[before, after] for each dimension of [${shape.join(', ')}], together less than its extent`,
      received: cropping,
    });
  }
  const to = shape.map((extent, k) => extent - cropping[k]![0] - cropping[k]![1]);
  const definition = compute(batched ? 'map' : 'none', to, (axes) =>
    load(
      x,
      axes.map((axis, k) => addAffine(toIndex(axis), constantIndex(cropping[k]![0]))),
    ),
  );
  return computeNode('crop', to, definition, [x]);
}
