import { affineRange } from '../../ir/affine.ts';
import type { Axis } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import type { TensorLayout } from '../../ir/plan.ts';
import { BYTES_PER_ELEMENT } from '../../ir/tensor-type.ts';
import { loadsOf } from '../../ir/walk.ts';
import type { PlanNode } from './plan-graph.ts';
import { storageOf } from './storage-order.ts';

/** Zeros that must stand before and behind each dimension. */
export type Halo = readonly (readonly [before: number, behind: number])[];

/** Lanes of a vector: the innermost dimension is padded to a multiple of it. */
export const LANES = 4;

/** Accesses that are going to happen: the loads of some values at all points of the axes. */
export interface Access {
  readonly axes: readonly Axis[];
  readonly values: readonly Expression[];
}

/** The halo that the accesses need, by node. */
export function haloOf(accesses: readonly Access[], nodeOf: (id: number) => PlanNode): Map<number, Halo> {
  const halos = new Map<number, [number, number][]>();
  for (const { axes, values } of accesses) {
    const extents: Record<string, number> = {};
    for (const { name, extent } of axes) extents[name] = extent;
    for (const l of values.flatMap(loadsOf)) {
      const { shape } = nodeOf(l.source).type;
      for (let k = 0; k < l.index.length; k++) {
        const [low, high] = l.guarded?.[k] ?? affineRange(l.index[k]!, extents);
        const before = Math.max(0, -low);
        const behind = Math.max(0, high - (shape[k]! - 1));
        if (before === 0 && behind === 0) continue;
        let halo = halos.get(l.source);
        if (!halo) {
          halo = shape.map(() => [0, 0]);
          halos.set(l.source, halo);
        }
        halo[k]![0] = Math.max(halo[k]![0], before);
        halo[k]![1] = Math.max(halo[k]![1], behind);
      }
    }
  }
  return halos;
}

/**
 * Layout of a node: storage order outermost to innermost, zeros around each dimension, the innermost dimension
 * that has more than one element padded to whole vectors. An input is dense: it is filled by plain copies.
 */
export function layoutOf(node: PlanNode, halo?: Halo): TensorLayout {
  const { shape, dtype } = node.type;
  const order = storageOf(node);
  const strides: number[] = new Array(shape.length).fill(0);
  let stride = BYTES_PER_ELEMENT[dtype];
  let padded = node.role === 'input';
  for (let position = order.length - 1; position >= 0; position--) {
    const k = order[position]!;
    strides[k] = stride;
    const [before, behind] = halo?.[k] ?? [0, 0];
    let extent = before + shape[k]! + behind;
    if (!padded && extent > 1) {
      // whole vectors of elements fit, counted from the first element and from the start of the row
      const whole = before + Math.ceil(shape[k]! / LANES) * LANES;
      extent = Math.ceil(Math.max(extent, behind === 0 ? whole : 0) / LANES) * LANES;
      padded = true;
    }
    stride *= extent;
  }
  const base = strides.reduce((sum, s, k) => sum + s * (halo?.[k]?.[0] ?? 0), 0);
  const bytes = node.role === 'input' ? stride : Math.max(16, Math.ceil(stride / 16) * 16);
  return { shape, base, strides, bytes };
}
