import { InvalidArgumentError, ShapeError } from '../errors/index.ts';
import { isNode } from '../graph/is-node.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { constant, load } from '../ir/build.ts';
import { compute } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';

/**
 * The shape that all shapes broadcast to, aligned at the last dimension (the batch is no dimension of a shape).
 * @throws {ShapeError} if two extents differ and neither is 1
 */
export function broadcastShapes(name: string, shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result: number[] = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    shape.forEach((extent, k) => {
      const at = rank - shape.length + k;
      if (extent === result[at] || extent === 1) return;
      if (result[at] !== 1) {
        throw new ShapeError({
          subject: `an operand of ${name}`,
          expected: `a shape that broadcasts to [${result.join(', ')}]`,
          received: shape,
        });
      }
      result[at] = extent;
    });
  }
  return result;
}

/** An operand's element at an output position; extents of 1 and missing leading dimensions are broadcast. */
export function broadcastLoad(operand: Node, shape: readonly number[], axes: readonly string[]): Expression {
  const own = operand.type.shape;
  const skipped = shape.length - own.length;
  return load(
    operand,
    own.map((extent, k) => (extent === shape[skipped + k] ? axes[skipped + k]! : 0)),
  );
}

/**
 * A node that computes every element from the elements of its operands at the same (broadcast) position. It is
 * batched if an operand is. `value` receives one load for every operand, and a constant for one that is a number.
 * @throws {ShapeError} if the shapes do not broadcast
 * @throws {InvalidArgumentError} if an operand is neither a node nor a number, or none is a node
 */
export function elementwise(
  name: string,
  operands: readonly (Node | number)[],
  value: (...loads: Expression[]) => Expression,
  options: { stopGradient?: boolean } = {},
): Node {
  const nodes = operands.filter(isNode);
  const known = operands.every((operand) => isNode(operand) || typeof operand === 'number');
  if (!known || nodes.length === 0) {
    const expected = 'tensors, samples or nodes, at least one, beside plain numbers';
    throw new InvalidArgumentError({ call: name, argument: 'operands', expected, received: operands });
  }
  const shape = broadcastShapes(
    name,
    nodes.map((node) => node.type.shape),
  );
  const batch = nodes.some((node) => node.type.batched) ? 'map' : 'none';
  const definition = compute(batch, shape, (axes) =>
    value(
      ...operands.map((operand) =>
        isNode(operand) ? broadcastLoad(operand, shape, axes) : constant(operand),
      ),
    ),
  );
  return computeNode(name, shape, definition, nodes, options);
}
