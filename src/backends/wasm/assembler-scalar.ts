import {
  type Binary,
  binaryOp,
  type Code,
  code,
  f32Const,
  i32Const,
  i64Const,
  type LoadOp,
  loadOp,
  type StoreOp,
  storeOp,
  type Unary,
  unaryOp,
} from './assembler.ts';
import { leb128, opcodeBytes } from './opcodes.ts';

type I32 = Readonly<
  Record<'const', (value: number) => Code<'i32'>> &
    Record<
      | 'add'
      | 'sub'
      | 'mul'
      | 'divS'
      | 'divU'
      | 'remS'
      | 'remU'
      | 'and'
      | 'or'
      | 'xor'
      | 'shl'
      | 'shrS'
      | 'shrU'
      | 'eq'
      | 'ne'
      | 'ltS'
      | 'ltU'
      | 'gtS'
      | 'gtU'
      | 'leS'
      | 'leU'
      | 'geS'
      | 'geU',
      Binary<'i32'>
    > &
    Record<'eqz' | 'clz' | 'ctz' | 'popcnt', Unary<'i32'>> &
    Record<'load' | 'load8' | 'load16', LoadOp<'i32'>> &
    Record<'store' | 'store8' | 'store16', StoreOp<'i32'>> &
    Record<'wrap', Unary<'i64', 'i32'>> &
    Record<'bits' | 'truncSat', Unary<'f32', 'i32'>>
>;

/** Instructions on i32. */
export const i32: I32 = {
  const: i32Const,
  add: binaryOp<'i32'>('i32.add'),
  sub: binaryOp<'i32'>('i32.sub'),
  mul: binaryOp<'i32'>('i32.mul'),
  divS: binaryOp<'i32'>('i32.div_s'),
  divU: binaryOp<'i32'>('i32.div_u'),
  remS: binaryOp<'i32'>('i32.rem_s'),
  remU: binaryOp<'i32'>('i32.rem_u'),
  and: binaryOp<'i32'>('i32.and'),
  or: binaryOp<'i32'>('i32.or'),
  xor: binaryOp<'i32'>('i32.xor'),
  shl: binaryOp<'i32'>('i32.shl'),
  shrS: binaryOp<'i32'>('i32.shr_s'),
  shrU: binaryOp<'i32'>('i32.shr_u'),
  eqz: unaryOp<'i32'>('i32.eqz'),
  eq: binaryOp<'i32'>('i32.eq'),
  ne: binaryOp<'i32'>('i32.ne'),
  ltS: binaryOp<'i32'>('i32.lt_s'),
  ltU: binaryOp<'i32'>('i32.lt_u'),
  gtS: binaryOp<'i32'>('i32.gt_s'),
  gtU: binaryOp<'i32'>('i32.gt_u'),
  leS: binaryOp<'i32'>('i32.le_s'),
  leU: binaryOp<'i32'>('i32.le_u'),
  geS: binaryOp<'i32'>('i32.ge_s'),
  geU: binaryOp<'i32'>('i32.ge_u'),
  clz: unaryOp<'i32'>('i32.clz'),
  ctz: unaryOp<'i32'>('i32.ctz'),
  popcnt: unaryOp<'i32'>('i32.popcnt'),
  load: loadOp<'i32'>('i32.load'),
  load8: loadOp<'i32'>('i32.load8_u'),
  load16: loadOp<'i32'>('i32.load16_u'),
  store: storeOp<'i32'>('i32.store'),
  store8: storeOp<'i32'>('i32.store8'),
  store16: storeOp<'i32'>('i32.store16'),
  wrap: unaryOp<'i64', 'i32'>('i32.wrap_i64'),
  bits: unaryOp<'f32', 'i32'>('i32.reinterpret_f32'),
  /** Towards zero; the nearest i32 outside the range, 0 for NaN. */
  truncSat: unaryOp<'f32', 'i32'>('i32.trunc_sat_f32_s'),
};

type I64 = Readonly<
  Record<'const', (value: number) => Code<'i64'>> &
    Record<'add' | 'sub' | 'mul' | 'and' | 'or' | 'xor' | 'shl' | 'shrU', Binary<'i64'>> &
    Record<'ctz', Unary<'i64'>> &
    Record<'eqz', Unary<'i64', 'i32'>> &
    Record<'load', LoadOp<'i64'>> &
    Record<'store', StoreOp<'i64'>> &
    Record<'extend', Unary<'i32', 'i64'>>
>;

/** Instructions on i64. */
export const i64: I64 = {
  const: i64Const,
  add: binaryOp<'i64'>('i64.add'),
  sub: binaryOp<'i64'>('i64.sub'),
  mul: binaryOp<'i64'>('i64.mul'),
  and: binaryOp<'i64'>('i64.and'),
  or: binaryOp<'i64'>('i64.or'),
  xor: binaryOp<'i64'>('i64.xor'),
  shl: binaryOp<'i64'>('i64.shl'),
  shrU: binaryOp<'i64'>('i64.shr_u'),
  ctz: unaryOp<'i64'>('i64.ctz'),
  eqz: unaryOp<'i64', 'i32'>('i64.eqz'),
  load: loadOp<'i64'>('i64.load'),
  store: storeOp<'i64'>('i64.store'),
  extend: unaryOp<'i32', 'i64'>('i64.extend_i32_u'),
};

