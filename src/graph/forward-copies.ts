import { affineRange, axesOf, isSingleAxis, substituteAffine } from '../ir/affine.ts';
import { extentsOf, type Piece, wholePiece } from '../ir/definition.ts';
import type { Load } from '../ir/expression.ts';
import { mapExpression } from '../ir/walk.ts';
import type { Node } from './node.ts';
import type { Replacement } from './rewrite.ts';

/**
 * Removes copies and views: a node that is another one element for element is that other one, and a load of a node
 * whose value is a plain load (a broadcast, a split dimension) reads the source itself, as long as the index stays
 * inside (outside, the node reads as zero and the source might not).
 */
export function forwardCopies(node: Node): Replacement {
  const same = copiedNode(node);
  if (same) return { node: same };
  const sources = new Map(node.inputs.map((source) => [source.id, source]));
  const operands = new Set(node.inputs);
  let changed = false;
  const pieces = node.definition!.pieces.map((piece) => ({
    ...piece,
    value: mapExpression(piece.value, (e) => {
      if (e.kind !== 'load') return e;
      const direct = throughView(e, piece, sources.get(e.source)!);
      if (!direct) return e;
      changed = true;
      operands.add(direct.source);
      return { ...e, source: direct.source.id, index: direct.index };
    }),
  }));
  return changed ? { definition: { ...node.definition!, pieces }, operands: [...operands] } : undefined;
}

function copiedNode(node: Node): Node | undefined {
  const piece = plainLoad(node);
  if (!piece) return undefined;
  const source = node.inputs[0]!;
  const { shape, batched, dtype } = source.type;
  const same =
    dtype === node.type.dtype &&
    batched === node.type.batched &&
    shape.length === node.type.shape.length &&
    shape.every((extent, k) => extent === node.type.shape[k]) &&
    piece.load.index.every(
      (form, k) =>
        shape[k] === 1 || (isSingleAxis(form) && axesOf(form)[0] === axesOf(piece.piece.index[k]!)[0]),
    );
  return same ? source : undefined;
}

/** The piece and the load of a node that does nothing but load at each of its own elements. */
function plainLoad(node: Node): { piece: Piece; load: Load } | undefined {
  const { definition } = node;
  if (definition?.pieces[0]?.value.kind !== 'load' || definition.batch === 'reduce') return undefined;
  const piece = wholePiece(definition, node.type.shape);
  return piece?.value.kind === 'load' ? { piece, load: piece.value } : undefined;
}

function throughView(e: Load, reader: Piece, view: Node): { source: Node; index: Load['index'] } | undefined {
  const plain = view.role === 'compute' ? plainLoad(view) : undefined;
  if (!plain) return undefined;
  const source = view.inputs[0]!;
  // A batched view of something without a batch has it all the same; the reverse does not exist.
  const extents = extentsOf(reader);
  const inside = e.index.every((form, k) => {
    const [low, high] = affineRange(form, extents);
    return low >= 0 && high < view.type.shape[k]!;
  });
  if (!inside) return undefined;
  const axes = Object.fromEntries(
    plain.piece.index.flatMap((form, k) => axesOf(form).map((axis) => [axis, e.index[k]!] as const)),
  );
  return { source, index: plain.load.index.map((form) => substituteAffine(form, axes)) };
}
