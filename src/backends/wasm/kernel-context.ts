import type { Schedule } from '../../compiler/schedule/schedule.ts';
import { type Affine, affineRange, coefficient } from '../../ir/affine.ts';
import { RUNTIME_EXTENT } from '../../ir/kernel.ts';
import { loadsOf } from '../../ir/walk.ts';
import { Addresses, type AddressRoot } from './addresses.ts';
import { type AnyCode, type Code, get, ifThen, type Local, repeat, sequence, set } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import type { WasmFunction } from './module.ts';
import type { Keep, LaneValue } from './simd-arithmetic.ts';

/** What kernel code reads beside its buffers; parameters follow the buffers in this order. */
export interface KernelInputs {
  /** Extent of the run-time axis. */
  readonly samples: Local<'i32'> | undefined;
  /** Address of the job's header (`ir/slot.ts`). */
  readonly slot: Local<'i32'> | undefined;
  /** Position in the batch of the sample at hand, the first where the kernel walks several. */
  readonly sample: Local<'i32'> | undefined;
}

/** Offsets of a point from the corner of the written-out tile, by axis. */
export type Point = Readonly<Record<string, number>>;

/** The points of an axis that a loop walks. */
export interface LoopPart {
  readonly from: Local<'i32'>;
  readonly count: Local<'i32'>;
}

/** What the parts of the emitter share: the function, open loops, what is written out, and free locals. */
export class KernelContext {
  readonly schedule: Schedule;
  readonly fn: WasmFunction;
  readonly inputs: KernelInputs;
  readonly addresses: Addresses;
  /** Elements of each axis that the code at hand covers: the extent, then a step or a remainder. */
  readonly span: Map<string, number> = new Map();
  /** Constant part of the position along each axis, beside what loops add. */
  readonly start: Map<string, number> = new Map();
  readonly #roots: AddressRoot[];
  readonly #adjustments: number[];
  readonly #prologue: AnyCode[] = [];
  readonly #constants = new Map<string, LaneValue>();
  readonly #constantValues = new Set<LaneValue>();
  readonly #pool: Local<'v128'>[] = [];
  #inUse = 0;
  #dirty = new Set<Local<'v128'>>();
  #zero: Local<'v128'> | undefined;
  #out: AnyCode[] = [];

