import { type Affine, axesOf } from '../../ir/affine.ts';
import type { Clip } from '../../ir/clip.ts';
import type { Expression, Load, Reduce } from '../../ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { operands, reductionsOf, visitExpression } from '../../ir/walk.ts';

/** Reductions with at most this many elements are written out instead of looped. */
const UNROLLED_WINDOW = 16;
/** Stands for the unknown count of a run-time axis where sizes are compared. */
export const ASSUMED_RUNTIME_COUNT = 16;

/** What scheduling and emission need to know of a normalised kernel. */
export interface KernelFacts {
  readonly kernel: Kernel;
  readonly extents: ReadonlyMap<string, number>;
  readonly outputAxes: readonly string[];
  /** The axis whose extent is a parameter, if any. */
  readonly runtimeAxis: string | undefined;
  /** Reductions with the same axes whose accumulators live in registers across loops. */
  readonly carried: readonly Reduce[];
  /** Axes of the carried reductions, the slowest first. */
  readonly reduceAxes: readonly string[];
  /** Of the reduce axes those of which a part may be left out. */
  readonly clips: ReadonlyMap<string, Clip>;
  /** Axes of the reductions around the carried ones; each point has its own accumulators. */
  readonly windowAxes: readonly string[];
  /** Axes that the value of an expression varies with (its own reduce axes excluded). */
  readonly dependsOn: ReadonlyMap<Expression, readonly string[]>;
  /** Expressions below the carried reductions, operands first. */
  readonly bodyNodes: readonly Expression[];
  /** Expressions that only the stores need, operands first. */
  readonly epilogueNodes: readonly Expression[];
  /** The loads of either. */
  readonly bodyLoads: readonly Load[];
  readonly epilogueLoads: readonly Load[];
}

/** The affine form of an access or an index. */
export function formOf(e: Expression): Affine | undefined {
  if (e.kind === 'load') return e.index[0];
  if (e.kind === 'index') return e.value;
  if (e.kind === 'random') return e.element;
  return undefined;
}

export const isLoad = (e: Expression): e is Load => e.kind === 'load';

/** Elements of a reduction that is written out where it is needed, or undefined where it must be looped. */
export function unrolledSize(reduction: Reduce, extents: ReadonlyMap<string, number>): number | undefined {
  let size = 1;
  for (const axis of reduction.axes) {
    const extent = extents.get(axis)!;
    if (extent === RUNTIME_EXTENT) return undefined;
    size *= extent;
  }
  return size <= UNROLLED_WINDOW ? size : undefined;
}

export function analyseKernel(kernel: Kernel): KernelFacts {
  const extents = new Map(kernel.axes.map((axis) => [axis.name, axis.extent]));
  const reductions = [...new Set(kernel.stores.flatMap((store) => reductionsOf(store.value)))];
  const reduced = new Set(reductions.flatMap((r) => r.axes));
  for (const { axes, body } of reductions) {
    for (const inner of reductionsOf(body)) {
      const twice = inner.axes.find((axis) => axes.includes(axis));
      if (twice) throw new Error(`internal: kernel "${kernel.name}" reduces axis ${twice} inside itself`);
    }
  }
  const outputAxes = kernel.axes.map((axis) => axis.name).filter((name) => !reduced.has(name));
  const dependsOn = dependences(kernel);
  const { carried, enclosing } = chooseCarried(reductions, extents);
  const bodyNodes = new Set<Expression>();
  for (const { body } of carried) visitExpression(body, (e) => bodyNodes.add(e));
  const epilogueNodes = new Set<Expression>();
  for (const { value } of kernel.stores) {
    const visit = (e: Expression): void => {
      if (epilogueNodes.has(e) || (e.kind === 'reduce' && carried.includes(e))) return;
      for (const operand of operands(e)) visit(operand);
      epilogueNodes.add(e);
    };
    visit(value);
  }
  return {
    kernel,
    extents,
    outputAxes,
    runtimeAxis: kernel.axes.find((axis) => axis.extent === RUNTIME_EXTENT)?.name,
    carried,
    reduceAxes: carried[0]?.axes ?? [],
    clips: new Map((kernel.clips ?? []).map((clip) => [clip.axis, clip])),
    windowAxes: [...new Set(enclosing.flatMap((r) => r.axes))],
    dependsOn,
    bodyNodes: [...bodyNodes],
    epilogueNodes: [...epilogueNodes],
    bodyLoads: [...bodyNodes].filter(isLoad),
    epilogueLoads: [...epilogueNodes].filter(isLoad),
  };
}

function dependences(kernel: Kernel): Map<Expression, readonly string[]> {
  const result = new Map<Expression, readonly string[]>();
  for (const { value } of kernel.stores) {
    visitExpression(value, (e) => {
      if (result.has(e)) return;
      const axes = new Set<string>(axesOf(formOf(e) ?? { constant: 0, terms: {} }));
      for (const operand of operands(e)) for (const axis of result.get(operand)!) axes.add(axis);
      if (e.kind === 'reduce') for (const axis of e.axes) axes.delete(axis);
      result.set(e, [...axes]);
    });
  }
  return result;
}

/**
 * Sums are carried before maxima, larger reductions before smaller ones; what encloses a carried reduction must
 * be small enough to be written out. A lone small maximum is written out as well.
 */
function chooseCarried(
  reductions: readonly Reduce[],
  extents: ReadonlyMap<string, number>,
): { carried: Reduce[]; enclosing: Reduce[] } {
  const encloses = (a: Reduce, b: Reduce): boolean => a !== b && reductionsOf(a.body).includes(b);
  let best: { carried: Reduce[]; enclosing: Reduce[]; rank: number } | undefined;
  for (const reduction of reductions) {
    const enclosing = reductions.filter((other) => encloses(other, reduction));
    const window = [...new Set(enclosing.flatMap((r) => r.axes))];
    if (unrolledSize({ ...reduction, axes: window }, extents) === undefined) continue;
    if (enclosing.some((r) => r.op === 'sum')) continue;
    if (reduction.op !== 'sum' && unrolledSize(reduction, extents) !== undefined) continue;
    const size = reduction.axes.reduce((product, axis) => {
      const extent = extents.get(axis)!;
      return product * (extent === RUNTIME_EXTENT ? ASSUMED_RUNTIME_COUNT : extent);
    }, 1);
    const rank = (reduction.op === 'sum' ? 1e12 : 0) + size;
    if (best && rank <= best.rank) continue;
    const sameLoops = (r: Reduce): boolean =>
      r.axes.join() === reduction.axes.join() &&
      (r.op === 'sum') === (reduction.op === 'sum') &&
      reductions.filter((other) => encloses(other, r)).length === enclosing.length &&
      enclosing.every((other) => encloses(other, r));
    best = { carried: reductions.filter(sameLoops), enclosing, rank };
  }
  return best ?? { carried: [], enclosing: [] };
}
