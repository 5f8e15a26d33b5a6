import { computeNode, type Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';

/**
 * What a prediction says of the class of the target.
 * @param classes whole numbers, shape [...outer]
 * @param prediction shape [...outer, classes]
 * @returns shape [...outer]
 */
export function probabilityOfClass(classes: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  const outer = shape.slice(0, -1);
  const definition = compute(
    'map',
    outer,
    (axes) => {
      const isClass = e.eq(e.indexValue('r'), e.load(classes, axes));
      return e.sum(['r'], e.select(isClass, e.load(prediction, [...axes, 'r']), 0));
    },
    [{ name: 'r', extent: shape.at(-1)! }],
  );
  return computeNode('probabilityOfClass', outer, definition, [classes, prediction]);
}
