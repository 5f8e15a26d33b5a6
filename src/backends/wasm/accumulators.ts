import { axesOf, coefficient } from '../../ir/affine.ts';
import type { Expression, IndexValue, Reduce } from '../../ir/expression.ts';
import type { Store } from '../../ir/kernel.ts';
import { visitExpression } from '../../ir/walk.ts';
import type { Evaluator } from './evaluator.ts';
import type { KernelContext, Point } from './kernel-context.ts';
import { loadLanes } from './lanes.ts';
import { pointsOver, rowMajorNumber } from './points.ts';
import { type ReductionState, reductionState } from './reduction-state.ts';
import type { LaneValue } from './simd-arithmetic.ts';

/** More points than a tile or window has along an axis. */
const MOST_POINTS = 64;

/** One carried reduction, or one sum that goes on from what a store's buffer holds. */
interface Channel {
  readonly reduction: Reduce;
  readonly resumed: Store | undefined;
  /** Axes of the tile that give it different values. */
  readonly axes: ReadonlySet<string>;
  readonly varies: boolean;
  /** By lane group and point. */
  readonly states: Map<number, ReductionState>;
  /** Of the axes of the tile those that give it different values, and the others. */
  readonly own: readonly string[];
  readonly elsewhere: readonly string[];
}

/** Accumulators of the carried reductions: one for each point of the tile and lane group. */
export class Accumulators {
  readonly #context: KernelContext;
  readonly #channels: Channel[];
  /** Axes of the tile and of windows, the slowest first in the written-out block. */
  readonly #tileAxes: readonly string[];
  readonly #number: IndexValue;

  constructor(context: KernelContext) {
    this.#context = context;
    const { kernel, facts, tile, vectorAxis } = context.schedule;
    this.#tileAxes = [...tile.keys(), ...facts.windowAxes];
    const channel = (reduction: Reduce, resumed: Store | undefined): Channel => {
      const axes = new Set([...facts.dependsOn.get(reduction)!, ...(resumed ? axesOf(resumed.address) : [])]);
      return {
        reduction,
        resumed,
        axes,
        varies: vectorAxis !== undefined && axes.has(vectorAxis),
        states: new Map(),
        own: this.#tileAxes.filter((axis) => axes.has(axis)),
        elsewhere: this.#tileAxes.filter((axis) => !axes.has(axis)),
      };
    };
    const plain = new Set<Expression>();
    for (const store of kernel.stores) {
      if (!store.accumulate) for (const r of facts.carried) if (reaches(store.value, r)) plain.add(r);
    }
    this.#channels = facts.carried.filter((r) => plain.has(r)).map((r) => channel(r, undefined));
    for (const store of kernel.stores) {
      if (!store.accumulate) continue;
      const { value } = store;
      if (value.kind !== 'reduce' || value.op !== 'sum' || !facts.carried.includes(value)) {
        throw new Error(`internal: kernel "${kernel.name}" accumulates something that is not its sum`);
      }
      this.#channels.push(channel(value, store));
    }
    this.#number = { kind: 'index', value: rowMajorNumber(facts.reduceAxes, facts.extents) };
  }

