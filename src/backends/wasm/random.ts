import type { Random } from '../../ir/expression.ts';
import { slotWord } from '../../ir/slot.ts';
import { philoxWords, uniform16 } from '../../numerics/dropout.ts';
import { type Code, get } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { f32x4, i32x4, v128 } from './assembler-simd.ts';
import type { KernelContext, Point } from './kernel-context.ts';
import type { LaneValue, SimdArithmetic } from './simd-arithmetic.ts';

/** Elements that one evaluation of Philox over four lanes serves (see `numerics/dropout.ts`). */
const BLOCK = 32;

/** Values shared between lane groups of one tile, by a text that identifies them. */
export type Shared = (key: string, make: () => LaneValue[]) => LaneValue[];

/** The 16-bit random numbers of a lane group as float32. */
export function randomLanes(
  context: KernelContext,
  arithmetic: SimdArithmetic,
  shared: Shared,
  random: Random,
  point: Point,
  group: number,
): Code<'v128'> {
  const { element, stream } = random;
  const stride = context.laneStride(element);
  const position = context.constantPart(element, point) + 4 * group * stride;
  const alignment = context.addresses.strides(element).reduce(alignedTo, BLOCK);
  if (stride === 1 && alignment >= 4 && position % 4 === 0) {
    const within = ((position % alignment) + alignment) % alignment;
    const segment = position - within;
    const key = `random ${stream} ${JSON.stringify(element.terms)} ${segment}`;
    const words = shared(key, () => {
      const base = context.keepInteger(context.number(element, point, 4 * group - within));
      return segmentWords(context, arithmetic, stream, base, alignment);
    });
    return f32x4.fromInt(halfOf(arithmetic, words, within >> 2, alignment));
  }
  const first = context.number(element, point, 4 * group * stride);
  const elements = context.keep(
    i32x4.add(i32x4.splat(first), context.constant(i32x4.lanes([0, stride, 2 * stride, 3 * stride]))),
  );
  const { sample, step, keyLow, keyHigh } = keyWords(context);
  const bits = uniform16(arithmetic, elements, sample, step, arithmetic.i32(stream), keyLow, keyHigh);
  return f32x4.fromInt(bits);
}

/** The largest power of two up to `limit` that divides n. */
function alignedTo(limit: number, n: number): number {
  let power = limit;
  while (n % power !== 0) power /= 2;
  return power;
}

interface KeyWords {
  readonly sample: LaneValue;
  readonly step: LaneValue;
  readonly keyLow: LaneValue;
  readonly keyHigh: LaneValue;
}

function keyWords(context: KernelContext): KeyWords {
  const header = get(context.inputs.slot!);
  const word = (number: number): LaneValue => context.keep(v128.load32Splat(header, 4 * number));
  return {
    sample: context.keep(i32x4.splat(context.samplePosition())),
    step: word(slotWord.step),
    keyLow: word(slotWord.seedLow),
    keyHigh: word(slotWord.seedHigh),
  };
}

/**
 * The words that serve `alignment` elements from an element that is a multiple of it: four words for a block of 32,
 * two for 16, one for 8, and for 4 one word whose low half is theirs. The element is known only when the code runs.
 */
function segmentWords(
  context: KernelContext,
  arithmetic: SimdArithmetic,
  stream: number,
  element: Code<'i32'>,
  alignment: number,
): LaneValue[] {
  const counter = context.keep(
    i32x4.add(
      i32x4.splat(i32.shl(i32.shrU(element, i32.const(5)), i32.const(2))),
      context.constant(i32x4.lanes([0, 1, 2, 3])),
    ),
  );
  const { sample, step, keyLow, keyHigh } = keyWords(context);
  let words: readonly LaneValue[] = philoxWords(
    arithmetic,
    counter,
    sample,
    step,
    arithmetic.i32(stream),
    keyLow,
    keyHigh,
  );
  /** All ones where a bit of the element is set. */
  const bitMask = (bit: number): LaneValue =>
    context.keep(
      i32x4.splat(i32.sub(i32.const(0), i32.and(i32.shrU(element, i32.const(bit)), i32.const(1)))),
    );
  if (alignment <= 16) {
    const upper = bitMask(4);
    words = [0, 1].map((k) => arithmetic.select(upper, words[2 + k], words[k]));
  }
  if (alignment <= 8) words = [arithmetic.select(bitMask(3), words[1], words[0])];
  if (alignment <= 4) {
    const shift = i32.and(i32.shl(element, i32.const(2)), i32.const(16));
    words = [context.keep(i32x4.shrU(words[0], shift))];
  }
  return [...words];
}

/** Number k of a segment: the low half of a word for even k, the high half for odd k. */
function halfOf(
  arithmetic: SimdArithmetic,
  words: readonly LaneValue[],
  k: number,
  alignment: number,
): LaneValue {
  const word = words[alignment <= 4 ? 0 : k >> 1];
  return k % 2 === 0 || alignment <= 4
    ? arithmetic.andI(word, arithmetic.i32(0xffff))
    : arithmetic.shrU(word, 16);
}
