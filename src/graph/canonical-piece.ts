import { type Affine, affine, axesOf, axisIndex, coefficient, constantIndex } from '../ir/affine.ts';
import { constant, sum } from '../ir/build.ts';
import { type Axis, type Definition, extentsOf, outputAxesOf, type Piece } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { mapExpression, mapForms, visitExpression } from '../ir/walk.ts';

const canonical = new WeakMap<Piece, Definition['batch']>();

/**
 * The same piece in canonical form: axes of extent 1 are gone, output axes stand in the order of the dimensions
 * and are called i0, i1, ... (i0a, i0b, ... where several make one dimension, the slowest first), the axes of
 * reductions follow as r0, r1, ... in the order of the reductions, and terms stand in the order of the axes.
 */
export function canonicalPiece(piece: Piece, batch: Definition['batch']): Piece {
  if (canonical.get(piece) === batch) return piece;
  const made = isPlain(piece, batch) ? piece : makeCanonical(piece, batch);
  canonical.set(made, batch);
  return made;
}

/**
 * True if a piece is in canonical form and has one axis or none a dimension: most do, and this is known faster than their
 * canonical form is made.
 */
function isPlain({ axes, index, value }: Piece, batch: Definition['batch']): boolean {
  if (batch === 'reduce' && (value.kind !== 'reduce' || value.op !== 'sum')) return false;
  if (axes.some((axis) => axis.extent === 1)) return false;
  let output = 0;
  for (let k = 0; k < index.length; k++) {
    const [axis, second] = Object.keys(index[k]!.terms);
    if (axis === undefined) continue;
    if (second !== undefined || axis !== `i${k}` || axes[output++]?.name !== axis) return false;
  }
  const place = (axis: string): number => axes.findIndex(({ name }) => name === axis);
  const inOrder = ({ terms }: Affine): boolean => {
    let last = -1;
    for (const axis in terms) {
      const at = place(axis);
      if (at <= last || terms[axis] === 0) return false;
      last = at;
    }
    return true;
  };
  let plain = index.every(inOrder);
  let known = output;
  visitExpression(value, (e) => {
    if (e.kind === 'load') plain &&= e.index.every(inOrder);
    else if (e.kind === 'random') plain &&= inOrder(e.element);
    else if (e.kind === 'index') plain &&= inOrder(e.value) && axesOf(e.value).length > 0;
    else if (e.kind === 'reduce') {
      if (e.axes.length === 0 && !(e === value && batch === 'reduce')) plain = false;
      for (const axis of e.axes)
        if (axis === axes[known]?.name && axis === `r${known - output}`) known++;
        else if (place(axis) < output || place(axis) >= known) plain = false;
    }
  });
  return plain && known === axes.length;
}

function makeCanonical(piece: Piece, batch: Definition['batch']): Piece {
  const extents = extentsOf(piece);
  const names = canonicalNames(piece, extents);
  const position = new Map([...names.values()].map((name, k) => [name, k]));
  const rename = (form: Affine): Affine => {
    if (isCanonical(form, names, position)) return form;
    const terms = Object.entries(form.terms)
      .flatMap(([axis, c]) => (names.has(axis) ? [[names.get(axis)!, c] as const] : []))
      .sort(([a], [b]) => position.get(a)! - position.get(b)!);
    return affine(Object.fromEntries(terms), form.constant);
  };
  const value = renameAxes(piece.value, names, rename);
  const isSum = value.kind === 'reduce' && value.op === 'sum';
  const axes: Axis[] = [...names].map(([old, name]) => ({ name, extent: extents[old]! }));
  const same =
    value === piece.value &&
    (batch !== 'reduce' || isSum) &&
    axes.length === piece.axes.length &&
    axes.every((axis, k) => axis.name === piece.axes[k]!.name) &&
    piece.index.every((form) => rename(form) === form);
  if (same) return piece;
  return {
    axes,
    index: piece.index.map(rename),
    value: batch === 'reduce' && !isSum ? sum([], value) : value,
    ...(piece.order ? { order: piece.order } : {}),
  };
}

/** True if all axes of a form keep their names and stand in their order. */
function isCanonical(
  form: Affine,
  names: ReadonlyMap<string, string>,
  position: ReadonlyMap<string, number>,
): boolean {
  let last = -1;
  for (const axis in form.terms) {
    const at = position.get(axis);
    if (at === undefined || at <= last || names.get(axis) !== axis || form.terms[axis] === 0) return false;
    last = at;
  }
  return true;
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
  visitExpression(piece.value, (e) => {
    if (e.kind === 'reduce') for (const axis of e.axes) visit(axis);
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
    if (e.kind === 'index') {
      const form = rename(e.value);
      if (Object.keys(form.terms).length === 0) return constant(form.constant);
    }
    if (e.kind !== 'reduce') return mapForms(e, rename);
    const axes = e.axes.flatMap((axis) => names.get(axis) ?? []);
    if (axes.length === 0) return e.op === 'argmax' ? constant(0) : e.body;
    const same = axes.length === e.axes.length && axes.every((axis, k) => axis === e.axes[k]);
    return same ? e : { ...e, axes };
  });
}

/** Every piece in canonical form; the same object if they are already. */
export function canonicalDefinition(definition: Definition): Definition {
  const pieces = definition.pieces.map((piece) => canonicalPiece(piece, definition.batch));
  return pieces.every((piece, k) => piece === definition.pieces[k]) ? definition : { ...definition, pieces };
}

/** Index forms of a tensor's own elements in a canonical whole piece. */
export const ownIndex = (shape: readonly number[]): Affine[] =>
  shape.map((extent, k) => (extent === 1 ? constantIndex(0) : axisIndex(`i${k}`)));
