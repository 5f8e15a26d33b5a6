import { UnsupportedError } from '../errors/index.ts';
import {
  type Affine,
  addAffine,
  affine,
  affineRange,
  axesOf,
  axisIndex,
  coefficient,
  constantIndex,
  isSingleAxis,
  printAffine,
  scaleAffine,
  substituteAffine,
} from '../ir/affine.ts';
import { and, ge, indexValue, lt, select, sum } from '../ir/build.ts';
import type { Axis, Definition, Piece } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import type { TensorType } from '../ir/tensor-type.ts';
import { axesIn, substituteAxes } from '../ir/walk.ts';
import { canonicalPiece } from './canonical-piece.ts';

/** A load inside a loop nest, and the derivative of the objective by the loaded value at every point of it. */
export interface LoadAdjoint {
  readonly index: readonly Affine[];
  readonly adjoint: Expression;
  /** Output axes of the nest. */
  readonly outer: readonly Axis[];
  /** Axes of the reductions that enclose the load. */
  readonly inner: readonly Axis[];
}

/** One residue class of every strided dimension. */
interface Class {
  /** Extents of the axes that remain. */
  readonly extents: ReadonlyMap<string, number>;
  /** What replaced axes stand for. */
  readonly substitution: Readonly<Record<string, Affine>>;
  /** Where in the loaded tensor the element stands. */
  readonly index: readonly Affine[];
}

/**
 * The gradient of a loaded tensor: for every element the sum of the adjoint over the points that read it. In each
 * dimension the equation `index form = element` is solved for one axis; taps stay axes of a sum and ascend.
 *
 * - No two points read one element: the form is the place of the output, nothing is solved.
 * - Stride s, dilation d, `s * i + d * u + c`: elements fall into s residue classes; in each, i is an affine form of
 *   the quotient and of every (s / gcd(d, s))-th tap.
 *
 * Elements that nothing reads are in no piece.
 * @throws {UnsupportedError} for forms outside this list
 */
export function invertLoad(
  load: LoadAdjoint,
  target: TensorType,
  batch: Definition['batch'],
  shapeOf: (source: number) => readonly number[],
): Piece[] {
  const full = [...load.outer, ...load.inner];
  const extents = new Map(full.map((axis) => [axis.name, axis.extent]));
  let classes: Class[] = [{ extents, substitution: {}, index: [] }];
  target.shape.forEach((extent, dimension) => {
    classes = classes.flatMap((c) => solveDimension(c, load, dimension, extent));
  });
  const original = Object.fromEntries(extents);
  return classes.map((c) => {
    const adjoint = substituteAxes(guarded(load.adjoint, c, original, shapeOf), c.substitution);
    const output = new Set(c.index.flatMap(axesOf));
    const left = (axes: readonly Axis[]): string[] =>
      axes
        .map((axis) => axis.name)
        .filter((name) => !output.has(name) && c.extents.has(name) && c.extents.get(name)! > 1);
    // Positions come before taps in a sum over the batch, taps before channels within a sample.
    const reduced =
      batch === 'map'
        ? [...left(load.inner), ...left(load.outer)]
        : [...left(load.outer), ...left(load.inner)];
    const value = reduced.length > 0 || batch === 'reduce' ? sum(reduced, adjoint) : adjoint;
    const axes = [...c.extents].map(([name, axisExtent]) => ({ name, extent: axisExtent }));
    return canonicalPiece({ axes, index: c.index, value }, batch);
  });
}

function solveDimension(c: Class, load: LoadAdjoint, dimension: number, extent: number): Class[] {
  const bounds = Object.fromEntries(c.extents);
  const form = dropUnitAxes(substituteAffine(load.index[dimension]!, c.substitution), bounds);
  const [low, high] = affineRange(form, bounds);
  const inside = low >= 0 && high < extent;
  const axes = axesOf(form);
  if (axes.length === 0) return inside ? [{ ...c, index: [...c.index, form] }] : [];
  if (inside && isInjective(form, bounds)) return [{ ...c, index: [...c.index, form] }];
  for (const axis of axes) {
    const shared = load.index.some((other, k) => k !== dimension && coefficient(other, axis) !== 0);
    if (shared) throw unsolvable(form);
  }
  if (axes.length === 1) return crop(c, form, axes[0]!, extent);
  return solveStrided(c, form, load, dimension, extent);
}

const unsolvable = (form: Affine): UnsupportedError =>
  new UnsupportedError({
    feature: `The gradient through the index ${printAffine(form)}`,
    advice: 'An index may have one output axis and taps along one more axis in each dimension',
  });

/** The form without axes of extent 1, which are 0. */
const dropUnitAxes = (form: Affine, extents: Readonly<Record<string, number>>): Affine =>
  substituteAffine(
    form,
    Object.fromEntries(
      axesOf(form)
        .filter((axis) => extents[axis] === 1)
        .map((axis) => [axis, constantIndex(0)]),
    ),
  );

/** True if no two points give one value: each coefficient exceeds all that smaller ones can reach. */
function isInjective(form: Affine, extents: Readonly<Record<string, number>>): boolean {
  const steps = Object.entries(form.terms)
    .map(([axis, c]) => ({ step: Math.abs(c), reach: Math.abs(c) * (extents[axis]! - 1) }))
    .sort((a, b) => a.step - b.step);
  let reached = 0;
  return steps.every(({ step, reach }) => {
    const distinct = step > reached;
    reached += reach;
    return distinct;
  });
}

