import {
  type Binary,
  binaryOp,
  type Code,
  code,
  float32Bytes,
  type LoadOp,
  loadOp,
  type StoreOp,
  storeOp,
  type Unary,
  unaryOp,
} from './assembler.ts';
import { alignmentOf, leb128, type OpcodeName, opcodeBytes } from './opcodes.ts';

type LaneLoad = (address: Code<'i32'>, value: Code<'v128'>, offset: number, lane: number) => Code<'v128'>;
type LaneStore = (address: Code<'i32'>, value: Code<'v128'>, offset: number, lane: number) => Code;

const laneAccess =
  (name: OpcodeName) =>
  (address: Code<'i32'>, value: Code<'v128'>, offset: number, lane: number): Code<never> =>
    code(address, value, opcodeBytes(name), alignmentOf(name), leb128(offset), lane);

const v = (name: OpcodeName): ((a: Code<'v128'>) => Code<'v128'>) => unaryOp<'v128'>(name);
const vv = (name: OpcodeName): ((a: Code<'v128'>, b: Code<'v128'>) => Code<'v128'>) => binaryOp<'v128'>(name);
const vi = (name: OpcodeName): ((a: Code<'v128'>, b: Code<'i32'>) => Code<'v128'>) =>
  binaryOp<'v128', 'i32', 'v128'>(name);

const int32Bytes = (value: number): number[] => [
  value & 255,
  (value >> 8) & 255,
  (value >> 16) & 255,
  (value >> 24) & 255,
];

type V128 = Readonly<
  Record<
    'load' | 'load8Splat' | 'load16Splat' | 'load32Splat' | 'load32Zero' | 'load64Zero',
    LoadOp<'v128'>
  > &
    Record<'store', StoreOp<'v128'>> &
    Record<'load8Lane' | 'load16Lane' | 'load32Lane', LaneLoad> &
    Record<'store8Lane' | 'store16Lane' | 'store32Lane' | 'store64Lane', LaneStore> &
    Record<'not', Unary<'v128'>> &
    Record<'and' | 'andnot' | 'or' | 'xor', Binary<'v128'>> &
    Record<'bitselect', (a: Code<'v128'>, b: Code<'v128'>, mask: Code<'v128'>) => Code<'v128'>> &
    Record<'anyTrue', Unary<'v128', 'i32'>>
>;

/** Bitwise instructions and memory access of 128 bits. Offsets are unsigned constants. */
export const v128: V128 = {
  load: loadOp<'v128'>('v128.load'),
  load8Splat: loadOp<'v128'>('v128.load8_splat'),
  load16Splat: loadOp<'v128'>('v128.load16_splat'),
  load32Splat: loadOp<'v128'>('v128.load32_splat'),
  load32Zero: loadOp<'v128'>('v128.load32_zero'),
  load64Zero: loadOp<'v128'>('v128.load64_zero'),
  store: storeOp<'v128'>('v128.store'),
  load8Lane: laneAccess('v128.load8_lane') as LaneLoad,
  load16Lane: laneAccess('v128.load16_lane') as LaneLoad,
  load32Lane: laneAccess('v128.load32_lane') as LaneLoad,
  store8Lane: laneAccess('v128.store8_lane') as LaneStore,
  store16Lane: laneAccess('v128.store16_lane') as LaneStore,
  store32Lane: laneAccess('v128.store32_lane') as LaneStore,
  store64Lane: laneAccess('v128.store64_lane') as LaneStore,
  not: v('v128.not'),
  and: vv('v128.and'),
  /** a and not b */
  andnot: vv('v128.andnot'),
  or: vv('v128.or'),
  xor: vv('v128.xor'),
  /** Bits of `a` where the mask is set, else of `b`. */
  bitselect: (a: Code<'v128'>, b: Code<'v128'>, mask: Code<'v128'>): Code<'v128'> =>
    code(a, b, mask, opcodeBytes('v128.bitselect')),
  anyTrue: unaryOp<'v128', 'i32'>('v128.any_true'),
};