type F32 = Readonly<
  Record<'const', (value: number) => Code<'f32'>> &
    Record<'abs' | 'neg' | 'sqrt', Unary<'f32'>> &
    Record<'add' | 'sub' | 'mul' | 'div', Binary<'f32'>> &
    Record<'eq' | 'ne' | 'lt' | 'gt', Binary<'f32', 'f32', 'i32'>> &
    Record<'load', LoadOp<'f32'>> &
    Record<'store', StoreOp<'f32'>> &
    Record<'fromInt' | 'fromUnsigned' | 'fromBits', Unary<'i32', 'f32'>>
>;

/** Instructions on f32. */
export const f32: F32 = {
  const: f32Const,
  abs: unaryOp<'f32'>('f32.abs'),
  neg: unaryOp<'f32'>('f32.neg'),
  sqrt: unaryOp<'f32'>('f32.sqrt'),
  add: binaryOp<'f32'>('f32.add'),
  sub: binaryOp<'f32'>('f32.sub'),
  mul: binaryOp<'f32'>('f32.mul'),
  div: binaryOp<'f32'>('f32.div'),
  eq: binaryOp<'f32', 'f32', 'i32'>('f32.eq'),
  ne: binaryOp<'f32', 'f32', 'i32'>('f32.ne'),
  lt: binaryOp<'f32', 'f32', 'i32'>('f32.lt'),
  gt: binaryOp<'f32', 'f32', 'i32'>('f32.gt'),
  load: loadOp<'f32'>('f32.load'),
  store: storeOp<'f32'>('f32.store'),
  fromInt: unaryOp<'i32', 'f32'>('f32.convert_i32_s'),
  fromUnsigned: unaryOp<'i32', 'f32'>('f32.convert_i32_u'),
  fromBits: unaryOp<'i32', 'f32'>('f32.reinterpret_i32'),
};

/** Instructions on whole ranges of memory. */
export const memory = {
  fill: (address: Code<'i32'>, byte: Code<'i32'>, length: Code<'i32'>): Code =>
    code(address, byte, length, opcodeBytes('memory.fill'), 0),
  copy: (to: Code<'i32'>, from: Code<'i32'>, length: Code<'i32'>): Code =>
    code(to, from, length, opcodeBytes('memory.copy'), 0, 0),
} as const;

type Rmw = (address: Code<'i32'>, value: Code<'i32'>, offset?: number) => Code<'i32'>;

function rmw(
  name: 'i32.atomic.rmw.add' | 'i32.atomic.rmw.sub' | 'i32.atomic.rmw.or' | 'i32.atomic.rmw.xchg',
): Rmw {
  return (address, value, offset = 0) => code(address, value, opcodeBytes(name), 2, leb128(offset));
}

type Atomic = Readonly<
  Record<'load', LoadOp<'i32'>> &
    Record<'store', StoreOp<'i32'>> &
    Record<'add' | 'sub' | 'or' | 'exchange', Rmw> &
    Record<
      'compareExchange',
      (address: Code<'i32'>, expected: Code<'i32'>, next: Code<'i32'>, offset?: number) => Code<'i32'>
    > &
    Record<
      'waitI32',
      (address: Code<'i32'>, expected: Code<'i32'>, timeout: Code<'i64'>, offset?: number) => Code<'i32'>
    > &
    Record<'notify', (address: Code<'i32'>, count: Code<'i32'>, offset?: number) => Code<'i32'>> &
    Record<'fence', () => Code>
>;

/** Atomic instructions on aligned i32 in memory; `waitI32` needs a shared memory. */
export const atomic: Atomic = {
  load: loadOp<'i32'>('i32.atomic.load'),
  store: storeOp<'i32'>('i32.atomic.store'),
  /** Adds and returns the value before. */
  add: rmw('i32.atomic.rmw.add'),
  sub: rmw('i32.atomic.rmw.sub'),
  or: rmw('i32.atomic.rmw.or'),
  exchange: rmw('i32.atomic.rmw.xchg'),
  /** Stores `next` if the value is `expected`; returns the value before. */
  compareExchange: (
    address: Code<'i32'>,
    expected: Code<'i32'>,
    next: Code<'i32'>,
    offset = 0,
  ): Code<'i32'> => code(address, expected, next, opcodeBytes('i32.atomic.rmw.cmpxchg'), 2, leb128(offset)),
  /** Sleeps while the value is `expected`, at most `timeout` nanoseconds (below 0: for ever). */
  waitI32: (address: Code<'i32'>, expected: Code<'i32'>, timeout: Code<'i64'>, offset = 0): Code<'i32'> =>
    code(address, expected, timeout, opcodeBytes('memory.atomic.wait32'), 2, leb128(offset)),
  /** Wakes at most `count` sleepers; returns how many. */
  notify: (address: Code<'i32'>, count: Code<'i32'>, offset = 0): Code<'i32'> =>
    code(address, count, opcodeBytes('memory.atomic.notify'), 2, leb128(offset)),
  fence: (): Code => code(opcodeBytes('atomic.fence'), 0),
};

export const drop = (value: Code<'i32'> | Code<'f32'> | Code<'v128'>): Code =>
  code(value, opcodeBytes('drop'));
