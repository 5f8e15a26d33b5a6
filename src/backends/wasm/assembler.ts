import { alignmentOf, leb128, OPCODES, type OpcodeName, opcodeBytes, signedLeb128 } from './opcodes.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'v128';
export type ResultType = ValueType | 'none';

/** A function or global whose number is known only when its module is encoded. */
export interface Reference {
  readonly reference: object;
}

export type Part = number | Reference | Code<ResultType>;

declare const produces: unique symbol;

/**
 * Nested bytes of instructions that leave a value of type `T` on the stack (`none`: nothing). The type exists
 * for the checker alone; an array of codes is a sequence.
 */
export interface Code<T extends ResultType = 'none'> extends ReadonlyArray<Part> {
  readonly [produces]?: T;
}

export type AnyCode = Code<ResultType>;

export interface Local<T extends ValueType = ValueType> {
  readonly index: number;
  readonly type: T;
}

export const BYTE_OF_TYPE: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  v128: 0x7b,
};

/** Code from parts, with the type that the caller states. */
export const code = <T extends ResultType>(...parts: readonly Part[]): Code<T> => parts as Code<T>;

/** Statements one after another. */
export const sequence = (...statements: readonly AnyCode[]): Code => statements as Code;

/** Some bytes as part of an instruction; one byte needs no list of its own. */
const part = (bytes: readonly number[]): Part => (bytes.length === 1 ? bytes[0]! : bytes);

const opcode = (name: OpcodeName): Part => part(opcodeBytes(name));
const unsigned = (value: number): Part => (value < 128 ? value : leb128(value));
const signed = (value: number): Part => part(signedLeb128(value));

/** Every call gives a code of its own: values that are kept in locals are told apart by it. */
export const get = <T extends ValueType>({ index }: Local<T>): Code<T> =>
  code(OPCODES['local.get'], unsigned(index));
export const set = <T extends ValueType>({ index }: Local<T>, value: Code<T>): Code =>
  code(value, OPCODES['local.set'], unsigned(index));
export const tee = <T extends ValueType>(local: Local<T>, value: Code<T>): Code<T> =>
  code(value, OPCODES['local.tee'], unsigned(local.index));

const END = OPCODES.end;
const EMPTY_BLOCK = 0x40;

/** A block: `br(0)` inside leaves it. */
export const block = (body: AnyCode): Code => code(OPCODES.block, EMPTY_BLOCK, body, END);
/** A loop: `br(0)` inside starts it again; it ends where the body ends. */
export const loop = (body: AnyCode): Code => code(OPCODES.loop, EMPTY_BLOCK, body, END);
export const br = (depth: number): Code => code(OPCODES.br, unsigned(depth));
export const brIf = (depth: number, condition: Code<'i32'>): Code =>
  code(condition, OPCODES.br_if, unsigned(depth));
export const ifThen = (condition: Code<'i32'>, then: AnyCode, otherwise?: AnyCode): Code =>
  code(condition, OPCODES.if, EMPTY_BLOCK, then, otherwise ? code(OPCODES.else, otherwise) : code(), END);
export const returnVoid = (): Code => code(OPCODES.return);
export const unreachable = (): Code => code(OPCODES.unreachable);

/** Runs the body while the condition holds; it is tested first. */
export const whileLoop = (condition: Code<'i32'>, body: AnyCode): Code =>
  block(loop([brIf(1, code<'i32'>(condition, OPCODES['i32.eqz'])), body, br(0)]));

/** Runs the body with `index` = start, start + step, ... below `end`; `end` is evaluated each time. */
export const forRange = (
  index: Local<'i32'>,
  start: Code<'i32'>,
  end: Code<'i32'>,
  body: AnyCode,
  step = 1,
): Code =>
  sequence(
    set(index, start),
    whileLoop(code(get(index), end, OPCODES['i32.lt_s']), [
      body,
      set(index, code(get(index), i32Const(step), OPCODES['i32.add'])),
    ]),
  );

/** Runs the body `count` times, at least once. `counter` is a free local. */
export const repeat = (counter: Local<'i32'>, count: Code<'i32'>, body: AnyCode): Code =>
  sequence(
    set(counter, count),
    loop([body, brIf(0, tee(counter, code<'i32'>(get(counter), i32Const(1), OPCODES['i32.sub'])))]),
  );

/** The value of `a` where the condition is not zero, else of `b`; both are evaluated. */
export const select = <T extends ValueType>(a: Code<T>, b: Code<T>, condition: Code<'i32'>): Code<T> =>
  code(a, b, condition, OPCODES.select);

export const i32Const = (value: number): Code<'i32'> => code(OPCODES['i32.const'], signed(value));

/** An i64 constant of 32 signed bits. */
export const i64Const = (value: number): Code<'i64'> => code(OPCODES['i64.const'], signed(value));

const float = new Float32Array(1);
const floatBytes = new Uint8Array(float.buffer);

/** The four little-endian bytes of a float32. */
export function float32Bytes(value: number): number[] {
  float[0] = value;
  return [...floatBytes];
}

export const f32Const = (value: number): Code<'f32'> => code(OPCODES['f32.const'], float32Bytes(value));

export type Unary<A extends ValueType, R extends ValueType = A> = (a: Code<A>) => Code<R>;
export type Binary<A extends ValueType, B extends ValueType = A, R extends ValueType = A> = (
  a: Code<A>,
  b: Code<B>,
) => Code<R>;
export type LoadOp<R extends ValueType> = (address: Code<'i32'>, offset?: number) => Code<R>;
export type StoreOp<V extends ValueType> = (address: Code<'i32'>, value: Code<V>, offset?: number) => Code;

/** Makes the function that assembles an instruction with one operand. */
export function unaryOp<A extends ValueType, R extends ValueType = A>(name: OpcodeName): Unary<A, R> {
  const own = opcode(name);
  return (a) => code(a, own);
}

/** Makes the function that assembles an instruction with two operands. */
export function binaryOp<A extends ValueType, B extends ValueType = A, R extends ValueType = A>(
  name: OpcodeName,
): Binary<A, B, R> {
  const own = opcode(name);
  return (a, b) => code(a, b, own);
}

/** Makes the function that assembles a load; its offset is an unsigned constant. */
export function loadOp<R extends ValueType>(name: OpcodeName): LoadOp<R> {
  const bytes = code(...opcodeBytes(name), alignmentOf(name));
  return (address, offset = 0) => code(address, bytes, unsigned(offset));
}

/** Makes the function that assembles a store. */
export function storeOp<V extends ValueType>(name: OpcodeName): StoreOp<V> {
  const bytes = code(...opcodeBytes(name), alignmentOf(name));
  return (address, value, offset = 0) => code(address, value, bytes, unsigned(offset));
}
