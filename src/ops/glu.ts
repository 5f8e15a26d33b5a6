import { ShapeError } from '../errors/index.ts';
import { computeNode, type Node } from '../graph/node.ts';
import { affine } from '../ir/affine.ts';
import * as e from '../ir/build.ts';
import { compute } from '../ir/definition.ts';

/**
 * Gated linear unit: the first half of the last dimension times the sigmoid of the second. Source: Dauphin et al.
 * 2016, arXiv:1612.08083.
 * @param x shape [..., 2 n]
 * @returns shape [..., n]
 * @throws {ShapeError} if the last extent is odd or x has no dimension
 * @example
 * ops.glu(tensor([1, 2, 0, 3])); // [0.5, 1.905]
 */
export function glu(x: Node): Node {
  const { shape, batched } = x.type;
  const extent = shape.at(-1);
  if (extent === undefined || extent % 2 !== 0) {
    const expected = 'a last dimension of even extent';
    throw new ShapeError({ subject: 'the input of glu', expected, received: shape });
  }
  const half = extent / 2;
  const to = [...shape.slice(0, -1), half];
  const definition = compute(batched ? 'map' : 'none', to, (axes) => {
    const outer = axes.slice(0, -1);
    // An extent of 1 has no axis of its own: the index is then the constant 0.
    const gate = e.toIndex(axes.at(-1)!);
    return e.mul(e.load(x, axes), e.sigmoid(e.load(x, [...outer, affine(gate.terms, gate.constant + half)])));
  });
  return computeNode('glu', to, definition, [x]);
}
