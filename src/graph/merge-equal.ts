import { printAffine } from '../ir/affine.ts';
import { StructuralKeys } from '../ir/structural.ts';
import { canonicalDefinition } from './canonical-piece.ts';
import type { Graph, Node } from './node.ts';
import { redefine, rewriteGraph } from './rewrite.ts';

/**
 * Brings every definition into canonical form and makes nodes that compute the same one node: the first of them in
 * topological order.
 */
export function mergeEqual(graph: Graph): Graph {
  const keys = new StructuralKeys();
  const known = new Map<string, Node>();
  return rewriteGraph(graph, (node) => {
    const definition = canonicalDefinition(node.definition!);
    const pieces = definition.pieces.map((piece) => {
      const axes = piece.axes.map((axis) => `${axis.name}:${axis.extent}`);
      return `${axes}/${piece.index.map(printAffine)}/${keys.key(piece.value)}/${piece.order ?? ''}`;
    });
    const { dtype, shape } = node.type;
    const text = [definition.batch, definition.fill, dtype, shape, ...pieces].join('|');
    const before = known.get(text);
    if (before) return { node: before };
    const kept = definition === node.definition ? node : redefine(node, definition, node.inputs);
    known.set(text, kept);
    return { node: kept };
  });
}
