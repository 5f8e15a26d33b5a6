import { knownOptions, ShapeError } from '../../errors/index.ts';
import type { Node } from '../../graph/node.ts';
import { permute } from '../../ops/index.ts';
import { axisRule } from '../axis-rule.ts';

/**
 * A function of the last axis, along any axis.
 * @param options.axis counted with the batch as axis 0, or negative from the end. Default -1
 * @throws {InvalidArgumentError} {ShapeError} if the input has no such axis or it is the batch
 */
export function alongAxis(x: Node, options: { readonly axis?: number }, ofLast: (x: Node) => Node): Node {
  const { shape } = x.type;
  knownOptions(options, ['axis']);
  const given = axisRule.read(options.axis ?? -1, 'axis', {});
  const own = given < 0 ? given + shape.length : given - 1;
  if (own < 0 || own >= shape.length) {
    const expected = `a shape with an axis ${given} that is not the batch`;
    throw new ShapeError({ subject: 'the input', expected, received: [null, ...shape] });
  }
  const last = shape.length - 1;
  if (own === last) return ofLast(x);
  const swapped = shape.map((_, k) => (k === own ? last : k === last ? own : k));
  return permute(ofLast(permute(x, swapped)), swapped);
}
