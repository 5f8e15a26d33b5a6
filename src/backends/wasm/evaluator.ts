import { formOf, unrolledSize } from '../../compiler/schedule/facts.ts';
import { axesOf } from '../../ir/affine.ts';
import type { Expression, IndexValue, Load, Reduce } from '../../ir/expression.ts';
import type { Code } from './assembler.ts';
import { f32x4, i32x4, v128 } from './assembler-simd.ts';
import type { KernelContext, Point } from './kernel-context.ts';
import { loadLanes } from './lanes.ts';
import { binaryCode, compareCode, logicCode, unaryCode } from './operations.ts';
import { pointsOver, rowMajorNumber } from './points.ts';
import { randomLanes } from './random.ts';
import { reductionState } from './reduction-state.ts';
import { type LaneValue, type SimdArithmetic, simdArithmetic } from './simd-arithmetic.ts';

/** The result of a reduction that is carried in registers, at a point and lane group. */
export type CarriedResult = (reduction: Reduce, point: Point, group: number) => LaneValue | undefined;

/** What tells the values of an expression apart. */
interface Traits {
  readonly number: number;
  /** Axes that the value depends on, and the weight of each in the number of a point. */
  readonly axes: readonly string[];
  readonly weights: readonly number[];
  /** True if it differs from lane to lane. */
  readonly varies: boolean;
}

/** More than there are offsets. */
const ADDRESSES = 2 ** 32;

interface Frame {
  readonly values: Map<number, LaneValue>;
  /** By address. */
  readonly loads: Map<number, LaneValue>;
  /** Values shared between groups. */
  readonly named: Map<string, LaneValue[]>;
}

/** Emits code for expressions, each value once in a frame. */
export class Evaluator {
  readonly #context: KernelContext;
  readonly #carried: CarriedResult;
  readonly #arithmetic: SimdArithmetic;
  readonly #frames: Frame[] = [];
  readonly #traits = new Map<Expression, Traits>();
  /** By their number; +0 is none of them. */
  readonly #constants = new Map<number, LaneValue>();
  readonly #maxima = new Map<Reduce, Reduce>();
  readonly #radix = new Map<string, number>();
  readonly #points: number;

  constructor(context: KernelContext, carried: CarriedResult) {
    this.#context = context;
    this.#carried = carried;
    this.#arithmetic = simdArithmetic(context);
    let points = 1;
    for (const [axis, extent] of context.schedule.facts.extents) {
      this.#radix.set(axis, points);
      points *= Math.min(Math.max(extent, 1), 64);
    }
    this.#points = points;
  }

  /** Runs `body` with a memory of its own for values, on top of those that exist already. */
  frame(body: () => void): void {
    this.#frames.push({ values: new Map(), loads: new Map(), named: new Map() });
    this.#context.withLocals(body);
    this.#frames.pop();
  }

  /** A value in a local (or a constant), computed once for each point and lane group of the frame. */
  value(e: Expression, point: Point, group: number): LaneValue {
    if (e.kind === 'constant') {
      if (e.value === 0 && !Object.is(e.value, -0)) return f32x4.const(0);
      let known = this.#constants.get(e.value);
      if (!known) {
        known = this.#context.constant(f32x4.const(e.value));
        this.#constants.set(e.value, known);
      }
      return known;
    }
    if (e.kind === 'load') return this.#load(e, point, this.varies(e) ? group : 0);
    const key = this.#key(e, point, this.varies(e) ? group : 0);
    for (let k = this.#frames.length - 1; k >= 0; k--) {
      const known = this.#frames[k].values.get(key);
      if (known) return known;
    }
    const frame = this.#frames.at(-1)!;
    if (e.kind === 'reduce') {
      const result = this.#carried(e, point, group);
      if (result) return result;
      this.#reduce(e, point, group, (g, value) => frame.values.set(this.#key(e, point, g), value));
      return frame.values.get(key)!;
    }
    const local = this.#context.keep(this.code(e, point, group));
    frame.values.set(key, local);
    return local;
  }

  /** The instruction that computes a value, its operands in locals. */
  code(e: Expression, point: Point, group: number): Code<'v128'> {
    const operand = (x: Expression): LaneValue => this.value(x, point, group);
    switch (e.kind) {
      case 'unary':
        return unaryCode[e.op](this.#arithmetic, operand(e.a));
      case 'binary':
        return binaryCode[e.op](operand(e.a), operand(e.b));
      case 'compare':
        return compareCode[e.op](operand(e.a), operand(e.b));
      case 'logic':
        return logicCode[e.op](operand(e.a), operand(e.b));
      case 'select':
        return v128.bitselect(operand(e.a), operand(e.b), operand(e.mask));
      case 'index':
        return this.#index(e, point, group);
      case 'random':
        return randomLanes(
          this.#context,
          this.#arithmetic,
          (key, make) => this.#named(key, make),
          e,
          point,
          group,
        );
      default:
        return this.value(e, point, group);
    }
  }

  /** True if the value differs from lane to lane. */
  varies(e: Expression): boolean {
    return this.#traitsOf(e).varies;
  }

  #traitsOf(e: Expression): Traits {
    let known = this.#traits.get(e);
    if (!known) {
      const { facts, vectorAxis } = this.#context.schedule;
      const axes = [...(facts.dependsOn.get(e) ?? axesOf(formOf(e)!))];
      known = {
        number: this.#traits.size,
        axes,
        weights: axes.map((axis) => this.#radix.get(axis)!),
        varies: vectorAxis !== undefined && axes.includes(vectorAxis),
      };
      this.#traits.set(e, known);
    }
    return known;
  }

  #key(e: Expression, point: Point, group: number): number {
    const { number, axes, weights } = this.#traitsOf(e);
    let index = 0;
    for (let k = 0; k < axes.length; k++) index += (point[axes[k]] ?? 0) * weights[k];
    return (number * this.#points + index) * 16 + group;
  }

  #named(key: string, make: () => LaneValue[]): LaneValue[] {
    for (let k = this.#frames.length - 1; k >= 0; k--) {
      const known = this.#frames[k].named.get(key);
      if (known) return known;
    }
    const made = make();
    this.#frames.at(-1)!.named.set(key, made);
    return made;
  }

