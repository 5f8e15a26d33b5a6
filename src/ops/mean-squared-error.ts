import { ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import * as e from '../ir/build.ts';
import { compute } from '../ir/definition.ts';

/**
 * Mean of (prediction - target)^2 over the last dimension.
 * @param targets shape [...outer, n]
 * @param predictions shape [...outer, n]
 * @returns shape [...outer]
 * @throws {ShapeError}
 * @example
 * ops.meanSquaredError(tensor([[1, 2]]), tensor([[2, 4]])); // [2.5]
 */
export function meanSquaredError(targets: Node, predictions: Node): Node {
  const { shape } = predictions.type;
  const last = shape.at(-1);
  const same =
    shape.length === targets.type.shape.length && shape.every((n, k) => n === targets.type.shape[k]);
  if (!same || last === undefined) {
    throw new ShapeError({ subject: 'the targets', expected: shape, received: targets.type.shape });
  }
  const outer = shape.slice(0, -1);
  const batch = targets.type.batched || predictions.type.batched ? 'map' : 'none';
  const definition = compute(
    batch,
    outer,
    (axes) => {
      const error = e.sub(e.load(predictions, [...axes, 'r']), e.load(targets, [...axes, 'r']));
      return e.mul(e.sum(['r'], e.mul(error, error)), 1 / last);
    },
    [{ name: 'r', extent: last }],
  );
  return computeNode('meanSquaredError', outer, definition, [predictions, targets]);
}
