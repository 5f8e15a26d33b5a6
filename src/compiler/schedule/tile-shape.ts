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

/** Runs of the form at hand by stride: kept from call to call, because every tile of every kernel asks. */
const strides: number[] = [];
const spans: number[] = [];

/** Distinct values of an affine form while the given axes run over what is written out. */
export function distinctAddresses(
  facts: KernelFacts,
  shape: TileShape,
  load: Load,
  axes: readonly string[],
): number {
  const { terms } = load.index[0];
  let runs = 0;
  for (const axis of axes) {
    const stride = Math.abs(terms[axis] ?? 0);
    const span = stride === 0 ? 1 : spanOf(facts, shape, axis);
    if (span === 1) continue;
    let place = runs++;
    for (; place > 0 && strides[place - 1]! > stride; place--) {
      strides[place] = strides[place - 1]!;
      spans[place] = spans[place - 1]!;
    }
    strides[place] = stride;
    spans[place] = span;
  }
  let distinct = 1;
  let reach = 0;
  // what lies `step` apart without gaps, while it does
  let step = runs > 0 ? strides[0]! : 0;
  for (let k = 0; k < runs; k++) {
    const stride = strides[k]!;
    const span = spans[k]!;
    if (stride > reach) {
      if (stride !== step * distinct) step = 0;
      distinct *= span;
    } else if (step > 0 && stride % step === 0) distinct += (span - 1) * (stride / step);
    else return countValues(runs);
    reach += stride * (span - 1);
  }
  return distinct;
}

/** Distinct sums of one multiple of each stride, one by one. */
function countValues(runs: number): number {
  let values = new Set([0]);
  for (let k = 0; k < runs; k++) {
    const next = new Set<number>();
    for (const value of values) for (let n = 0; n < spans[k]!; n++) next.add(value + strides[k]! * n);
    values = next;
  }
  return values.size;
}
