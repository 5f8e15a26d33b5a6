import { ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import { subtract } from './arithmetic.ts';
import { elementwise } from './elementwise.ts';
import { reduceMax, reduceSum } from './reduce.ts';
import { reshape } from './reshape.ts';

/**
 * The projection of the last dimension onto probabilities: max(x - tau, 0) with the tau for which they sum to 1. An
 * element is in the support if 1 + (elements no smaller) x exceeds the sum of those; over the support, tau is
 * (sum - 1) / count. Counting takes the square of the extent in time and no sorting. Source: Martins and Astudillo
 * 2016, arXiv:1602.02068. Keras 3.15 adds up cumulative sums instead, so that with two and more elements in the
 * support its result sums to less than 1: a difference on purpose.
 * @param x shape [..., classes]
 * @throws {ShapeError} if x has no dimension
 * @example
 * ops.sparsemax(tensor([0.5, 0.4, -1])); // [0.55, 0.45, 0]
 */
export function sparsemax(x: Node): Node {
  const { shape, batched } = x.type;
  const classes = shape.at(-1);
  if (classes === undefined) {
    const expected = 'at least one dimension';
    throw new ShapeError({ subject: 'the input of sparsemax', expected, received: shape });
  }
  const kept = [...shape.slice(0, -1), 1];
  // Moving all by the maximum changes no probability and keeps the sums small.
  const largest = elementwise('sparsemaxShift', [reshape(reduceMax(x, { axes: [-1] }), kept)], (a) => a!, {
    stopGradient: true,
  });
  const shifted = subtract(x, largest);
  const definition = compute(
    batched ? 'map' : 'none',
    shape,
    (axes) => {
      const own = e.load(shifted, axes);
      const other = e.load(shifted, [...axes.slice(0, -1), 'r']);
      // 1 + sum of (own - other) over the others that are no smaller: own is in the support while that is positive.
      const excess = e.sum(['r'], e.select(e.ge(other, own), e.sub(own, other), 0));
      return e.select(e.gt(e.add(excess, 1), 0), 1, 0);
    },
    [{ name: 'r', extent: classes }],
  );
  const support = computeNode('sparsemaxSupport', shape, definition, [shifted], { stopGradient: true });
  const over = (node: Node): Node => reshape(reduceSum(node, { axes: [-1] }), kept);
  const chosen = elementwise('sparsemaxChosen', [shifted, support], (a, b) => e.mul(a!, b!));
  const tau = elementwise('sparsemaxThreshold', [over(chosen), over(support)], (total, count) =>
    e.div(e.sub(total!, 1), count!),
  );
  return elementwise('sparsemax', [shifted, tau], (a, b) => e.max(e.sub(a!, b!), 0));
}
