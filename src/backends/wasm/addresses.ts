import { type Affine, coefficient } from '../../ir/affine.ts';
import { type AnyCode, type Code, get, type Local, set } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import type { WasmFunction } from './module.ts';

/** What an address starts from: a parameter that holds a base, or nothing (the form is a plain number). */
export interface AddressRoot {
  readonly id: number;
  readonly base: Local<'i32'> | undefined;
}

/** What loops make of a form: its pointer's text without the root, and its lift. */
interface Motion {
  readonly text: string;
  readonly lift: number;
  /** The number of the text with a root and a step from lane to lane. */
  readonly numbers: { root: number; stride: number; number: number }[];
  /** Pointers of the form, by the number of their root; `undefined`: the number zero. */
  readonly pointers: Map<number, Local<'i32'> | undefined>;
}

interface Scope {
  readonly axis: string;
  readonly step: number;
  readonly count: number;
  /** The first iteration, if it is not that at the start of the axis. */
  readonly from: Local<'i32'> | undefined;
  readonly pointers: Map<string, Local<'i32'>>;
  readonly prologue: AnyCode[];
  readonly increments: AnyCode[];
  /** Of forms, while this is the innermost loop. */
  readonly motions: Map<Affine, Motion>;
}

/**
 * Addresses that move with loops. Every distinct (root, bytes an iteration of each open loop) is one local that
 * the innermost loop it moves with increments; it is made when it is first asked for.
 */
export class Addresses {
  readonly #fn: WasmFunction;
  readonly #scopes: Scope[] = [];
  readonly #numbers = new Map<string, number>();

  constructor(fn: WasmFunction) {
    this.#fn = fn;
  }

  /** Opens a loop of `count` iterations that advance an axis by `step`, or of a part of them, which begins at `from`. */
  open(axis: string, step: number, count: number, from?: Local<'i32'>): void {
    this.#scopes.push({
      axis,
      step,
      count,
      from,
      pointers: new Map(),
      prologue: [],
      increments: [],
      motions: new Map(),
    });
  }

  /** Closes the innermost loop: what to run before it and at the end of each iteration. */
  close(): { prologue: AnyCode; increments: AnyCode } {
    const { prologue, increments } = this.#scopes.pop()!;
    return { prologue: [...prologue] as AnyCode, increments: [...increments] as AnyCode };
  }

  /** The part of an address that moves with loops; its constant part is the caller's. */
  pointer(root: AddressRoot, form: Affine): Code<'i32'> {
    const { pointers } = this.#motionOf(form);
    let local = pointers.get(root.id);
    if (!local && !pointers.has(root.id)) {
      local = this.#pointerAt(this.#scopes.length - 1, root, form);
      pointers.set(root.id, local);
    }
    return local ? get(local) : i32.const(0);
  }

  /** A number that is equal for forms with the same pointer and step from lane to lane. */
  motion(root: AddressRoot, form: Affine, stride: number): number {
    const { text, numbers } = this.#motionOf(form);
    for (const known of numbers) if (known.root === root.id && known.stride === stride) return known.number;
    const whole = `${root.id}${text} ${stride}`;
    let number = this.#numbers.get(whole);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(whole, number);
    }
    numbers.push({ root: root.id, stride, number });
    return number;
  }

  /** True if the pointer of a root without base is the constant zero. */
  isConstant(form: Affine): boolean {
    return this.#scopes.every((scope) => coefficient(form, scope.axis) === 0);
  }

  /** Bytes by which each open loop moves the form, an iteration. */
  strides(form: Affine): number[] {
    return this.#scopes.map((scope) => coefficient(form, scope.axis) * scope.step);
  }

  /**
   * What pointers of the form stand above their root when every loop begins. A pointer that moves down starts that
   * much higher, because an address below zero cannot be brought back by an offset.
   */
  lift(form: Affine): number {
    return this.#motionOf(form).lift;
  }

  #motionOf(form: Affine): Motion {
    const innermost = this.#scopes.at(-1);
    if (!innermost) return { text: '', lift: 0, numbers: [], pointers: new Map() };
    let known = innermost.motions.get(form);
    if (!known) {
      const lift = this.#scopes.reduce((sum, scope) => sum + liftOf(scope, form), 0);
      known = { text: this.#textAt(this.#scopes.length - 1, form), lift, numbers: [], pointers: new Map() };
      innermost.motions.set(form, known);
    }
    return known;
  }

  #textAt(depth: number, form: Affine): string {
    let text = '';
    for (let k = 0; k <= depth; k++) text += `,${coefficient(form, this.#scopes[k].axis)}`;
    return text;
  }

  #pointerAt(depth: number, root: AddressRoot, form: Affine): Local<'i32'> | undefined {
    if (depth < 0) return root.base;
    const scope = this.#scopes[depth];
    const stride = coefficient(form, scope.axis) * scope.step;
    if (stride === 0) return this.#pointerAt(depth - 1, root, form);
    const key = `${root.id}${this.#textAt(depth, form)}`;
    let local = scope.pointers.get(key);
    if (!local) {
      local = this.#fn.local('i32');
      scope.pointers.set(key, local);
      const below = this.#pointerAt(depth - 1, root, form);
      const outer = below ? get(below) : i32.const(0);
      const lift = liftOf(scope, form);
      const whole = lift === 0 ? outer : i32.add(outer, i32.const(lift));
      const { from } = scope;
      scope.prologue.push(set(local, from ? i32.add(whole, i32.mul(get(from), i32.const(stride))) : whole));
      scope.increments.push(set(local, i32.add(get(local), i32.const(stride))));
    }
    return local;
  }
}

const liftOf = (scope: Scope, form: Affine): number =>
  Math.max(0, -coefficient(form, scope.axis) * scope.step * (scope.count - 1));
