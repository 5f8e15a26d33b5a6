import { type Affine, addAffine, affineRange, axisIndex, coefficient, constantIndex } from '../ir/affine.ts';
import { type Definition, extentsOf, type Piece } from '../ir/definition.ts';
import type { Expression, Load, Reduce } from '../ir/expression.ts';
import { mapExpression, reductionsOf, substituteAxes } from '../ir/walk.ts';
import { canonicalPiece } from './canonical-piece.ts';
import type { Node } from './node.ts';
import type { Replacement } from './rewrite.ts';

/**
 * Leaves out the first and last points of a sum's axis at which a factor lies outside its tensor wherever the sum is
 * taken: the taps of a dilated kernel that reach beyond a small input at every output. Outside a tensor zero is read, and
 * zero times a finite factor adds nothing; the gradient of such a tap is zero.
 */
export function trimTaps(node: Node): Replacement {
  const { pieces, batch } = node.definition!;
  const shapes = new Map(node.inputs.map((source) => [source.id, source.type.shape]));
  const trimmed = pieces.map((piece) => trimPiece(piece, batch, (source) => shapes.get(source)!));
  return trimmed.every((piece, k) => piece === pieces[k])
    ? undefined
    : { ...node.definition!, pieces: trimmed };
}

/** Points of an axis, the first and the last. */
type Points = readonly [first: number, last: number];

function trimPiece(
  piece: Piece,
  batch: Definition['batch'],
  shapeOf: (source: number) => readonly number[],
): Piece {
  const extents = extentsOf(piece);
  let result = piece;
  for (const reduction of reductionsOf(piece.value)) {
    if (reduction.op !== 'sum') continue;
    for (const axis of reduction.axes) {
      const [first, last] = livePoints(reduction, axis, extents, shapeOf);
      const extent = last - first + 1;
      if (extent < 1 || extent === extents[axis]) continue;
      const moved = { [axis]: addAffine(axisIndex(axis), constantIndex(first)) };
      result = {
        ...result,
        axes: result.axes.map((one) => (one.name === axis ? { ...one, extent } : one)),
        value: mapExpression(result.value, (e) =>
          e.kind === 'reduce' && e.axes.includes(axis) ? { ...e, body: substituteAxes(e.body, moved) } : e,
        ),
      };
    }
  }
  return result === piece ? piece : canonicalPiece(result, batch);
}

/**
 * Where along an axis every factor of a sum's products can lie inside its tensor. All of the axis unless a factor lies
 * inside all along it, as the kernel of a convolution does: a sum that reads past the end of what it sums does so for the
 * order of its additions.
 */
function livePoints(
  { body }: Reduce,
  axis: string,
  extents: Readonly<Record<string, number>>,
  shapeOf: (source: number) => readonly number[],
): Points {
  const whole: Points = [0, extents[axis]! - 1];
  let [first, last] = whole;
  let kernel = false;
  const others = { ...extents, [axis]: 1 };
  for (const { source, index } of factorsOf(body)) {
    const shape = shapeOf(source);
    const along = [...index.keys()].filter((k) => coefficient(index[k]!, axis) !== 0);
    for (const k of along) {
      const step = coefficient(index[k]!, axis);
      const [low, high] = affineRange(index[k]!, others);
      const ends = [-high / step, (shape[k]! - 1 - low) / step];
      first = Math.max(first, Math.ceil(Math.min(...ends)));
      last = Math.min(last, Math.floor(Math.max(...ends)));
    }
    kernel ||= along.length > 0 && along.every((k) => isInside(index[k]!, shape[k]!, extents));
  }
  return kernel ? [first, last] : whole;
}

function isInside(form: Affine, extent: number, extents: Readonly<Record<string, number>>): boolean {
  const [low, high] = affineRange(form, extents);
  return low >= 0 && high < extent;
}

/** The loads of which one zero makes an expression zero. */
function factorsOf(e: Expression): readonly Load[] {
  if (e.kind === 'load') return [e];
  return e.kind === 'binary' && e.op === 'mul' ? [...factorsOf(e.a), ...factorsOf(e.b)] : [];
}