type F32x4 = Readonly<
  Record<'const', (value: number) => Code<'v128'>> &
    Record<'lanes', (values: readonly number[]) => Code<'v128'>> &
    Record<'splat', Unary<'f32', 'v128'>> &
    Record<'extractLane', (a: Code<'v128'>, lane: number) => Code<'f32'>> &
    Record<'abs' | 'neg' | 'sqrt' | 'floor' | 'nearest' | 'fromInt' | 'fromUnsigned', Unary<'v128'>> &
    Record<
      'add' | 'sub' | 'mul' | 'div' | 'pmin' | 'pmax' | 'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge',
      Binary<'v128'>
    >
>;

/** Instructions on four float32 lanes. */
export const f32x4: F32x4 = {
  /** The same float32 in all lanes. */
  const: (value: number): Code<'v128'> => {
    const bytes = float32Bytes(value);
    return code(opcodeBytes('v128.const'), bytes, bytes, bytes, bytes);
  },
  lanes: (values: readonly number[]): Code<'v128'> =>
    code(opcodeBytes('v128.const'), ...values.map(float32Bytes)),
  splat: unaryOp<'f32', 'v128'>('f32x4.splat'),
  extractLane: (a: Code<'v128'>, lane: number): Code<'f32'> =>
    code(a, opcodeBytes('f32x4.extract_lane'), lane),
  abs: v('f32x4.abs'),
  neg: v('f32x4.neg'),
  sqrt: v('f32x4.sqrt'),
  floor: v('f32x4.floor'),
  nearest: v('f32x4.nearest'),
  add: vv('f32x4.add'),
  sub: vv('f32x4.sub'),
  mul: vv('f32x4.mul'),
  div: vv('f32x4.div'),
  /** b < a ? b : a */
  pmin: vv('f32x4.pmin'),
  /** a < b ? b : a */
  pmax: vv('f32x4.pmax'),
  eq: vv('f32x4.eq'),
  ne: vv('f32x4.ne'),
  lt: vv('f32x4.lt'),
  gt: vv('f32x4.gt'),
  le: vv('f32x4.le'),
  ge: vv('f32x4.ge'),
  fromInt: v('f32x4.convert_i32x4_s'),
  fromUnsigned: v('f32x4.convert_i32x4_u'),
};

type I32x4 = Readonly<
  Record<'const', (value: number) => Code<'v128'>> &
    Record<'lanes', (values: readonly number[]) => Code<'v128'>> &
    Record<'splat', Unary<'i32', 'v128'>> &
    Record<'extractLane', (a: Code<'v128'>, lane: number) => Code<'i32'>> &
    Record<
      'add' | 'sub' | 'mul' | 'minS' | 'maxS' | 'eq' | 'ne' | 'ltS' | 'ltU' | 'gtS' | 'gtU' | 'leS' | 'geS',
      Binary<'v128'>
    > &
    Record<'neg' | 'truncSat' | 'truncSatUnsigned' | 'extendLow16', Unary<'v128'>> &
    Record<'shl' | 'shrS' | 'shrU', Binary<'v128', 'i32', 'v128'>> &
    Record<'bitmask', Unary<'v128', 'i32'>>
>;

/** Instructions on four int32 lanes. */
export const i32x4: I32x4 = {
  const: (value: number): Code<'v128'> => {
    const bytes = int32Bytes(value);
    return code(opcodeBytes('v128.const'), bytes, bytes, bytes, bytes);
  },
  lanes: (values: readonly number[]): Code<'v128'> =>
    code(opcodeBytes('v128.const'), ...values.map(int32Bytes)),
  splat: unaryOp<'i32', 'v128'>('i32x4.splat'),
  extractLane: (a: Code<'v128'>, lane: number): Code<'i32'> =>
    code(a, opcodeBytes('i32x4.extract_lane'), lane),
  add: vv('i32x4.add'),
  sub: vv('i32x4.sub'),
  mul: vv('i32x4.mul'),
  neg: v('i32x4.neg'),
  minS: vv('i32x4.min_s'),
  maxS: vv('i32x4.max_s'),
  shl: vi('i32x4.shl'),
  shrS: vi('i32x4.shr_s'),
  shrU: vi('i32x4.shr_u'),
  eq: vv('i32x4.eq'),
  ne: vv('i32x4.ne'),
  ltS: vv('i32x4.lt_s'),
  ltU: vv('i32x4.lt_u'),
  gtS: vv('i32x4.gt_s'),
  gtU: vv('i32x4.gt_u'),
  leS: vv('i32x4.le_s'),
  geS: vv('i32x4.ge_s'),
  bitmask: unaryOp<'v128', 'i32'>('i32x4.bitmask'),
  truncSat: v('i32x4.trunc_sat_f32x4_s'),
  truncSatUnsigned: v('i32x4.trunc_sat_f32x4_u'),
  extendLow16: v('i32x4.extend_low_i16x8_u'),
};

