import type { Arithmetic } from './arithmetic.ts';

/** A local of type v128, or a constant expression. */
type Handle = string;
export type LaneArithmetic = Arithmetic<Handle, Handle, Handle>;

/**
 * For tests: the arithmetic as WebAssembly text, each value in a local of its own. `body` gives the statements, `count`
 * the number of locals.
 */
export class WatLanes implements LaneArithmetic {
  readonly #statements: string[] = [];

  get body(): string {
    return this.#statements.map((text, index) => `(local.set $v${index} ${text})`).join('\n');
  }

  get locals(): string {
    return this.#statements.map((_, index) => `(local $v${index} v128)`).join(' ');
  }

  get count(): number {
    return this.#statements.length;
  }

  #emit(operation: string, ...operands: (Handle | number)[]): Handle {
    this.#statements.push(`(${operation} ${operands.join(' ')})`);
    return `(local.get $v${this.#statements.length - 1})`;
  }

  f32(value: number): Handle {
    return this.i32(new Int32Array(new Float32Array([value]).buffer)[0]);
  }
  i32(value: number): Handle {
    const word = value | 0;
    return `(v128.const i32x4 ${word} ${word} ${word} ${word})`;
  }

  add = (a: Handle, b: Handle): Handle => this.#emit('f32x4.add', a, b);
  sub = (a: Handle, b: Handle): Handle => this.#emit('f32x4.sub', a, b);
  mul = (a: Handle, b: Handle): Handle => this.#emit('f32x4.mul', a, b);
  div = (a: Handle, b: Handle): Handle => this.#emit('f32x4.div', a, b);
  sqrt = (a: Handle): Handle => this.#emit('f32x4.sqrt', a);
  neg = (a: Handle): Handle => this.#emit('f32x4.neg', a);
  abs = (a: Handle): Handle => this.#emit('f32x4.abs', a);
  min = (a: Handle, b: Handle): Handle => this.#emit('f32x4.pmin', a, b);
  max = (a: Handle, b: Handle): Handle => this.#emit('f32x4.pmax', a, b);

  lt = (a: Handle, b: Handle): Handle => this.#emit('f32x4.lt', a, b);
  le = (a: Handle, b: Handle): Handle => this.#emit('f32x4.le', a, b);
  gt = (a: Handle, b: Handle): Handle => this.#emit('f32x4.gt', a, b);
  ge = (a: Handle, b: Handle): Handle => this.#emit('f32x4.ge', a, b);
  eq = (a: Handle, b: Handle): Handle => this.#emit('f32x4.eq', a, b);
  ne = (a: Handle, b: Handle): Handle => this.#emit('f32x4.ne', a, b);
  select = (mask: Handle, a: Handle, b: Handle): Handle => this.#emit('v128.bitselect', a, b, mask);

  addI = (a: Handle, b: Handle): Handle => this.#emit('i32x4.add', a, b);
  subI = (a: Handle, b: Handle): Handle => this.#emit('i32x4.sub', a, b);
  mulI = (a: Handle, b: Handle): Handle => this.#emit('i32x4.mul', a, b);
  mulHighU = (a: Handle, b: Handle): Handle => {
    const low = this.#emit('i64x2.extmul_low_i32x4_u', a, b);
    const high = this.#emit('i64x2.extmul_high_i32x4_u', a, b);
    return this.#emit('i8x16.shuffle 4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31', low, high);
  };
  shl = (a: Handle, count: number): Handle => this.#emit('i32x4.shl', a, `(i32.const ${count})`);
  shrU = (a: Handle, count: number): Handle => this.#emit('i32x4.shr_u', a, `(i32.const ${count})`);
  shrS = (a: Handle, count: number): Handle => this.#emit('i32x4.shr_s', a, `(i32.const ${count})`);
  andI = (a: Handle, b: Handle): Handle => this.#emit('v128.and', a, b);
  orI = (a: Handle, b: Handle): Handle => this.#emit('v128.or', a, b);
  xorI = (a: Handle, b: Handle): Handle => this.#emit('v128.xor', a, b);

  eqI = (a: Handle, b: Handle): Handle => this.#emit('i32x4.eq', a, b);
  neI = (a: Handle, b: Handle): Handle => this.#emit('i32x4.ne', a, b);
  ltS = (a: Handle, b: Handle): Handle => this.#emit('i32x4.lt_s', a, b);
  ltU = (a: Handle, b: Handle): Handle => this.#emit('i32x4.lt_u', a, b);
  selectI = (mask: Handle, a: Handle, b: Handle): Handle => this.select(mask, a, b);

  andM = (a: Handle, b: Handle): Handle => this.andI(a, b);
  orM = (a: Handle, b: Handle): Handle => this.orI(a, b);
  notM = (a: Handle): Handle => this.#emit('v128.not', a);

  bits = (a: Handle): Handle => a;
  fromBits = (a: Handle): Handle => a;
  toFloat = (a: Handle): Handle => this.#emit('f32x4.convert_i32x4_s', a);
  truncate = (a: Handle): Handle => this.#emit('i32x4.trunc_sat_f32x4_s', a);
}
