import type { Schedule } from '../../compiler/schedule/schedule.ts';
import { coefficient } from '../../ir/affine.ts';
import { type Kernel, RUNTIME_EXTENT, type Store } from '../../ir/kernel.ts';
import { visitExpression } from '../../ir/walk.ts';
import { Accumulators } from './accumulators.ts';
import { sequence } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { Evaluator } from './evaluator.ts';
import { KernelContext, type LoopPart, type Point } from './kernel-context.ts';
import { storeLanes } from './lanes.ts';
import { liveLoops } from './live-loops.ts';
import { WasmFunction } from './module.ts';
import { pointsOver } from './points.ts';

/** A function that runs a kernel; its parameters are the bases of its buffers and then what it needs besides. */
export interface CallableKernel {
  readonly fn: WasmFunction;
  /**
   * Of a kernel that is a run of elements (`runs.ts`): `fn` takes the number of its blocks behind the bases, and another
   * function does the elements behind them.
   */
  readonly run?: {
    readonly blocks: number;
    readonly rest: { readonly fn: WasmFunction; readonly shifts: readonly number[] } | undefined;
  };
  readonly takesSamples?: boolean;
  readonly takesSlot?: boolean;
  readonly takesSample?: boolean;
}

/** What the function of a kernel takes beside the bases of its buffers. */
export function inputsOf(kernel: Kernel): Required<Omit<CallableKernel, 'fn' | 'run'>> {
  const takesSamples = kernel.axes.some((axis) => axis.extent === RUNTIME_EXTENT);
  const random = usesRandom(kernel);
  return { takesSamples, takesSlot: random, takesSample: random };
}

/** Emits a kernel as a function that any module can hold. */
export function emitKernel(kernel: Kernel, schedule: Schedule): WasmFunction {
  const buffers = kernel.buffers.length;
  const { takesSamples, takesSlot, takesSample } = inputsOf(kernel);
  const parameters = [takesSamples, takesSlot, takesSample].reduce((n, taken) => n + Number(taken), buffers);
  const fn = new WasmFunction(
    kernel.name,
    Array.from({ length: parameters }, () => 'i32'),
  );
  const context = new KernelContext(schedule, fn, {
    samples: takesSamples ? fn.param(buffers) : undefined,
    slot: takesSlot ? fn.param(parameters - 2) : undefined,
    sample: takesSample ? fn.param(parameters - 1) : undefined,
  });
  const body = context.capture(() => emitNest(context));
  return fn.setBody(sequence(context.prologue, body));
}

function usesRandom(kernel: Kernel): boolean {
  let found = false;
  for (const store of kernel.stores) {
    visitExpression(store.value, (e) => {
      if (e.kind === 'random') found = true;
    });
  }
  return found;
}

function emitNest(context: KernelContext): void {
  const { loops } = context.schedule;
  const accumulators = new Accumulators(context);
  const evaluator = new Evaluator(context, (reduction, point, group) =>
    accumulators.result(reduction, point, group),
  );
  const firstReduce = loops.findIndex((loop) => loop.kind === 'reduce');
  const outerLoops = firstReduce === -1 ? loops.length : firstReduce;
  let parts: ReadonlyMap<string, LoopPart> = new Map();
  const reduce = (k: number): void => {
    const part = parts.get(loops[k]?.axis ?? '');
    if (k === loops.length) accumulators.accumulate(evaluator);
    else if (part) context.loopPart(loops[k].axis, part, () => reduce(k + 1));
    else context.loop(loops[k].axis, loops[k].step, () => reduce(k + 1));
  };
  const outputs = (k: number): void => {
    if (k < outerLoops) {
      context.loop(loops[k].axis, loops[k].step, () => outputs(k + 1));
      return;
    }
    if (context.schedule.facts.carried.length > 0) {
      accumulators.reset();
      parts = liveLoops(context);
      reduce(k);
    }
    evaluator.frame(() => emitStores(context, evaluator, accumulators));
  };
  outputs(0);
}

/** Emits the stores of a tile: at each point the values of a pair of lane groups, then their stores. */
function emitStores(context: KernelContext, evaluator: Evaluator, accumulators: Accumulators): void {
  const { kernel, facts, tile, vectorAxis } = context.schedule;
  const axes = [...tile.keys()].filter((axis) => !facts.reduceAxes.includes(axis));
  for (const point of pointsOver(axes, context.span)) {
    const due = kernel.stores.filter((store) => isFirstVisit(store, axes, point));
    for (let first = 0; first < context.groups; first += 2) {
      const values: (() => void)[] = [];
      // V8 pairs only stores of neighbouring groups that follow each other: store by store, not group by group
      for (const store of due) {
        const pair: (() => void)[] = [];
        for (let group = first; group < Math.min(first + 2, context.groups); group++) {
          if (group > 0 && (vectorAxis === undefined || coefficient(store.address, vectorAxis) === 0))
            continue;
          const value = store.accumulate
            ? accumulators.resumedResult(store, point, group)
            : evaluator.value(store.value, point, group);
          pair.push(() => emitStore(context, store, point, group, value));
        }
        // the upper one first: V8 puts a pair where its later store stands, and would leave the lower one as well
        values.push(...pair.reverse());
      }
      for (const emit of values) emit();
    }
  }
}

/** A store that does not move with an axis of the tile is due at its first point. */
const isFirstVisit = (store: Store, axes: readonly string[], point: Point): boolean =>
  axes.every((axis) => coefficient(store.address, axis) !== 0 || point[axis] === 0);

function emitStore(
  context: KernelContext,
  store: Store,
  point: Point,
  group: number,
  value: ReturnType<Evaluator['value']>,
): void {
  const { dtype } = context.schedule.kernel.buffers[store.buffer];
  const { pointer, offset } = context.locate(store.buffer, store.address, point);
  const stride = context.laneStride(store.address);
  const at = offset + 4 * group * stride;
  // V8 joins any stores that are 16 bytes apart. It must not join groups that are no pair: their operands would
  // overlap with those of other pairs, on which its compiler may crash. An address of its own keeps a store single.
  const single = !context.isPaired(group);
  const place = {
    dtype,
    address: single ? i32.add(pointer, i32.const(at)) : pointer,
    offset: single ? 0 : at,
    stride,
    count: context.lanesOf(group),
  };
  context.withLocals(() => context.emit(storeLanes(place, value, context.takeLocal())));
}
