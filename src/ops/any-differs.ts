import { InvalidArgumentError, ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { constant, load, maximum, ne, select } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';

/**
 * 1 where an element along the last dimension is not the value, else 0. No gradient.
 * @param x shape [..., features]
 * @returns shape [...]
 * @throws {ShapeError}
 * @example
 * ops.anyDiffers(tensor([[0, 0], [0, 3]])); // [0, 1]
 */
export function anyDiffers(x: Node, options: { readonly value?: number } = {}): Node {
  const other = options.value ?? 0;
  // From NaN everything differs.
  if (typeof other !== 'number')
    throw new InvalidArgumentError({ argument: 'value', expected: 'a number', received: other });
  const { shape, batched } = x.type;
  const features = shape.at(-1);
  if (features === undefined) {
    throw new ShapeError({ subject: 'the input', expected: 'at least one dimension', received: shape });
  }
  const definition = compute(
    batched ? 'map' : 'none',
    shape.slice(0, -1),
    (axes) => maximum(['k'], select(ne(load(x, [...axes, 'k']), constant(other)), 1, 0)),
    [{ name: 'k', extent: features }],
  );
  return computeNode('anyDiffers', shape.slice(0, -1), definition, [x], { stopGradient: true });
}
