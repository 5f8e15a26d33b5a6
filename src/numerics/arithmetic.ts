/**
 * The operations from which every function of this folder is made, so that one text serves float32 scalars in
 * JavaScript and the lanes of generated WebAssembly (where a value is a handle of an expression). Every operation
 * on floats rounds once, to nearest with ties to even; nothing is contracted. In WebAssembly SIMD each is one
 * instruction, except `mulHighU` (two widening products and a shuffle).
 *
 * A function written over this interface has no branches and may use a value more than once: a generator shares it.
 * Constants may be asked for again and again.
 *
 * @typeParam F a float32 value
 * @typeParam I a 32-bit integer, without a sign of its own
 * @typeParam M a mask, the result of a comparison
 */
export interface Arithmetic<F, I, M> {
  /** The float32 nearest to `value`. */
  f32(value: number): F;
  /** The integer whose low 32 bits are those of `value`. */
  i32(value: number): I;

  add(a: F, b: F): F;
  sub(a: F, b: F): F;
  mul(a: F, b: F): F;
  div(a: F, b: F): F;
  sqrt(a: F): F;
  /** Flips the sign bit, also of zero and NaN. */
  neg(a: F): F;
  abs(a: F): F;
  /** `b < a ? b : a`: a NaN in `a` stays (`f32x4.pmin`). */
  min(a: F, b: F): F;
  /** `a < b ? b : a`: a NaN in `a` stays (`f32x4.pmax`). */
  max(a: F, b: F): F;

  lt(a: F, b: F): M;
  le(a: F, b: F): M;
  gt(a: F, b: F): M;
  ge(a: F, b: F): M;
  eq(a: F, b: F): M;
  /** The only comparison that holds where an operand is NaN. */
  ne(a: F, b: F): M;
  /** `a` where the mask holds, else `b`. */
  select(mask: M, a: F, b: F): F;

  addI(a: I, b: I): I;
  subI(a: I, b: I): I;
  /** Low 32 bits of the product. */
  mulI(a: I, b: I): I;
  /** High 32 bits of the unsigned product. */
  mulHighU(a: I, b: I): I;
  /** Shifts by 0 to 31, a constant. */
  shl(a: I, count: number): I;
  shrU(a: I, count: number): I;
  shrS(a: I, count: number): I;
  andI(a: I, b: I): I;
  orI(a: I, b: I): I;
  xorI(a: I, b: I): I;

  eqI(a: I, b: I): M;
  neI(a: I, b: I): M;
  ltS(a: I, b: I): M;
  ltU(a: I, b: I): M;
  selectI(mask: M, a: I, b: I): I;

  andM(a: M, b: M): M;
  orM(a: M, b: M): M;
  notM(a: M): M;

  bits(a: F): I;
  fromBits(a: I): F;
  /** The signed integer as a float, rounded to nearest. */
  toFloat(a: I): F;
  /** Towards zero; `a` is a number below 2^31 in magnitude. */
  truncate(a: F): I;
}
