import { integerArray, integerBetween, ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { argmax, type IndexOperand, load, maximum, mul, sum } from '../ir/build.ts';
import { type Axis, compute } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';

export interface ReduceOptions {
  /** Dimensions of the shape without the batch, negative from the end. Default: all. */
  readonly axes?: readonly number[];
}

function overAxes(
  name: string,
  x: Node,
  options: ReduceOptions,
  value: (axes: string[], element: Expression, count: number) => Expression,
  stopGradient = false,
): Node {
  const { shape, batched } = x.type;
  const rank = shape.length;
  const chosen = new Set(
    integerArray(options.axes ?? shape.map((_, k) => k), 'axes').map((axis) => {
      const k = integerBetween(axis, -rank, rank - 1, 'axes');
      return k < 0 ? k + rank : k;
    }),
  );
  const reduced: Axis[] = shape.flatMap((extent, k) => (chosen.has(k) ? [{ name: `r${k}`, extent }] : []));
  const kept = shape.filter((_, k) => !chosen.has(k));
  const names = reduced.map((axis) => axis.name);
  const count = reduced.reduce((product, axis) => product * axis.extent, 1);
  const definition = compute(
    batched ? 'map' : 'none',
    kept,
    (axes) => {
      let next = 0;
      const index: IndexOperand[] = shape.map((_, k) => (chosen.has(k) ? `r${k}` : axes[next++]!));
      return names.length === 0 ? load(x, index) : value(names, load(x, index), count);
    },
    reduced,
  );
  return computeNode(name, kept, definition, [x], { stopGradient });
}

/**
 * Sum over dimensions.
 * @example
 * ops.reduceSum(tensor([[1, 5], [7, 0]]), { axes: [-1] }); // [6, 7]
 */
export const reduceSum = (x: Node, options: ReduceOptions = {}): Node =>
  overAxes('reduceSum', x, options, (axes, element) => sum(axes, element));

/**
 * Mean over dimensions.
 * @example
 * ops.reduceMean(tensor([[1, 5], [7, 0]])); // 3.25
 */
export const reduceMean = (x: Node, options: ReduceOptions = {}): Node =>
  overAxes('reduceMean', x, options, (axes, element, count) => mul(sum(axes, element), 1 / count));

/**
 * Maximum over dimensions; of equal values the first alone receives the gradient.
 * @example
 * ops.reduceMax(tensor([[1, 5], [7, 0]]), { axes: [0] }); // [7, 5]
 */
export const reduceMax = (x: Node, options: ReduceOptions = {}): Node =>
  overAxes('reduceMax', x, options, (axes, element) => maximum(axes, element));

/**
 * Number of the first largest value along the last dimension. No gradient.
 * @example
 * ops.argMax(tensor([[1, 5, 2], [7, 0, 7]])); // [1, 0]
 */
export function argMax(x: Node): Node {
  if (x.type.shape.length === 0) {
    throw new ShapeError({
      subject: 'the input',
      expected: 'at least one dimension',
      received: x.type.shape,
    });
  }
  return overAxes('argMax', x, { axes: [-1] }, (axes, element) => argmax(axes, element), true);
}

/**
 * Sum over the samples of a batch: the result has no batch.
 * @example
 * ops.sumOverBatch(samples(tensor([[1, 2], [3, 4], [5, 6]]))); // [9, 12]
 */
export function sumOverBatch(x: Node): Node {
  const { shape } = x.type;
  return computeNode(
    'sumOverBatch',
    shape,
    compute('reduce', shape, (axes) => load(x, axes)),
    [x],
  );
}
