import { axesOf } from '../../ir/affine.ts';
import { type Clip, leavesNone, livePart } from '../../ir/clip.ts';
import { extentsOf } from '../../ir/definition.ts';
import type { Expression, Load } from '../../ir/expression.ts';
import { reductionsOf } from '../../ir/walk.ts';
import type { LoweredPiece } from './lower.ts';
import type { PlanNode } from './plan-graph.ts';

/** Loops with bounds of their own pay where they leave out this part of an axis. */
const LEAST_LEFT_OUT = 0.1;

/**
 * The axes of a piece's sum of which a part reads the zeros around a factor, if every output is left some terms: small
 * images under large kernels, and dilated kernels. The best for each axis of the sum.
 */
export function findClips(
  { axes, piece, values }: LoweredPiece,
  nodeOf: (id: number) => PlanNode,
): readonly Clip[] {
  const sums = [...new Set(values.flatMap(reductionsOf))];
  const [sum] = sums;
  if (sum === undefined || sums.some(({ op, axes: own }) => op !== 'sum' || own.join() !== sum.axes.join()))
    return [];
  const extents = { ...extentsOf(piece), ...Object.fromEntries(axes.map((a) => [a.name, a.extent])) };
  const found = new Map<string, { clip: Clip; part: number }>();
  for (const load of factorsOf(sum.body)) {
    if (load.guarded || !sums.every(({ body }) => factorsOf(body).some((l) => sameAccess(l, load)))) continue;
    const { shape } = nodeOf(load.source).type;
    load.index.forEach((position, k) => {
      const [axis] = axesOf(position).filter((name) => sum.axes.includes(name));
      const [by] = axesOf(position).filter((name) => !sum.axes.includes(name));
      if (axis === undefined || by === undefined || axesOf(position).length !== 2) return;
      const clip = { axis, by, position, extent: shape[k]! };
      const both = { axis: extents[axis]!, by: extents[by]! };
      const part = livePart(clip, both, 1);
      if (
        both.by === 1 ||
        leavesNone(clip, both) ||
        part > 1 - LEAST_LEFT_OUT ||
        part >= (found.get(axis)?.part ?? 1)
      )
        return;
      found.set(axis, { clip, part });
    });
  }
  return [...found.values()].map(({ clip }) => clip);
}

const sameAccess = (a: Load, b: Load): boolean =>
  a.source === b.source && JSON.stringify(a.index) === JSON.stringify(b.index);

/** The loads of which one zero makes an expression zero. */
function factorsOf(e: Expression): readonly Load[] {
  if (e.kind === 'load') return [e];
  return e.kind === 'binary' && e.op === 'mul' ? [...factorsOf(e.a), ...factorsOf(e.b)] : [];
}
