import { InvalidArgumentError, spatialExtents } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { axisIndex, constantIndex } from '../ir/affine.ts';
import { load, maximum, mul, sum } from '../ir/build.ts';
import type { Axis, Piece } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { spatialRank } from './window.ts';

export interface AdaptivePoolOptions {
  /** Positions of the output, a number or one for every spatial dimension. */
  readonly outputSize: number | readonly number[];
}

/** One dimension after the other, because each window is a rectangle. */
function adaptive(
  name: string,
  x: Node,
  options: AdaptivePoolOptions,
  value: (axes: string[], element: Expression, count: number) => Expression,
): Node {
  const rank = spatialRank(x.type.shape, `the input of ${name}`);
  const sizes = spatialExtents(options.outputSize, rank, 'outputSize');
  return sizes.reduce((node, size, dimension) => {
    const { shape, batched } = node.type;
    const extent = shape[dimension]!;
    if (size > extent) {
      const expected = `at most ${extent} along spatial dimension ${dimension}`;
      throw new InvalidArgumentError({ argument: 'outputSize', expected, received: options.outputSize });
    }
    const others: Axis[] = shape.flatMap((n, k) => (k === dimension ? [] : [{ name: `i${k}`, extent: n }]));
    const pieces = Array.from({ length: size }, (_, at): Piece => {
      const first = Math.floor((at * extent) / size);
      const count = Math.ceil(((at + 1) * extent) / size) - first;
      const element = load(
        node,
        shape.map((_, k) => (k === dimension ? { constant: first, terms: { u: 1 } } : `i${k}`)),
      );
      return {
        axes: [...others, { name: 'u', extent: count }],
        index: shape.map((_, k) => (k === dimension ? constantIndex(at) : axisIndex(`i${k}`))),
        value: value(['u'], element, count),
      };
    });
    const to = shape.map((n, k) => (k === dimension ? size : n));
    return computeNode(name, to, { batch: batched ? 'map' : 'none', pieces }, [node]);
  }, x);
}

/**
 * Means over windows that are as equal as they can be: of n positions, output i of m has those from floor(i n / m) up to
 * ceil((i + 1) n / m).
 * @param x shape [...spatial, channels]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * ops.adaptiveAveragePool(tensor([[1], [2], [3], [4], [5]]), { outputSize: 2 }); // [[2], [4]]
 */
export const adaptiveAveragePool = (x: Node, options: AdaptivePoolOptions): Node =>
  adaptive('adaptiveAveragePool', x, options, (axes, element, count) => mul(sum(axes, element), 1 / count));

/**
 * Maxima over the same windows; of equal values the first alone receives the gradient.
 * @param x shape [...spatial, channels]
 * @throws {ShapeError} {InvalidArgumentError}
 * @example
 * ops.adaptiveMaxPool(tensor([[1], [2], [3], [4], [5]]), { outputSize: 2 }); // [[3], [5]]
 */
export const adaptiveMaxPool = (x: Node, options: AdaptivePoolOptions): Node =>
  adaptive('adaptiveMaxPool', x, options, (axes, element) => maximum(axes, element));
