import { twoLoadsServe } from '../../compiler/schedule/vector-axis.ts';
import type { Dtype } from '../../ir/tensor-type.ts';
import { type AnyCode, type Code, get, type Local, set } from './assembler.ts';
import { f32x4, i32x4, lanes, v128 } from './assembler-simd.ts';

/** Where the lanes of one access lie: `address + offset + stride * lane`; stride 0 is the same element in all. */
export interface LaneAccess {
  readonly dtype: Dtype;
  readonly address: Code<'i32'>;
  readonly offset: number;
  readonly stride: number;
  /** Lanes that exist; the others are neither read nor written. */
  readonly count: number;
}

/** The float32 values of up to four lanes. Lanes that do not exist hold anything. */
export function loadLanes(access: LaneAccess): Code<'v128'> {
  const raw = rawLanes(access);
  switch (access.dtype) {
    case 'f32':
      return raw;
    case 'i32':
      return f32x4.fromInt(raw);
    case 'u8':
      return f32x4.fromInt(i32x4.extendLow16(lanes.extendLow8(raw)));
  }
}

function rawLanes({ dtype, address, offset, stride, count }: LaneAccess): Code<'v128'> {
  if (dtype === 'u8') {
    if (stride === 0) return v128.load8Splat(address, offset);
    if (stride === 1 && count === 4) return v128.load32Zero(address, offset);
    let result =
      stride === 1 && count >= 2 ? v128.load16Splat(address, offset) : v128.load8Splat(address, offset);
    for (let lane = stride === 1 && count >= 2 ? 2 : 1; lane < count; lane++) {
      result = v128.load8Lane(address, result, offset + stride * lane, lane);
    }
    return result;
  }
  if (stride === 0) return v128.load32Splat(address, offset);
  if (stride === 4) {
    if (count === 4) return v128.load(address, offset);
    if (count === 3) return v128.load32Lane(address, v128.load64Zero(address, offset), offset + 8, 2);
    if (count === 2) return v128.load64Zero(address, offset);
    return v128.load32Zero(address, offset);
  }
  if (count === 4 && twoLoadsServe(stride, dtype)) return spacedLanes(address, offset, stride);
  let result = v128.load32Zero(address, offset);
  for (let lane = 1; lane < count; lane++) {
    result = v128.load32Lane(address, result, offset + stride * lane, lane);
  }
  return result;
}

/** Lanes two or three elements apart, or backwards, from two loads that touch nothing beyond them. */
function spacedLanes(address: Code<'i32'>, offset: number, stride: number): Code<'v128'> {
  const step = Math.abs(stride) / 4;
  const lowest = stride < 0 ? offset + 3 * stride : offset;
  const second = 3 * step - 3;
  const chosen = [0, 1, 2, 3].map((k) => (k * step <= 3 && k < 2 ? k * step : 4 + k * step - second));
  return lanes.shuffle32(
    v128.load(address, lowest),
    v128.load(address, lowest + 4 * second),
    stride < 0 ? chosen.reverse() : chosen,
  );
}

/**
 * Stores up to four lanes, float32 values turned into the element type (towards zero, saturating). Stride 0 stores
 * lane 0 alone. `scratch` is a free local.
 */
export function storeLanes(access: LaneAccess, value: Code<'v128'>, scratch: Local<'v128'>): AnyCode {
  const { dtype, address, offset, stride } = access;
  const count = stride === 0 ? 1 : access.count;
  if (dtype === 'u8') {
    // Narrowing instructions would make V8 look for pairs among values that are none.
    const clamped = i32x4.minS(i32x4.maxS(i32x4.truncSat(value), i32x4.const(0)), i32x4.const(255));
    const parts: AnyCode[] = [set(scratch, clamped), set(scratch, lanes.lowBytes(get(scratch)))];
    if (stride === 1 && count === 4) parts.push(v128.store32Lane(address, get(scratch), offset, 0));
    else
      for (let lane = 0; lane < count; lane++) {
        parts.push(v128.store8Lane(address, get(scratch), offset + stride * lane, lane));
      }
    return parts as AnyCode;
  }
  const raw = dtype === 'i32' ? i32x4.truncSat(value) : value;
  if (stride === 4 && count === 4) return v128.store(address, raw, offset);
  if (count === 1) return v128.store32Lane(address, raw, offset, 0);
  if (stride === 4 && count === 2) return v128.store64Lane(address, raw, offset, 0);
  const parts: AnyCode[] = [set(scratch, raw)];
  if (stride === 4) {
    parts.push(v128.store64Lane(address, get(scratch), offset, 0));
    parts.push(v128.store32Lane(address, get(scratch), offset + 8, 2));
  } else {
    for (let lane = 0; lane < count; lane++) {
      parts.push(v128.store32Lane(address, get(scratch), offset + stride * lane, lane));
    }
  }
  return parts as AnyCode;
}