  /** Lane groups whose values a channel takes: where they do not differ, one. */
  #groupsOf(channel: Channel): number {
    return channel.varies ? this.#context.groups : 1;
  }

  #pointsOf(channel: Channel): Point[] {
    return pointsOver(channel.own, this.#context.span);
  }

  #state(channel: Channel, point: Point, group: number): ReductionState {
    let key = channel.varies ? group : 0;
    for (const axis of channel.own) key = key * MOST_POINTS + (point[axis] ?? 0);
    let state = channel.states.get(key);
    if (!state) {
      state = reductionState(this.#context, channel.reduction.op);
      channel.states.set(key, state);
    }
    return state;
  }

  /** Emits the start of every accumulator: nothing, or what memory holds. */
  reset(): void {
    for (const channel of this.#channels) {
      for (const point of this.#pointsOf(channel)) {
        for (let group = 0; group < this.#groupsOf(channel); group++) {
          const state = this.#state(channel, point, group);
          if (channel.resumed) state.reset(this.#stored(channel.resumed, point, group));
          else state.reset();
        }
      }
    }
  }

  #stored(store: Store, point: Point, group: number): LaneValue {
    const context = this.#context;
    const { dtype } = context.schedule.kernel.buffers[store.buffer];
    const { pointer, offset } = context.locate(store.buffer, store.address, point);
    const stride = context.laneStride(store.address);
    return loadLanes({
      dtype,
      address: pointer,
      offset: offset + 4 * group * stride,
      stride,
      count: context.lanesOf(group),
    });
  }

  /** Emits one written-out block of terms; each accumulator gets its terms in the order of the reduction. */
  accumulate(evaluator: Evaluator): void {
    const { facts, sliding } = this.#context.schedule;
    const { span } = this.#context;
    const unrolled = facts.reduceAxes.filter((axis) => span.get(axis)! > 1);
    const kept = sliding ? (unrolled.length > 1 ? unrolled.slice(1) : unrolled) : [];
    const outer = unrolled.filter((axis) => !kept.includes(axis));
    const tilePoints = pointsOver(
      this.#tileAxes.filter((axis) => this.#channels.some((channel) => channel.axes.has(axis))),
      span,
    );
    for (const scope of pointsOver(outer, span)) {
      evaluator.frame(() => {
        const block = pointsOver(kept, span).flatMap((taps) =>
          tilePoints.map((tilePoint) => ({ ...scope, ...taps, ...tilePoint })),
        );
        for (const point of sliding ? this.#byAddress(block, kept) : block) this.#addTerms(evaluator, point);
      });
    }
  }

  #addTerms(evaluator: Evaluator, point: Point): void {
    for (const channel of this.#channels) {
      if (channel.elsewhere.some((axis) => (point[axis] ?? 0) > 0)) continue;
      const { body } = channel.reduction;
      const groups = this.#groupsOf(channel);
      for (let group = 0; group < groups; group++) {
        this.#state(channel, point, group).add(evaluator.code(body, point, group), () =>
          evaluator.value(this.#number, point, group),
        );
      }
    }
  }

  /** Visits points by the address of the sliding load, if that keeps the order of every accumulator's terms. */
  #byAddress(block: Point[], kept: readonly string[]): Point[] {
    const form = this.#context.schedule.sliding!.index[0];
    const backwards = kept.some((axis) => coefficient(form, axis) < 0);
    const address = (point: Point): number => {
      let value = 0;
      for (const axis in form.terms) value += form.terms[axis] * (point[axis] ?? 0);
      return backwards ? -value : value;
    };
    const sorted = block.toSorted((a, b) => address(a) - address(b));
    const term = (point: Point): number =>
      kept.reduce((n, axis) => n * this.#context.span.get(axis)! + point[axis], 0);
    const last = new Map<string, number>();
    for (const point of sorted) {
      const key = this.#tileAxes.map((axis) => point[axis] ?? 0).join();
      if (term(point) < (last.get(key) ?? -1)) return block;
      last.set(key, term(point));
    }
    return sorted;
  }

  /** The value of a carried reduction once its loops have ended. */
  result(reduction: Reduce, point: Point, group: number): LaneValue | undefined {
    const channel = this.#channels.find((c) => c.reduction === reduction && !c.resumed);
    if (!channel) return undefined;
    const result = this.#state(channel, point, group).result();
    return reduction.op === 'max' ? this.#context.keep(result) : result;
  }

  /** The value of a sum that went on from what a store's buffer held. */
  resumedResult(store: Store, point: Point, group: number): LaneValue {
    const channel = this.#channels.find((c) => c.resumed === store)!;
    return this.#state(channel, point, group).result();
  }
}

const reaches = (e: Expression, target: Expression): boolean => {
  let found = false;
  visitExpression(e, (x) => {
    if (x === target) found = true;
  });
  return found;
};
