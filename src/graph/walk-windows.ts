import { type Affine, affine, axesOf, coefficient, isSingleAxis } from '../ir/affine.ts';
import { type Axis, type Definition, extentsOf, outputAxesOf, type Piece } from '../ir/definition.ts';
import type { Expression, Load, Reduce } from '../ir/expression.ts';
import { loadsOf, substituteAxes } from '../ir/walk.ts';
import type { Node } from './node.ts';

/** A dimension that windows cut: element = extent of `within` * `window` + `within`. */
export interface CutDimension {
  readonly window: Axis;
  readonly within: Axis;
}

/** The gradient of a maximum over windows that do not overlap: one element of each window is not zero. */
export interface WindowGradient {
  /** By dimension; undefined where windows have one element. */
  readonly cuts: readonly (CutDimension | undefined)[];
  /** Number of the maximum in its window, compared with `number`. */
  readonly argmax: Load;
  readonly number: Affine;
  /** What the maximum passes on. */
  readonly value: Expression;
}

/** Recognises such a gradient by its definition: select(argmax == number in the window, value, 0). */
export function windowGradientOf(definition: Definition | undefined): WindowGradient | undefined {
  const piece = definition?.pieces[0];
  if (definition?.batch !== 'map' || definition.pieces.length !== 1 || piece?.value.kind !== 'select')
    return undefined;
  const { mask, a, b } = piece.value;
  if (mask.kind !== 'compare' || mask.op !== 'eq' || b.kind !== 'constant' || !Object.is(b.value, 0))
    return undefined;
  const argmax = mask.a.kind === 'load' ? mask.a : mask.b;
  const number = mask.a.kind === 'index' ? mask.a : mask.b;
  if (argmax.kind !== 'load' || number.kind !== 'index') return undefined;
  const cuts = piece.index.map((form) => cutOf(form, piece));
  if (!piece.index.every((form, k) => cuts[k] || isSingleAxis(form)) || !cuts.some((cut) => cut))
    return undefined;
  const within = new Set(cuts.flatMap((cut) => (cut ? [cut.within.name] : [])));
  const uses = (e: Expression): boolean =>
    loadsOf(e).some((l) => l.index.some((form) => axesOf(form).some((x) => within.has(x))));
  return uses(argmax) || uses(a) ? undefined : { cuts, argmax, number: number.value, value: a };
}

function cutOf(form: Affine, piece: Piece): CutDimension | undefined {
  const [x, y] = axesOf(form);
  if (form.constant !== 0 || axesOf(form).length !== 2) return undefined;
  const extents = extentsOf(piece);
  const [outer, inner] = coefficient(form, x!) === 1 ? [y!, x!] : [x!, y!];
  if (coefficient(form, inner) !== 1 || coefficient(form, outer) !== extents[inner]) return undefined;
  return {
    window: { name: outer, extent: extents[outer]! },
    within: { name: inner, extent: extents[inner]! },
  };
}

/**
 * A sum over the batch and positions that reads the gradient of window maxima walks window by window (all windows,
 * then the elements of each), so that a kernel can go from set element to set element. Elements outside the windows
 * are zero and left out. Condition: the sum reads that gradient at one reduce axis a cut dimension, and those are all
 * its reduce axes.
 */
export function walkWindows(node: Node): Definition | undefined {
  const piece = node.definition?.pieces[0];
  if (node.definition?.batch !== 'reduce' || node.definition.pieces.length !== 1 || !piece) return undefined;
  const sum = piece.value as Reduce;
  if (sum.kind !== 'reduce' || sum.axes.length === 0) return undefined;
  for (const source of node.inputs) {
    const gradient = windowGradientOf(source.definition);
    const loads = loadsOf(sum.body).filter((l) => l.source === source.id);
    if (gradient && loads.length === 1)
      return rewalked(node.definition, piece, sum, loads[0]!, gradient.cuts);
  }
  return undefined;
}

function rewalked(
  definition: Definition,
  piece: Piece,
  sum: Reduce,
  load: Load,
  cuts: WindowGradient['cuts'],
): Definition | undefined {
  const outputs = outputAxesOf(piece);
  const windows: Axis[] = [];
  const elements: Axis[] = [];
  const replacement: Record<string, Affine> = {};
  for (const [k, cut] of cuts.entries()) {
    const form = load.index[k]!;
    if (!cut) continue;
    const axis = axesOf(form)[0];
    if (!isSingleAxis(form) || axis === undefined || outputs.has(axis) || replacement[axis]) return undefined;
    windows.push({ name: `${axis}a`, extent: cut.window.extent });
    elements.push({ name: `${axis}b`, extent: cut.within.extent });
    replacement[axis] = affine({ [`${axis}a`]: cut.within.extent, [`${axis}b`]: 1 });
  }
  if (!sum.axes.every((axis) => replacement[axis])) return undefined;
  const axes = [...windows, ...elements];
  const body = substituteAxes(sum.body, replacement);
  return {
    ...definition,
    pieces: [
      {
        ...piece,
        axes: [...piece.axes.filter((axis) => !sum.axes.includes(axis.name)), ...axes],
        value: { ...sum, axes: axes.map((axis) => axis.name), body },
      },
    ],
  };
}