/** One axis whose form leaves the tensor: the points inside alone. */
function crop(c: Class, form: Affine, axis: string, extent: number): Class[] {
  const step = coefficient(form, axis);
  const atZero = -form.constant / step;
  const atEnd = (extent - 1 - form.constant) / step;
  const first = Math.max(0, Math.ceil(Math.min(atZero, atEnd)));
  const last = Math.min(c.extents.get(axis)! - 1, Math.floor(Math.max(atZero, atEnd)));
  if (last < first) return [];
  const extents = new Map(c.extents).set(axis, last - first + 1);
  const moved = { [axis]: affine({ [axis]: 1 }, first) };
  return [
    {
      extents,
      substitution: compose(c.substitution, moved),
      index: [...c.index, substituteAffine(form, moved)],
    },
  ];
}

/** Substitutions one after the other. */
const compose = (
  before: Readonly<Record<string, Affine>>,
  after: Readonly<Record<string, Affine>>,
): Record<string, Affine> => ({
  ...after,
  ...Object.fromEntries(Object.entries(before).map(([axis, form]) => [axis, substituteAffine(form, after)])),
});

function solveStrided(c: Class, form: Affine, load: LoadAdjoint, dimension: number, extent: number): Class[] {
  const axes = axesOf(form);
  const outer = new Set(load.outer.map((axis) => axis.name));
  const candidates = axes.filter((axis) => outer.has(axis));
  const solved = (candidates.length > 0 ? candidates : axes).reduce((best, axis) =>
    c.extents.get(axis)! > c.extents.get(best)! ? axis : best,
  );
  const stride = Math.abs(coefficient(form, solved));
  const sign = Math.sign(coefficient(form, solved));
  const taps = axes.filter((axis) => axis !== solved);
  const uneven = taps.filter((axis) => coefficient(form, axis) % stride !== 0);
  if (uneven.length > 1) throw unsolvable(form);
  const tap = uneven[0];
  const element = `element${dimension}`;
  const result: Class[] = [];
  for (let residue = 0; residue < Math.min(stride, extent); residue++) {
    const step = tap === undefined ? 1 : stride / gcd(Math.abs(coefficient(form, tap)), stride);
    const first = firstTap(form, tap, stride, residue, step);
    const extents = new Map(c.extents);
    extents.delete(solved);
    extents.set(element, Math.ceil((extent - residue) / stride));
    const replaced: Record<string, Affine> = {};
    if (first === undefined) continue;
    if (tap !== undefined) {
      const left = Math.ceil((c.extents.get(tap)! - first) / step);
      if (left <= 0) continue;
      extents.set(tap, left);
      replaced[tap] = affine({ [tap]: step }, first);
    }
    // element index = stride * element + residue = sign * stride * solved + (the other terms)
    const others = substituteAffine(affine({ ...form.terms, [solved]: 0 }, form.constant), replaced);
    const place = affine({ [element]: stride }, residue);
    replaced[solved] = scaleAffine(addAffine(place, scaleAffine(others, -1)), sign / stride);
    result.push({
      extents,
      substitution: compose(c.substitution, replaced),
      index: [...c.index, place],
    });
  }
  return result;
}

/** The first tap whose index has the residue, or undefined. */
function firstTap(
  form: Affine,
  tap: string | undefined,
  stride: number,
  residue: number,
  step: number,
): number | undefined {
  const c = tap === undefined ? 0 : coefficient(form, tap);
  for (let u = 0; u < step; u++) {
    if ((residue - form.constant - c * u) % stride === 0) return u;
  }
  return undefined;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The adjoint, 0 where a replaced axis leaves its extent; a mask only where the adjoint is not 0 there by itself. */
function guarded(
  adjoint: Expression,
  c: Class,
  original: Readonly<Record<string, number>>,
  shapeOf: (source: number) => readonly number[],
): Expression {
  let result = adjoint;
  const remaining = Object.fromEntries(c.extents);
  for (const [axis, form] of Object.entries(c.substitution)) {
    const [low, high] = affineRange(form, remaining);
    const extent = original[axis]!;
    if ((low >= 0 && high < extent) || vanishesOutside(adjoint, axis, extent, shapeOf)) continue;
    const index = indexValue(axisIndex(axis));
    result = select(and(ge(index, 0), lt(index, extent)), result, 0);
  }
  return result;
}

/** True if the expression is 0 wherever the axis is outside [0, extent), since a load reads 0 there. */
function vanishesOutside(
  e: Expression,
  axis: string,
  extent: number,
  shapeOf: (source: number) => readonly number[],
): boolean {
  const vanishes = (x: Expression): boolean => vanishesOutside(x, axis, extent, shapeOf);
  switch (e.kind) {
    case 'constant':
      return e.value === 0;
    case 'load':
      return e.index.some(
        (form, k) => isSingleAxis(form) && coefficient(form, axis) === 1 && shapeOf(e.source)[k] === extent,
      );
    case 'unary':
      return e.op === 'neg' && vanishes(e.a);
    case 'binary':
      if (e.op === 'mul') return vanishes(e.a) || vanishes(e.b);
      if (e.op === 'add' || e.op === 'sub') return vanishes(e.a) && vanishes(e.b);
      return e.op === 'div' && vanishes(e.a) && !axesIn(e.b).has(axis);
    case 'select':
      return vanishes(e.a) && vanishes(e.b);
    default:
      return false;
  }
}
