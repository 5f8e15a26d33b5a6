import { computeNode, type Node } from '../../graph/node.ts';
import { sum } from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';

/**
 * At every place of a shape the sum of a term over the classes: `term(axes, r)` with the axes of the place and that of
 * the classes.
 * @returns the shape that was given
 */
export function sumOverClasses(
  name: string,
  {
    shape,
    classes,
    operands,
  }: {
    readonly shape: readonly number[];
    readonly classes: number;
    readonly operands: readonly Node[];
  },
  term: (axes: readonly string[], r: string) => Expression,
  options?: { readonly stopGradient: boolean },
): Node {
  const definition = compute('map', shape, (axes) => sum(['r'], term(axes, 'r')), [
    { name: 'r', extent: classes },
  ]);
  return computeNode(name, shape, definition, operands, options);
}
