import { InvalidArgumentError, integerArray, integerBetween, ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { load, mul, sum } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';

export interface DotOptions {
  /** The dimension of each operand that is contracted, without the batch, negative from the end. Default [-1, -1]. */
  readonly axes?: readonly [number, number];
}

/**
 * Products of two tensors, sample by sample, summed along one dimension of each: the other dimensions of a, then those
 * of b.
 * @throws {ShapeError} if the two dimensions differ {InvalidArgumentError}
 * @example
 * ops.dot(tensor([1, 2, 3]), tensor([4, 5, 6])); // 32
 */
export function dot(a: Node, b: Node, options: DotOptions = {}): Node {
  const axes = integerArray(options.axes ?? [-1, -1], 'axes');
  if (axes.length !== 2)
    throw new InvalidArgumentError({ argument: 'axes', expected: 'one for each operand', received: axes });
  const shapes = [a.type.shape, b.type.shape] as const;
  const [p, q] = shapes.map((shape, k) => {
    if (shape.length === 0) {
      throw new ShapeError({
        subject: `operand ${k} of dot`,
        expected: 'at least one dimension',
        received: shape,
      });
    }
    const own = integerBetween(axes[k], -shape.length, shape.length - 1, 'axes');
    return own < 0 ? own + shape.length : own;
  }) as [number, number];
  const extent = shapes[0][p]!;
  if (shapes[1][q] !== extent) {
    const expected = `${extent} along dimension ${q}, as the first has along ${p}`;
    throw new ShapeError({ subject: 'the second operand of dot', expected, received: shapes[1] });
  }
  const rest = shapes[0].length - 1;
  const shape = [...shapes[0].filter((_, k) => k !== p), ...shapes[1].filter((_, k) => k !== q)];
  const definition = compute(
    a.type.batched || b.type.batched ? 'map' : 'none',
    shape,
    (names) =>
      sum(
        ['k'],
        mul(
          load(a, [...names.slice(0, p), 'k', ...names.slice(p, rest)]),
          load(b, [...names.slice(rest, rest + q), 'k', ...names.slice(rest + q)]),
        ),
      ),
    [{ name: 'k', extent }],
  );
  return computeNode('dot', shape, definition, [a, b]);
}
