import { printAffine } from '../ir/affine.ts';
import type { Piece } from '../ir/definition.ts';
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
  const texts = new Map<Node, string>();
  const textOf = (node: Node): string => {
    let text = texts.get(node);
    if (text === undefined) {
      text = node.definition!.pieces.map((piece) => pieceText(piece, keys)).join('|');
      texts.set(node, text);
    }
    return text;
  };
  // equal nodes read the same nodes: only of those that do, texts are compared
  const byReads = new Map<string, Node[]>();
  return rewriteGraph(graph, (node) => {
    const definition = canonicalDefinition(node.definition!);
    const kept = definition === node.definition ? node : redefine(node, definition, node.inputs);
    const { dtype, shape } = kept.type;
    const reads = `${definition.batch} ${definition.fill} ${dtype} ${shape} ${kept.inputs.map(({ id }) => id)}`;
    const alike = byReads.get(reads);
    const before = alike?.find((other) => textOf(other) === textOf(kept));
    if (before) return { node: before };
    if (alike) alike.push(kept);
    else byReads.set(reads, [kept]);
    return { node: kept };
  });
}

function pieceText(piece: Piece, keys: StructuralKeys): string {
  const axes = piece.axes.map((axis) => `${axis.name}:${axis.extent}`);
  return `${axes}/${piece.index.map(printAffine)}/${keys.key(piece.value)}/${piece.order ?? ''}`;
}
