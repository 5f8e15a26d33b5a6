import { type Affine, axisIndex, isSingleAxis } from './affine.ts';
import { sum } from './build.ts';
import type { Expression } from './expression.ts';

/** An axis with a constant extent. The batch is no axis of a piece: see `Definition.batch`. */
export interface Axis {
  readonly name: string;
  readonly extent: number;
}

/**
 * Order of a sum (see the bit contract). `sequential`: one accumulator over the axes, the first slowest.
 * `interleaved`: along the last axis r = 8q + l, eight accumulators, each sequential over (other axes, q), closed
 * once as ((p0+p4)+(p2+p6)) + ((p1+p5)+(p3+p7)).
 */
export type SumOrder = 'sequential' | 'interleaved';

/** Accumulators of an interleaved sum. */
export const INTERLEAVE = 8;

/** A rectangle of the output and what stands in it. */
export interface Piece {
  /** Output axes, then reduce axes in the order of their reduction. */
  readonly axes: readonly Axis[];
  /** Where in the output the element stands, over the output axes; one form a dimension. */
  readonly index: readonly Affine[];
  /** At most one reduction of kind `sum`; in a definition with batch `reduce` the value is that sum itself. */
  readonly value: Expression;
  /** Set by the pass `order` on pieces that sum. */
  readonly order?: SumOrder;
}

/**
 * What an operation computes. `batch`: `map` computes every sample by itself, `reduce` sums over all samples
 * (the slowest axis of the sum), `none` has no batch. Pieces do not overlap; elements that no piece covers are
 * `fill` (which must be given if there are any).
 */
export interface Definition {
  readonly batch: 'map' | 'reduce' | 'none';
  readonly pieces: readonly Piece[];
  readonly fill?: number;
}

/** Names of the canonical output axes of a tensor: i0, i1, ... */
export const outputAxes = (shape: readonly number[]): string[] => shape.map((_, k) => `i${k}`);

/**
 * A definition of one piece that covers the whole output.
 * `value` receives the names of the output axes; `reduceAxes` are listed in the order of the reduction.
 */
export function compute(
  batch: Definition['batch'],
  shape: readonly number[],
  value: (axes: string[]) => Expression,
  reduceAxes: readonly Axis[] = [],
): Definition {
  const names = outputAxes(shape);
  const axes = [...names.map((name, k) => ({ name, extent: shape[k]! })), ...reduceAxes];
  const body = value(names);
  const isSum = body.kind === 'reduce' && body.op === 'sum';
  return {
    batch,
    pieces: [
      { axes, index: names.map(axisIndex), value: batch === 'reduce' && !isSum ? sum([], body) : body },
    ],
  };
}

/** Extents of a piece by axis name. */
export function extentsOf(piece: Piece): Record<string, number> {
  const extents: Record<string, number> = {};
  for (const { name, extent } of piece.axes) extents[name] = extent;
  return extents;
}

/** Names of the axes that stand in the output index of a piece. */
export function outputAxesOf(piece: Piece): Set<string> {
  return new Set(piece.index.flatMap((form) => Object.keys(form.terms)));
}

/** The one piece of a definition that maps output axis k to dimension k in full, or undefined. */
export function wholePiece(definition: Definition, shape: readonly number[]): Piece | undefined {
  const piece = definition.pieces[0];
  if (!piece || definition.pieces.length !== 1) return undefined;
  const extents = extentsOf(piece);
  const whole = piece.index.every(
    (form, k) =>
      (shape[k] === 1 && form.constant === 0 && Object.keys(form.terms).length === 0) ||
      (isSingleAxis(form) && extents[Object.keys(form.terms)[0]!] === shape[k]),
  );
  return whole ? piece : undefined;
}