  constructor(schedule: Schedule, fn: WasmFunction, inputs: KernelInputs) {
    this.schedule = schedule;
    this.fn = fn;
    this.inputs = inputs;
    this.addresses = new Addresses(fn);
    for (const [axis, extent] of schedule.facts.extents) {
      this.span.set(axis, extent);
      this.start.set(axis, 0);
    }
    this.#adjustments = this.#lowestOffsets();
    this.#roots = schedule.kernel.buffers.map((_, id) => {
      const base = fn.param(id);
      const adjustment = this.#adjustments[id];
      if (adjustment === 0) return { id, base };
      const adjusted = fn.local('i32');
      this.#prologue.push(set(adjusted, i32.add(get(base), i32.const(adjustment))));
      return { id, base: adjusted };
    });
  }

  /** Offsets of memory instructions are unsigned: a base moves down by the lowest offset that is below zero. */
  #lowestOffsets(): number[] {
    const { kernel, facts } = this.schedule;
    const extents = Object.fromEntries(
      [...facts.extents].map(([axis, extent]) => [axis, extent === RUNTIME_EXTENT ? 1 : extent]),
    );
    const lowest = kernel.buffers.map(() => 0);
    const note = (buffer: number, form: Affine): void => {
      lowest[buffer] = Math.min(lowest[buffer], affineRange(form, extents)[0]);
    };
    for (const store of kernel.stores) note(store.buffer, store.address);
    for (const { source, index } of kernel.stores.flatMap((store) => loadsOf(store.value))) {
      note(source, index[0]);
    }
    return lowest;
  }

  /** Pointer and constant offset of an access at a point. */
  locate(buffer: number, form: Affine, point: Point): { pointer: Code<'i32'>; offset: number } {
    return { pointer: this.pointer(buffer, form), offset: this.#offset(buffer, form, point) };
  }

  /** The part of an access's address that moves with loops. */
  pointer(buffer: number, form: Affine): Code<'i32'> {
    return this.addresses.pointer(this.#roots[buffer], form);
  }

  /** The constant offset of an access at a point, and a number of what its pointer and lanes move by. */
  place(buffer: number, form: Affine, point: Point, stride: number): { motion: number; offset: number } {
    return {
      motion: this.addresses.motion(this.#roots[buffer], form, stride),
      offset: this.#offset(buffer, form, point),
    };
  }

  #offset(buffer: number, form: Affine, point: Point): number {
    return this.constantPart(form, point) - this.#adjustments[buffer] - this.addresses.lift(form);
  }

  /** The constant part of a form at a point: what no loop adds. */
  constantPart(form: Affine, point: Point): number {
    let value = form.constant;
    for (const axis in form.terms) value += form.terms[axis] * (this.start.get(axis)! + (point[axis] ?? 0));
    return value;
  }

  /** A form that is a number, as i32 code; `extra` is added. */
  number(form: Affine, point: Point, extra = 0): Code<'i32'> {
    const constant = this.constantPart(form, point) + extra - this.addresses.lift(form);
    if (this.addresses.isConstant(form)) return i32.const(constant);
    const moving = this.addresses.pointer({ id: -1, base: undefined }, form);
    return constant === 0 ? moving : i32.add(moving, i32.const(constant));
  }

  /** True if the kernel walks the samples for which it computes random numbers. */
  get samplesMove(): boolean {
    const { runtimeAxis, outputAxes } = this.schedule.facts;
    return runtimeAxis !== undefined && outputAxes.includes(runtimeAxis);
  }

  /** Position in the batch of the sample at hand. */
  samplePosition(): Code<'i32'> {
    const first = this.inputs.sample!;
    if (!this.samplesMove) return get(first);
    const batch = { constant: 0, terms: { [this.schedule.facts.runtimeAxis!]: 1 } };
    return this.addresses.pointer({ id: -2, base: first }, batch);
  }

  emit(...code: AnyCode[]): void {
    this.#out.push(...code);
  }

  /** Runs `body` and returns what it emitted. */
  capture(body: () => void): AnyCode {
    const before = this.#out;
    this.#out = [];
    body();
    const captured = this.#out as AnyCode;
    this.#out = before;
    return captured;
  }

  /** Puts a value into a free local. */
  readonly keep: Keep = (value) => {
    const local = this.takeLocal();
    this.emit(set(local, value));
    return get(local);
  };

  keepInteger(value: Code<'i32'>): Code<'i32'> {
    const local = this.fn.local('i32');
    this.emit(set(local, value));
    return get(local);
  }

  takeLocal(): Local<'v128'> {
    if (this.#inUse === this.#pool.length) this.#pool.push(this.fn.local('v128'));
    const local = this.#pool[this.#inUse++];
    this.#dirty.add(local);
    return local;
  }

  /** Says that a local's value is not needed in the next iteration of the loop at hand. */
  retire(...locals: readonly Local<'v128'>[]): void {
    for (const local of locals) this.#dirty.add(local);
  }

  /**
   * Clears locals at the end of a loop's body. Otherwise each would seem to be carried into the next iteration, and
   * V8 would keep single lanes' values for that instead of joining pairs.
   */
  #clearLocals(): AnyCode {
    this.#zero ??= this.fn.local('v128');
    const zero = this.#zero;
    return [...this.#dirty].map((local) => set(local, get(zero))) as AnyCode;
  }

  /** Runs `body`; the locals that it took are free afterwards. */
  withLocals<T>(body: () => T): T {
    const before = this.#inUse;
    const result = body();
    this.#inUse = before;
    return result;
  }

  /** A value of lanes that no loop changes, computed once at the start of the function. */
  readonly constant = (value: Code<'v128'>): LaneValue => this.constantOf(value, '');

  /** As `constant`; constants of different uses do not share a local. */
  constantOf(value: Code<'v128'>, use: string): LaneValue {
    const key = `${use}${JSON.stringify(value)}`;
    let known = this.#constants.get(key);
    if (!known) {
      const local = this.fn.local('v128');
      this.#prologue.push(set(local, value));
      known = get(local);
      this.#constants.set(key, known);
      this.#constantValues.add(known);
    }
    return known;
  }

  isConstant(value: LaneValue): boolean {
    return this.#constantValues.has(value);
  }

  /** Code that must stand at the start of the function. */
  get prologue(): AnyCode {
    return this.#prologue as AnyCode;
  }

  /**
   * Emits an axis in steps: a loop over full steps, then the remainder. While `body` runs, `span` of the axis is
   * what is left to write out.
   */
  loop(axis: string, step: number, body: () => void): void {
    const extent = this.span.get(axis)!;
    const start = this.start.get(axis)!;
    if (extent === RUNTIME_EXTENT) {
      const samples = this.inputs.samples!;
      this.emit(ifThen(get(samples), this.#counted(axis, 1, 1, get(samples), body)));
    } else {
      const full = Math.floor(extent / step);
      if (full === 1) this.#within(axis, step, body);
      else if (full > 1) this.emit(this.#counted(axis, step, full, i32.const(full), body));
      const rest = extent - full * step;
      if (rest > 0) {
        this.start.set(axis, start + full * step);
        this.#within(axis, rest, body);
      }
    }
    this.start.set(axis, start);
    this.span.set(axis, extent);
  }

  /** Emits a loop over a part of an axis, point by point: at least one. */
  loopPart(axis: string, { from, count }: LoopPart, body: () => void): void {
    const extent = this.span.get(axis)!;
    this.emit(this.#counted(axis, 1, extent, get(count), body, from));
    this.span.set(axis, extent);
  }

  #within(axis: string, span: number, body: () => void): void {
    this.span.set(axis, span);
    body();
  }

  #counted(
    axis: string,
    step: number,
    iterations: number,
    count: Code<'i32'>,
    body: () => void,
    from?: Local<'i32'>,
  ): AnyCode {
    this.addresses.open(axis, step, iterations, from);
    const outside = this.#dirty;
    this.#dirty = new Set();
    const inner = this.capture(() => this.#within(axis, step, body));
    const cleared = this.#clearLocals();
    this.#dirty = outside;
    const { prologue, increments } = this.addresses.close();
    return sequence(prologue, repeat(this.fn.local('i32'), count, [inner, cleared, increments]));
  }

  /** Lane groups that the code at hand covers, and the lanes of one of them. */
  get groups(): number {
    const { vectorAxis } = this.schedule;
    return vectorAxis === undefined ? 1 : Math.ceil(this.span.get(vectorAxis)! / 4);
  }

  lanesOf(group: number): number {
    const { vectorAxis } = this.schedule;
    return vectorAxis === undefined ? 1 : Math.min(4, this.span.get(vectorAxis)! - 4 * group);
  }

  /** True if a lane group and its neighbour may share a wider register. */
  isPaired(group: number): boolean {
    if (this.schedule.path !== 'vector') return false;
    const even = group - (group % 2);
    return even + 1 < this.groups && this.lanesOf(even + 1) === 4;
  }

  /** What an access moves by from lane to lane. */
  laneStride(form: Affine): number {
    const { vectorAxis } = this.schedule;
    return vectorAxis === undefined ? 0 : coefficient(form, vectorAxis);
  }
}
