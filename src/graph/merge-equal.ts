import { printAffine } from '../ir/affine.ts';
import type { Piece } from '../ir/definition.ts';
import { StructuralKeys } from '../ir/structural.ts';
import { canonicalDefinition } from './canonical-piece.ts';
import { type Graph, loadedInputs, type Node } from './node.ts';
import { rewriteGraph } from './rewrite.ts';

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
  const byFirst = new Map<Node | undefined, Node[]>();
  return rewriteGraph(graph, (node) => {
    const definition = canonicalDefinition(node.definition!);
    const kept =
      definition === node.definition
        ? node
        : { ...node, definition, inputs: loadedInputs(node.name, definition, node.inputs) };
    const first = kept.inputs[0];
    const alike = byFirst.get(first);
    const before = alike?.find((other) => readAlike(other, kept) && textOf(other) === textOf(kept));
    if (before) return { node: before };
    if (alike) alike.push(kept);
    else byFirst.set(first, [kept]);
    return { node: kept };
  });
}

/** Nodes of one type that read the same nodes. */
const readAlike = (a: Node, b: Node): boolean =>
  sameItems(a.inputs, b.inputs) &&
  sameItems(a.type.shape, b.type.shape) &&
  a.type.dtype === b.type.dtype &&
  a.definition!.batch === b.definition!.batch &&
  Object.is(a.definition!.fill, b.definition!.fill) &&
  a.definition!.pieces.length === b.definition!.pieces.length &&
  a.definition!.pieces[0]?.value.kind === b.definition!.pieces[0]?.value.kind;

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, k) => item === b[k]);

function pieceText(piece: Piece, keys: StructuralKeys): string {
  const axes = piece.axes.map((axis) => `${axis.name}:${axis.extent}`);
  return `${axes}/${piece.index.map(printAffine)}/${keys.key(piece.value)}/${piece.order ?? ''}`;
}
