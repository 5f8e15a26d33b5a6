/**
 * Opcodes of the WebAssembly core specification 2.0 with threads, by their text names. Those of two bytes are
 * prefix * 4096 + number.
 */
export const OPCODES = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  return: 0x0f,
  call: 0x10,
  drop: 0x1a,
  select: 0x1b,
  'local.get': 0x20,
  'local.set': 0x21,
  'local.tee': 0x22,
  'global.get': 0x23,
  'global.set': 0x24,
  'i32.load': 0x28,
  'i64.load': 0x29,
  'f32.load': 0x2a,
  'i32.load8_u': 0x2d,
  'i32.load16_u': 0x2f,
  'i32.store': 0x36,
  'i64.store': 0x37,
  'f32.store': 0x38,
  'i32.store8': 0x3a,
  'i32.store16': 0x3b,
  'memory.size': 0x3f,
  'memory.grow': 0x40,
  'i32.const': 0x41,
  'i64.const': 0x42,
  'f32.const': 0x43,
  'i32.eqz': 0x45,
  'i32.eq': 0x46,
  'i32.ne': 0x47,
  'i32.lt_s': 0x48,
  'i32.lt_u': 0x49,
  'i32.gt_s': 0x4a,
  'i32.gt_u': 0x4b,
  'i32.le_s': 0x4c,
  'i32.le_u': 0x4d,
  'i32.ge_s': 0x4e,
  'i32.ge_u': 0x4f,
  'i64.eqz': 0x50,
  'f32.eq': 0x5b,
  'f32.ne': 0x5c,
  'f32.lt': 0x5d,
  'f32.gt': 0x5e,
  'f32.le': 0x5f,
  'f32.ge': 0x60,
  'i32.clz': 0x67,
  'i32.ctz': 0x68,
  'i32.popcnt': 0x69,
  'i32.add': 0x6a,
  'i32.sub': 0x6b,
  'i32.mul': 0x6c,
  'i32.div_s': 0x6d,
  'i32.div_u': 0x6e,
  'i32.rem_s': 0x6f,
  'i32.rem_u': 0x70,
  'i32.and': 0x71,
  'i32.or': 0x72,
  'i32.xor': 0x73,
  'i32.shl': 0x74,
  'i32.shr_s': 0x75,
  'i32.shr_u': 0x76,
  'i64.ctz': 0x7a,
  'i64.add': 0x7c,
  'i64.sub': 0x7d,
  'i64.mul': 0x7e,
  'i64.and': 0x83,
  'i64.or': 0x84,
  'i64.xor': 0x85,
  'i64.shl': 0x86,
  'i64.shr_u': 0x88,
  'f32.abs': 0x8b,
  'f32.neg': 0x8c,
  'f32.sqrt': 0x91,
  'f32.add': 0x92,
  'f32.sub': 0x93,
  'f32.mul': 0x94,
  'f32.div': 0x95,
  'i32.wrap_i64': 0xa7,
  'i64.extend_i32_u': 0xad,
  'f32.convert_i32_s': 0xb2,
  'f32.convert_i32_u': 0xb3,
  'i32.reinterpret_f32': 0xbc,
  'f32.reinterpret_i32': 0xbe,

  'i32.trunc_sat_f32_s': 0xfc000,
  'memory.copy': 0xfc00a,
  'memory.fill': 0xfc00b,

  'v128.load': 0xfd000,
  'v128.load8_splat': 0xfd007,
  'v128.load16_splat': 0xfd008,
  'v128.load32_splat': 0xfd009,
  'v128.load64_splat': 0xfd00a,
  'v128.store': 0xfd00b,
  'v128.const': 0xfd00c,
  'i8x16.shuffle': 0xfd00d,
  'i8x16.swizzle': 0xfd00e,
  'i8x16.splat': 0xfd00f,
  'i8x16.eq': 0xfd023,
  'i32x4.splat': 0xfd011,
  'f32x4.splat': 0xfd013,
  'i32x4.extract_lane': 0xfd01b,
  'i32x4.replace_lane': 0xfd01c,
  'f32x4.extract_lane': 0xfd01f,
  'f32x4.replace_lane': 0xfd020,
  'i32x4.eq': 0xfd037,
  'i32x4.ne': 0xfd038,
  'i32x4.lt_s': 0xfd039,
  'i32x4.lt_u': 0xfd03a,
  'i32x4.gt_s': 0xfd03b,
  'i32x4.gt_u': 0xfd03c,
  'i32x4.le_s': 0xfd03d,
  'i32x4.ge_s': 0xfd03f,
  'f32x4.eq': 0xfd041,
  'f32x4.ne': 0xfd042,
  'f32x4.lt': 0xfd043,
  'f32x4.gt': 0xfd044,
  'f32x4.le': 0xfd045,
  'f32x4.ge': 0xfd046,
  'v128.not': 0xfd04d,
  'v128.and': 0xfd04e,
  'v128.andnot': 0xfd04f,
  'v128.or': 0xfd050,
  'v128.xor': 0xfd051,
  'v128.bitselect': 0xfd052,
  'v128.any_true': 0xfd053,
  'v128.load8_lane': 0xfd054,
  'v128.load16_lane': 0xfd055,
  'v128.load32_lane': 0xfd056,
  'v128.load64_lane': 0xfd057,
  'v128.store8_lane': 0xfd058,
  'v128.store16_lane': 0xfd059,
  'v128.store32_lane': 0xfd05a,
  'v128.store64_lane': 0xfd05b,
  'v128.load32_zero': 0xfd05c,
  'v128.load64_zero': 0xfd05d,
  'i8x16.bitmask': 0xfd064,
  'i8x16.narrow_i16x8_s': 0xfd065,
  'i8x16.narrow_i16x8_u': 0xfd066,
  'f32x4.floor': 0xfd068,
  'f32x4.nearest': 0xfd06a,
  'i16x8.narrow_i32x4_s': 0xfd085,
  'i16x8.narrow_i32x4_u': 0xfd086,
  'i16x8.extend_low_i8x16_u': 0xfd089,
  'i32x4.neg': 0xfd0a1,
  'i32x4.bitmask': 0xfd0a4,
  'i32x4.extend_low_i16x8_u': 0xfd0a9,
  'i32x4.shl': 0xfd0ab,
  'i32x4.shr_s': 0xfd0ac,
  'i32x4.shr_u': 0xfd0ad,
  'i32x4.add': 0xfd0ae,
  'i32x4.sub': 0xfd0b1,
  'i32x4.mul': 0xfd0b5,
  'i32x4.min_s': 0xfd0b6,
  'i32x4.max_s': 0xfd0b8,
  'i64x2.extmul_low_i32x4_u': 0xfd0de,
  'i64x2.extmul_high_i32x4_u': 0xfd0df,
  'f32x4.abs': 0xfd0e0,
  'f32x4.neg': 0xfd0e1,
  'f32x4.sqrt': 0xfd0e3,
  'f32x4.add': 0xfd0e4,
  'f32x4.sub': 0xfd0e5,
  'f32x4.mul': 0xfd0e6,
  'f32x4.div': 0xfd0e7,
  'f32x4.pmin': 0xfd0ea,
  'f32x4.pmax': 0xfd0eb,
  'i32x4.trunc_sat_f32x4_s': 0xfd0f8,
  'i32x4.trunc_sat_f32x4_u': 0xfd0f9,
  'f32x4.convert_i32x4_s': 0xfd0fa,
  'f32x4.convert_i32x4_u': 0xfd0fb,

  'memory.atomic.notify': 0xfe000,
  'memory.atomic.wait32': 0xfe001,
  'atomic.fence': 0xfe003,
  'i32.atomic.load': 0xfe010,
  'i32.atomic.store': 0xfe017,
  'i32.atomic.rmw.add': 0xfe01e,
  'i32.atomic.rmw.sub': 0xfe025,
  'i32.atomic.rmw.or': 0xfe033,
  'i32.atomic.rmw.xchg': 0xfe041,
  'i32.atomic.rmw.cmpxchg': 0xfe048,
} as const;

