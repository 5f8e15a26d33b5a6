import { isSingleAxis } from './affine.ts';
import type { Expression, Load } from './expression.ts';
import { axesIn } from './walk.ts';

/** What a whole number chooses: the points of an axis where the number is the point, at most one. */
export interface ChosenRow {
  /** The number. */
  readonly index: Load;
  readonly axis: string;
  /** What stands at the chosen point. */
  readonly value: Expression;
}

/** Numbers up to here are exact: each is equal to one point of an axis at most. */
const MOST_ROWS = 2 ** 24;
/** With fewer rows all are compared as fast as one is found. */
const FEWEST_ROWS = 16;

/**
 * The choice in a sum of `index == row ? value : 0`. With the row as an axis of the sum this is a table read at the
 * index; with the row as an output axis each value is added to the row that its index names. All other terms are
 * +0, which changes no bit of a sum that starts at +0: they need not be computed.
 * @param extentOf the extent of an axis
 */
export function chosenRow(sum: Expression, extentOf: (axis: string) => number): ChosenRow | undefined {
  if (sum.kind !== 'reduce' || sum.op !== 'sum' || sum.body.kind !== 'select') return undefined;
  const { mask, a, b } = sum.body;
  if (mask.kind !== 'compare' || mask.op !== 'eq' || b.kind !== 'constant' || !Object.is(b.value, 0))
    return undefined;
  const [index, row] = mask.a.kind === 'load' ? [mask.a, mask.b] : [mask.b, mask.a];
  if (index.kind !== 'load' || index.guarded || row.kind !== 'index' || !isSingleAxis(row.value))
    return undefined;
  const [axis] = Object.keys(row.value.terms) as [string];
  const rows = extentOf(axis);
  if (rows < FEWEST_ROWS || rows > MOST_ROWS || moves(index, axis)) return undefined;
  const isTable = sum.axes.length === 1 && sum.axes[0] === axis;
  if (isTable ? a.kind !== 'load' : sum.axes.includes(axis) || readsAxis(a, axis)) return undefined;
  return { index, axis, value: a };
}

const moves = (load: Load, axis: string): boolean => load.index.some((form) => axis in form.terms);

const readsAxis = (e: Expression, axis: string): boolean => axesIn(e).has(axis);
