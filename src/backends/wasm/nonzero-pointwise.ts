import { type Affine, scaleAffine } from '../../ir/affine.ts';
import type { NonzeroProducts } from '../../ir/nonzero-products.ts';
import { type AnyCode, type Code, get, i64Const, ifThen, sequence, set } from './assembler.ts';
import { i32, i64 } from './assembler-scalar.ts';
import { f32x4, i32x4, v128 } from './assembler-simd.ts';
import { anyBit, eachBit, WORD } from './bits.ts';
import type { RowPart } from './emit-nonzero-products.ts';
import type { WasmFunction } from './module.ts';
import { type Moving, pointerLoops } from './pointer-loops.ts';
import { storeVectors } from './store-vectors.ts';

const LANES = 4;
/** Vectors whose bits make one half of a word. */
const VECTORS_OF_HALF = 8;

/**
 * Emits the sums of a walk without taps: at each position the bits of the channels that are not zero, and from bit to bit
 * the rows of weights.
 */
export function emitPointwise(kernel: NonzeroProducts, fn: WasmFunction, part: RowPart): AnyCode {
  const { axes, position, weights, output, input } = kernel;
  const start = (buffer: number, form: Affine, extra: number): { moving: Moving; set: AnyCode } => {
    const local = fn.local('i32');
    const code = set(local, i32.add(get(fn.param(buffer)), i32.const(form.constant + extra)));
    return { moving: { local, form }, set: code };
  };
  const values = start(input.buffer, scaleAffine(position, input.positionBytes), input.offset);
  const rows = start(weights.buffer, weights.address, part.offset);
  const result = start(output.buffer, output.address, part.offset);
  const sums = Array.from({ length: part.vectors }, () => fn.local('v128'));
  const word = fn.local('i64');
  const [channel, row] = [fn.local('i32'), fn.local('i32')];
  const z = fn.local('v128');
  const value = get(values.moving.local);
  // words alike: a short one would be over before its walk is under way
  const count = Math.ceil(input.channels / WORD);
  const each = LANES * Math.ceil(input.channels / count / LANES);
  const words = Array.from({ length: count }, (_, k) => {
    const first = each * k;
    return sequence(
      set(word, wordOf(value, 4 * first, Math.min(each, input.channels - first))),
      ifThen(
        anyBit(word),
        eachBit(word, channel, [
          set(z, v128.load32Splat(i32.add(value, i32.shl(get(channel), i32.const(2))), 4 * first)),
          set(row, i32.add(get(rows.moving.local), i32.mul(get(channel), i32.const(weights.stride)))),
          ...sums.map((s, j) =>
            set(
              s,
              f32x4.add(get(s), f32x4.mul(get(z), v128.load(get(row), first * weights.stride + 16 * j))),
            ),
          ),
        ]),
      ),
    );
  });
  const point = sequence(
    ...sums.map((s) => set(s, f32x4.const(0))),
    ...words,
    storeVectors(get(result.moving.local), sums.map(get)),
  );
  return sequence(
    ...[values, rows, result].map((s) => s.set),
    pointerLoops(fn, axes, [values.moving, result.moving], point),
  );
}

/** A bit for each of up to 64 channels that is not zero. */
function wordOf(at: Code<'i32'>, offset: number, channels: number): Code<'i64'> {
  const half = (first: number): Code<'i64'> => {
    const kept = Math.min(LANES * VECTORS_OF_HALF, channels - first);
    const vectors = Array.from({ length: Math.ceil(kept / LANES) }, (_, k) => {
      const bits = i32x4.bitmask(f32x4.ne(v128.load(at, offset + 4 * first + 16 * k), f32x4.const(0)));
      const own = Math.min(LANES, kept - LANES * k);
      // lanes behind the last channel hold anything
      const inside = own === LANES ? bits : i32.and(bits, i32.const((1 << own) - 1));
      return k === 0 ? inside : i32.shl(inside, i32.const(LANES * k));
    });
    return i64.extend(vectors.reduce((all, bits) => i32.or(all, bits)));
  };
  const low = half(0);
  return channels > WORD / 2 ? i64.or(low, i64.shl(half(WORD / 2), i64Const(WORD / 2))) : low;
}
