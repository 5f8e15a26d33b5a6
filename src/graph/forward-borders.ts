import type { Affine } from '../ir/affine.ts';
import { addAffine, axesOf, constantIndex, isSingleAxis } from '../ir/affine.ts';
import { extentsOf } from '../ir/definition.ts';
import { mapExpression } from '../ir/walk.ts';
import type { Node } from './node.ts';
import type { Replacement } from './rewrite.ts';

/**
 * Reads through a border of zeros: outside a tensor zero is read anyway, so a load of a zero-padded node is a load
 * of what it pads, at a shifted index.
 */
export function forwardBorders(node: Node): Replacement {
  const borders = new Map(
    node.inputs.flatMap((source) => {
      const border = matchZeroBorder(source);
      return border ? [[source.id, border] as const] : [];
    }),
  );
  if (borders.size === 0) return undefined;
  const pieces = node.definition!.pieces.map((piece) => ({
    ...piece,
    value: mapExpression(piece.value, (e) => {
      const border = e.kind === 'load' ? borders.get(e.source) : undefined;
      if (e.kind !== 'load' || !border) return e;
      const index = e.index.map((form, k) => addAffine(form, constantIndex(-border.before[k]!)));
      return { ...e, source: border.source.id, index };
    }),
  }));
  const operands = [...node.inputs, ...[...borders.values()].map((border) => border.source)];
  return { definition: { ...node.definition!, pieces }, operands };
}

/** What a node surrounds by zeros, and how many stand before it, if that is all it does. */
function matchZeroBorder(node: Node): { source: Node; before: number[] } | undefined {
  const { definition } = node;
  const piece = definition?.pieces[0];
  if (!piece || definition?.fill !== 0 || definition.pieces.length !== 1 || definition.batch === 'reduce')
    return undefined;
  const { value } = piece;
  if (value.kind !== 'load') return undefined;
  const source = node.inputs[0]!;
  const extents = extentsOf(piece);
  const same = value.index.every((form, k) => {
    const extent = source.type.shape[k]!;
    const own = piece.index[k]!;
    if (extent === 1) return axesOf(own).every((axis) => extents[axis] === 1);
    return isSingleAxis(form) && extents[axesOf(form)[0]!] === extent && isShift(own, axesOf(form)[0]!);
  });
  return same && source.type.batched === node.type.batched
    ? { source, before: piece.index.map((form) => form.constant) }
    : undefined;
}

const isShift = (form: Affine, axis: string): boolean => axesOf(form).length === 1 && form.terms[axis] === 1;
