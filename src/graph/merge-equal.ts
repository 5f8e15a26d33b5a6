import { printAffine } from '../ir/affine.ts';
import { StructuralKeys } from '../ir/structural.ts';
import { canonicalDefinition } from './canonical-piece.ts';
import type { Graph, Node } from './node.ts';
import { redefine, rewriteGraph } from './rewrite.ts';

/**
 * Brings every definition into canonical form and makes nodes that compute the same one node. All computed nodes
 * are new afterwards, with ascending ids in topological order, so that what follows depends on structure alone.
 */
export function mergeEqual(graph: Graph): Graph {
  const keys = new StructuralKeys();
  const known = new Map<string, Node>();
  const canonical = rewriteGraph(graph, (node) => canonicalDefinition(node.definition!));
  return rewriteGraph(canonical, (node) => {
    const { definition, type } = node;
    const pieces = definition!.pieces.map((piece) => {
      const axes = piece.axes.map((axis) => `${axis.name}:${axis.extent}`);
      return `${axes}/${piece.index.map(printAffine)}/${keys.key(piece.value)}/${piece.order ?? ''}`;
    });
    const text = [definition!.batch, definition!.fill, type.dtype, type.shape, ...pieces].join('|');
    const before = known.get(text);
    if (before) return { node: before };
    const renumbered = redefine(node, definition!, node.inputs);
    known.set(text, renumbered);
    return { node: renumbered };
  });
}
