/** Prefixes of two-byte opcodes, as they stand in `OPCODES`: prefix * 4096 + number. */
const SIMD = 0xfd * 4096;
const ATOMIC = 0xfe * 4096;
const MISC = 0xfc * 4096;

/** Opcodes of the WebAssembly core specification 2.0 with threads, by their text names. */
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

  'memory.copy': MISC + 10,
  'memory.fill': MISC + 11,

  'v128.load': SIMD + 0,
  'v128.load8_splat': SIMD + 7,
  'v128.load16_splat': SIMD + 8,
  'v128.load32_splat': SIMD + 9,
  'v128.load64_splat': SIMD + 10,
  'v128.store': SIMD + 11,
  'v128.const': SIMD + 12,
  'i8x16.shuffle': SIMD + 13,
  'i8x16.splat': SIMD + 15,
  'i8x16.eq': SIMD + 35,
  'i32x4.splat': SIMD + 17,
  'f32x4.splat': SIMD + 19,
  'i32x4.extract_lane': SIMD + 27,
  'i32x4.replace_lane': SIMD + 28,
  'f32x4.extract_lane': SIMD + 31,
  'f32x4.replace_lane': SIMD + 32,
  'i32x4.eq': SIMD + 55,
  'i32x4.ne': SIMD + 56,
  'i32x4.lt_s': SIMD + 57,
  'i32x4.lt_u': SIMD + 58,
  'i32x4.gt_s': SIMD + 59,
  'i32x4.gt_u': SIMD + 60,
  'i32x4.le_s': SIMD + 61,
  'i32x4.ge_s': SIMD + 63,
  'f32x4.eq': SIMD + 65,
  'f32x4.ne': SIMD + 66,
  'f32x4.lt': SIMD + 67,
  'f32x4.gt': SIMD + 68,
  'f32x4.le': SIMD + 69,
  'f32x4.ge': SIMD + 70,
  'v128.not': SIMD + 77,
  'v128.and': SIMD + 78,
  'v128.andnot': SIMD + 79,
  'v128.or': SIMD + 80,
  'v128.xor': SIMD + 81,
  'v128.bitselect': SIMD + 82,
  'v128.any_true': SIMD + 83,
  'v128.load8_lane': SIMD + 84,
  'v128.load16_lane': SIMD + 85,
  'v128.load32_lane': SIMD + 86,
  'v128.load64_lane': SIMD + 87,
  'v128.store8_lane': SIMD + 88,
  'v128.store16_lane': SIMD + 89,
  'v128.store32_lane': SIMD + 90,
  'v128.store64_lane': SIMD + 91,
  'v128.load32_zero': SIMD + 92,
  'v128.load64_zero': SIMD + 93,
  'i8x16.bitmask': SIMD + 100,
  'i8x16.narrow_i16x8_s': SIMD + 101,
  'i8x16.narrow_i16x8_u': SIMD + 102,
  'f32x4.floor': SIMD + 104,
  'f32x4.nearest': SIMD + 106,
  'i16x8.narrow_i32x4_s': SIMD + 133,
  'i16x8.narrow_i32x4_u': SIMD + 134,
  'i16x8.extend_low_i8x16_u': SIMD + 137,
  'i32x4.neg': SIMD + 161,
  'i32x4.bitmask': SIMD + 164,
  'i32x4.extend_low_i16x8_u': SIMD + 169,
  'i32x4.shl': SIMD + 171,
  'i32x4.shr_s': SIMD + 172,
  'i32x4.shr_u': SIMD + 173,
  'i32x4.add': SIMD + 174,
  'i32x4.sub': SIMD + 177,
  'i32x4.mul': SIMD + 181,
  'i32x4.min_s': SIMD + 182,
  'i32x4.max_s': SIMD + 184,
  'i64x2.extmul_low_i32x4_u': SIMD + 222,
  'i64x2.extmul_high_i32x4_u': SIMD + 223,
  'f32x4.abs': SIMD + 224,
  'f32x4.neg': SIMD + 225,
  'f32x4.sqrt': SIMD + 227,
  'f32x4.add': SIMD + 228,
  'f32x4.sub': SIMD + 229,
  'f32x4.mul': SIMD + 230,
  'f32x4.div': SIMD + 231,
  'f32x4.pmin': SIMD + 234,
  'f32x4.pmax': SIMD + 235,
  'i32x4.trunc_sat_f32x4_s': SIMD + 248,
  'i32x4.trunc_sat_f32x4_u': SIMD + 249,
  'f32x4.convert_i32x4_s': SIMD + 250,
  'f32x4.convert_i32x4_u': SIMD + 251,

  'memory.atomic.notify': ATOMIC + 0x00,
  'memory.atomic.wait32': ATOMIC + 0x01,
  'atomic.fence': ATOMIC + 0x03,
  'i32.atomic.load': ATOMIC + 0x10,
  'i32.atomic.store': ATOMIC + 0x17,
  'i32.atomic.rmw.add': ATOMIC + 0x1e,
  'i32.atomic.rmw.sub': ATOMIC + 0x25,
  'i32.atomic.rmw.or': ATOMIC + 0x33,
  'i32.atomic.rmw.xchg': ATOMIC + 0x41,
  'i32.atomic.rmw.cmpxchg': ATOMIC + 0x48,
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
