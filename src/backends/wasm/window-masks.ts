import { MASK_WORD } from '../../ir/window-products.ts';
import { type AnyCode, type Code, get, i64Const, type Local, sequence, set, whileLoop } from './assembler.ts';
import { i32, i64 } from './assembler-scalar.ts';
import { f32x4, i32x4, lanes, v128 } from './assembler-simd.ts';
import type { WasmFunction } from './module.ts';

/** Elements of a row that are kept in registers; wider rows are walked in parts. */
export const ROW_PART = 32;

/**
 * A bit a channel and element of a window, by element and word: the element is the channel's maximum and what it
 * passes on is not zero. Sixteen channels at a time become the bytes of one vector: the number of the maximum, or 255.
 */
export function emitWindowMasks(
  channels: number,
  fn: WasmFunction,
  argmax: Local<'i32'>,
  value: Local<'i32'>,
  masks: readonly (readonly Local<'i64'>[])[],
): AnyCode {
  const code: AnyCode[] = [];
  const number = fn.local('v128');
  const nothing = f32x4.const(255);
  const narrowed = (first: number): Code<'v128'> => {
    const four = (k: number): Code<'v128'> => {
      const place = 4 * (first + 4 * k);
      const passes = f32x4.ne(v128.load(get(value), place), f32x4.const(0));
      return i32x4.truncSat(v128.bitselect(v128.load(get(argmax), place), nothing, passes));
    };
    // narrowing instructions would make V8 look for pairs among values that are none
    return lanes.lowHalves(lanes.lowBytesOfTwo(four(0), four(1)), lanes.lowBytesOfTwo(four(2), four(3)));
  };
  for (const word of masks) for (const m of word) code.push(set(m, i64Const(0)));
  for (let first = 0; first < channels; first += 16) {
    const kept = Math.min(16, channels - first);
    code.push(set(number, narrowed(first)));
    masks.forEach((words, e) => {
      const word = words[Math.floor(first / MASK_WORD)]!;
      const bits = lanes.bitmask8(lanes.equal8(get(number), lanes.splat8(i32.const(e))));
      // lanes behind the last channel hold anything
      const own = kept === 16 ? bits : i32.and(bits, i32.const((1 << kept) - 1));
      const shifted =
        first % MASK_WORD === 0 ? i64.extend(own) : i64.shl(i64.extend(own), i64Const(first % MASK_WORD));
      code.push(set(word, i64.or(get(word), shifted)));
    });
  }
  return sequence(...code);
}

/** Goes through the set bits of a word; `channel` is the number of the bit. */
export function eachChannel(mask: Local<'i64'>, channel: Local<'i32'>, body: readonly AnyCode[]): AnyCode {
  return whileLoop(
    i32.eqz(i64.eqz(get(mask))),
    sequence(
      set(channel, i32.wrap(i64.ctz(get(mask)))),
      set(mask, i64.and(get(mask), i64.sub(get(mask), i64Const(1)))),
      ...body,
    ),
  );
}
