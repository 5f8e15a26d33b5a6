import { ShapeError } from '../../errors/index.ts';
import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';

/**
 * One class of the last dimension.
 * @throws {ShapeError} if there is no such class
 */
export function ofClass(x: Node, classId: number): Node {
  const { shape } = x.type;
  if (shape.length === 0 || classId >= shape.at(-1)!) {
    const expected = `more than ${classId} classes in the last dimension`;
    throw new ShapeError({ subject: 'what a metric with classId judges', expected, received: shape });
  }
  const outer = shape.slice(0, -1);
  const definition = compute('map', outer, (axes) => e.load(x, [...axes, classId]));
  return computeNode('ofClass', outer, definition, [x], { stopGradient: true });
}