  #load(load: Load, point: Point, group: number): LaneValue {
    const context = this.#context;
    const form = load.index[0];
    const { dtype } = context.schedule.kernel.buffers[load.source];
    const stride = context.laneStride(form);
    const { motion, offset } = context.place(load.source, form, point, stride);
    // lanes that exist follow from the group: while a frame is open, no loop moves the lanes
    const key = (motion * 16 + group) * ADDRESSES + offset;
    for (let k = this.#frames.length - 1; k >= 0; k--) {
      const known = this.#frames[k].loads.get(key);
      if (known) return known;
    }
    const address = context.pointer(load.source, form);
    const count = context.lanesOf(group);
    const value = context.keep(
      loadLanes({ dtype, address, offset: offset + 4 * group * stride, stride, count }),
    );
    this.#frames.at(-1)!.loads.set(key, value);
    return value;
  }

  #index({ value }: IndexValue, point: Point, group: number): Code<'v128'> {
    const context = this.#context;
    const stride = context.laneStride(value);
    const lanes = [0, 1, 2, 3].map((lane) => stride * (4 * group + lane));
    // The two halves of a pair keep constants apart: V8 cannot join pairs that overlap.
    const half = stride === 0 ? '' : `half ${group % 2} `;
    if (context.addresses.isConstant(value)) {
      const base = context.constantPart(value, point);
      return context.constantOf(f32x4.lanes(lanes.map((lane) => base + lane)), half);
    }
    const first = i32x4.splat(context.number(value, point));
    if (stride === 0) return f32x4.fromInt(first);
    return f32x4.fromInt(i32x4.add(first, context.constantOf(i32x4.lanes(lanes), half)));
  }

  /** A reduction that is not carried: written out if it is small, else a loop of its own. */
  #reduce(e: Reduce, point: Point, group: number, done: (group: number, value: LaneValue) => void): void {
    const context = this.#context;
    if (unrolledSize(e, context.schedule.facts.extents) !== undefined) {
      const varying = this.varies(e) ? group : 0;
      done(varying, this.#written(e, point, group));
      return;
    }
    const groups = this.varies(e) ? Array.from({ length: context.groups }, (_, g) => g) : [0];
    const states = groups.map(() => reductionState(context, e.op));
    for (const state of states) state.reset();
    const index: IndexValue = {
      kind: 'index',
      value: rowMajorNumber(e.axes, context.schedule.facts.extents),
    };
    const nest = (k: number): void => {
      if (k < e.axes.length) {
        context.loop(e.axes[k], 1, () => nest(k + 1));
        return;
      }
      this.frame(() => {
        groups.forEach((g, n) => {
          states[n].add(this.value(e.body, point, g), () => this.value(index, point, g));
        });
      });
    };
    nest(0);
    groups.forEach((g, n) => {
      done(g, context.keep(states[n].result()));
    });
  }

  #written(e: Reduce, point: Point, group: number): LaneValue {
    const context = this.#context;
    const { keep } = context;
    const points = pointsOver(e.axes, context.schedule.facts.extents).map((offsets) => ({
      ...point,
      ...offsets,
    }));
    const elements = points.map((at) => this.value(e.body, at, group));
    if (e.op === 'sum') return elements.reduce((sum, x) => keep(f32x4.add(sum, x)), f32x4.const(0));
    const unordered = (k: number): LaneValue => {
      const key = `NaN ${this.#key(e.body, points[k], this.varies(e.body) ? group : 0)}`;
      return this.#named(key, () => [keep(f32x4.ne(elements[k], elements[k]))])[0];
    };
    if (e.op === 'max') {
      // pmax keeps a NaN that it holds and misses one that comes: those are noted. All ones are a NaN.
      const largest = elements.reduce((m, x) => keep(f32x4.pmax(m, x)));
      const missed = elements.slice(1).map((_, k) => unordered(k + 1));
      if (missed.length === 0) return largest;
      return keep(
        v128.or(
          largest,
          missed.reduce((m, x) => keep(v128.or(m, x))),
        ),
      );
    }
    const largest = this.value(this.#maximumBeside(e), point, group);
    let number = context.constant(f32x4.const(points.length - 1));
    for (let k = points.length - 2; k >= 0; k--) {
      const first = keep(v128.or(f32x4.eq(elements[k], largest), unordered(k)));
      number = keep(v128.bitselect(context.constant(f32x4.const(k)), number, first));
    }
    return number;
  }

  /** The maximum of the elements whose place is asked for, the one that the kernel computes if it does. */
  #maximumBeside(place: Reduce): Reduce {
    let maximum = this.#maxima.get(place);
    if (!maximum) {
      maximum = this.#context.schedule.facts.epilogueNodes
        .filter((e) => e.kind === 'reduce')
        .find((e) => e.op === 'max' && e.body === place.body && e.axes.join() === place.axes.join());
      maximum ??= { ...place, op: 'max' };
      if (!this.#traits.has(maximum))
        this.#traits.set(maximum, { ...this.#traitsOf(place), number: this.#traits.size });
      this.#maxima.set(place, maximum);
    }
    return maximum;
  }
}
