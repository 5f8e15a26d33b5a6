import type { Node } from '../../graph/node.ts';
import * as e from '../../ir/build.ts';
import { sumOverClasses } from './sum-over-classes.ts';

/**
 * What a prediction says of the class of the target.
 * @param classes whole numbers, shape [...outer]
 * @param prediction shape [...outer, classes]
 * @returns shape [...outer]
 */
export function probabilityOfClass(classes: Node, prediction: Node): Node {
  const { shape } = prediction.type;
  const over = { shape: shape.slice(0, -1), classes: shape.at(-1)!, operands: [classes, prediction] };
  return sumOverClasses('probabilityOfClass', over, (axes, r) => {
    const isClass = e.eq(e.indexValue(r), e.load(classes, axes));
    return e.select(isClass, e.load(prediction, [...axes, r]), 0);
  });
}
