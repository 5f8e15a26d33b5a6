import type { Load } from '../../ir/expression.ts';
import type { KernelFacts } from './facts.ts';
import type { VectorChoice } from './vector-axis.ts';

/** Lane groups, tile and unrolling of one schedule, with its estimated cost. */
export interface TileCandidate {
  readonly choice: VectorChoice;
  readonly groups: number;
  /** 2 where neighbouring groups can share one 256-bit register, else 1. */
  readonly pair: 1 | 2;
  readonly tile: ReadonlyMap<string, number>;
  readonly unroll: ReadonlyMap<string, number>;
  readonly sliding: Load | undefined;
  readonly registers: number;
  readonly cycles: number;
}

/** The part of a candidate that the cost is computed from. */
export type TileShape = Omit<TileCandidate, 'registers' | 'cycles'>;

/** Points written out along an axis. */
export function spanOf(facts: KernelFacts, shape: TileShape, axis: string): number {
  if (facts.windowAxes.includes(axis)) return facts.extents.get(axis)!;
  return shape.tile.get(axis) ?? shape.unroll.get(axis) ?? 1;
}

/** Distinct values of an affine form while the given axes run over what is written out. */
export function distinctAddresses(
  facts: KernelFacts,
  shape: TileShape,
  load: Load,
  axes: readonly string[],
): number {
  const { terms } = load.index[0];
  const runs: { readonly stride: number; readonly span: number }[] = [];
  for (const axis of axes) {
    const stride = Math.abs(terms[axis] ?? 0);
    const span = stride === 0 ? 1 : spanOf(facts, shape, axis);
    if (span > 1) runs.push({ stride, span });
  }
  runs.sort((a, b) => a.stride - b.stride);
  // Runs that do not overlap multiply; overlapping ones are counted.
  let reach = 0;
  let product = 1;
  let disjoint = true;
  for (const { stride, span } of runs) {
    disjoint &&= stride > reach;
    reach += stride * (span - 1);
    product *= span;
  }
  if (disjoint) return product;
  let values = new Set([0]);
  for (const { stride, span } of runs) {
    const next = new Set<number>();
    for (const value of values) for (let k = 0; k < span; k++) next.add(value + stride * k);
    values = next;
  }
  return values.size;
}