type Lanes = Readonly<
  Record<'extendLow8', Unary<'v128'>> &
    Record<
      | 'narrow32'
      | 'narrow32Unsigned'
      | 'narrow16Unsigned'
      | 'narrow16'
      | 'equal8'
      | 'swizzle'
      | 'multiplyLow'
      | 'multiplyHigh',
      Binary<'v128'>
    > &
    Record<'splat8', Unary<'i32', 'v128'>> &
    Record<'bitmask8', Unary<'v128', 'i32'>> &
    Record<'lowBytesOfTwo' | 'lowHalves', Binary<'v128', 'v128'>> &
    Record<'shuffle32', (a: Code<'v128'>, b: Code<'v128'>, chosen: readonly number[]) => Code<'v128'>> &
    Record<'lowBytes', (a: Code<'v128'>) => Code<'v128'>> &
    Record<'bytes', (values: readonly number[]) => Code<'v128'>>
>;

/** Instructions on narrower and wider lanes. */
export const lanes: Lanes = {
  extendLow8: v('i16x8.extend_low_i8x16_u'),
  narrow32: vv('i16x8.narrow_i32x4_s'),
  narrow32Unsigned: vv('i16x8.narrow_i32x4_u'),
  narrow16Unsigned: vv('i8x16.narrow_i16x8_u'),
  narrow16: vv('i8x16.narrow_i16x8_s'),
  equal8: vv('i8x16.eq'),
  /** Bytes of `a` by the numbers in `b`; zero where a number is 16 or more. */
  swizzle: vv('i8x16.swizzle'),
  splat8: unaryOp<'i32', 'v128'>('i8x16.splat'),
  bitmask8: unaryOp<'v128', 'i32'>('i8x16.bitmask'),
  /** 64-bit products of the unsigned lanes 0 and 1. */
  multiplyLow: vv('i64x2.extmul_low_i32x4_u'),
  /** 64-bit products of the unsigned lanes 2 and 3. */
  multiplyHigh: vv('i64x2.extmul_high_i32x4_u'),
  /** Sixteen bytes. */
  bytes: (values: readonly number[]): Code<'v128'> => code(opcodeBytes('v128.const'), values),
  /** The lowest byte of each 32-bit lane, in the first four bytes. */
  lowBytes: (a: Code<'v128'>): Code<'v128'> =>
    code(
      a,
      a,
      opcodeBytes('i8x16.shuffle'),
      [0, 4, 8, 12],
      Array.from({ length: 12 }, () => 0),
    ),
  /** The lowest byte of each 32-bit lane of two vectors, in the first eight bytes. */
  lowBytesOfTwo: (a: Code<'v128'>, b: Code<'v128'>): Code<'v128'> =>
    code(a, b, opcodeBytes('i8x16.shuffle'), [0, 4, 8, 12, 16, 20, 24, 28], new Array<number>(8).fill(0)),
  /** The first eight bytes of two vectors. */
  lowHalves: (a: Code<'v128'>, b: Code<'v128'>): Code<'v128'> =>
    code(a, b, opcodeBytes('i8x16.shuffle'), [0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23]),
  /** Four 32-bit lanes chosen among the eight of `a` and `b`. */
  shuffle32: (a: Code<'v128'>, b: Code<'v128'>, chosen: readonly number[]): Code<'v128'> =>
    code(
      a,
      b,
      opcodeBytes('i8x16.shuffle'),
      ...chosen.map((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]),
    ),
};
