import { type Affine, affine, axisIndex, coefficient, constantIndex } from '../ir/affine.ts';
import { constant, sum } from '../ir/build.ts';
import { type Axis, type Definition, extentsOf, outputAxesOf, type Piece } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { mapExpression } from '../ir/walk.ts';

/**
 * The same piece in canonical form: axes of extent 1 are gone, output axes stand in the order of the dimensions
 * and are called i0, i1, ... (i0a, i0b, ... where several make one dimension, the slowest first), the axes of
 * reductions follow as r0, r1, ... in the order of the reductions, and terms stand in the order of the axes.
 */
export function canonicalPiece(piece: Piece, batch: Definition['batch']): Piece {
  const extents = extentsOf(piece);
  const names = canonicalNames(piece, extents);
  const position = new Map([...names.values()].map((name, k) => [name, k]));
  const rename = (form: Affine): Affine => {
    const terms = Object.entries(form.terms)
      .flatMap(([axis, c]) => (names.has(axis) ? [[names.get(axis)!, c] as const] : []))
      .sort(([a], [b]) => position.get(a)! - position.get(b)!);
    return affine(Object.fromEntries(terms), form.constant);
  };
  const value = renameAxes(piece.value, names, rename);
  const isSum = value.kind === 'reduce' && value.op === 'sum';
  const axes: Axis[] = [...names].map(([old, name]) => ({ name, extent: extents[old]! }));
  return {
    axes,
    index: piece.index.map(rename),
    value: batch === 'reduce' && !isSum ? sum([], value) : value,
    ...(piece.order ? { order: piece.order } : {}),
  };
}

/** New names by old ones, in their new order; axes of extent 1 have none. */
function canonicalNames(piece: Piece, extents: Readonly<Record<string, number>>): Map<string, string> {
  const names = new Map<string, string>();
  piece.index.forEach((form, k) => {
    const axes = Object.keys(form.terms)
      .filter((axis) => extents[axis]! > 1)
      .sort((a, b) => Math.abs(coefficient(form, b)) - Math.abs(coefficient(form, a)));
    axes.forEach((axis, j) => {
      if (!names.has(axis)) names.set(axis, axes.length === 1 ? `i${k}` : `i${k}${letters[j] ?? `_${j}`}`);
    });
  });
  const output = outputAxesOf(piece);
  let reduced = 0;
  const visit = (axis: string): void => {
    if (!names.has(axis) && !output.has(axis) && extents[axis]! > 1) names.set(axis, `r${reduced++}`);
  };
  mapExpression(piece.value, (e) => {
    if (e.kind === 'reduce') for (const axis of e.axes) visit(axis);
    return e;
  });
  return names;
}

const letters = 'abcdefghij';

function renameAxes(
  value: Expression,
  names: ReadonlyMap<string, string>,
  rename: (form: Affine) => Affine,
): Expression {
  return mapExpression(value, (e) => {
    if (e.kind === 'load') return { ...e, index: e.index.map(rename) };
    if (e.kind === 'index') {
      const form = rename(e.value);
      return Object.keys(form.terms).length === 0 ? constant(form.constant) : { ...e, value: form };
    }
    if (e.kind === 'random') return { ...e, element: rename(e.element) };
    if (e.kind === 'reduce') {
      const axes = e.axes.flatMap((axis) => names.get(axis) ?? []);
      if (axes.length > 0) return { ...e, axes };
      return e.op === 'argmax' ? constant(0) : e.body;
    }
    return e;
  });
}

/** Every piece in canonical form. */
export const canonicalDefinition = (definition: Definition): Definition => ({
  ...definition,
  pieces: definition.pieces.map((piece) => canonicalPiece(piece, definition.batch)),
});

/** Index forms of a tensor's own elements in a canonical whole piece. */
export const ownIndex = (shape: readonly number[]): Affine[] =>
  shape.map((extent, k) => (extent === 1 ? constantIndex(0) : axisIndex(`i${k}`)));