export type OpcodeName = keyof typeof OPCODES;

/** Unsigned LEB128. */
export function leb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const byte = rest & 127;
    rest >>>= 7;
    bytes.push(rest ? byte | 128 : byte);
  } while (rest);
  return bytes;
}

/** Signed LEB128 of a 32-bit integer. */
export function signedLeb128(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const byte = rest & 127;
    rest >>= 7;
    const done = (rest === 0 && (byte & 64) === 0) || (rest === -1 && (byte & 64) !== 0);
    bytes.push(done ? byte : byte | 128);
    if (done) return bytes;
  }
}

const encoded = new Map<OpcodeName, readonly number[]>();

/** The bytes of an opcode: one, or a prefix and a LEB128 number. */
export function opcodeBytes(name: OpcodeName): readonly number[] {
  let bytes = encoded.get(name);
  if (!bytes) {
    const code = OPCODES[name];
    bytes = code < 4096 ? [code] : [Math.floor(code / 4096), ...leb128(code % 4096)];
    encoded.set(name, bytes);
  }
  return bytes;
}

/** log2 of the bytes that a memory instruction touches, which is its natural alignment. */
export function alignmentOf(name: OpcodeName): number {
  if (name.includes('8_') || name.endsWith('store8')) return 0;
  if (name.includes('16_') || name.endsWith('store16')) return 1;
  if (name.includes('64')) return 3;
  if (name === 'v128.load' || name === 'v128.store') return 4;
  return 2;
}

/** What follows an opcode in the binary, as the disassembler needs to know it. */
export type Immediate = 'none' | 'block' | 'index' | 'memory' | 'memoryLane' | 'lane' | 'zeroByte' | 'other';

export function immediateOf(name: OpcodeName): Immediate {
  if (name === 'block' || name === 'loop' || name === 'if') return 'block';
  if (/^(br|br_if|call)$|^(local|global)\./.test(name)) return 'index';
  if (/_lane$/.test(name)) return name.startsWith('v128') ? 'memoryLane' : 'lane';
  if (name === 'atomic.fence' || name === 'memory.size' || name === 'memory.grow') return 'zeroByte';
  if (/\.const$/.test(name) || name === 'i8x16.shuffle' || name === 'memory.copy' || name === 'memory.fill')
    return 'other';
  return /\.(load|store)|atomic/.test(name) ? 'memory' : 'none';
}
