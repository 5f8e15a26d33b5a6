import type { Random } from '../../ir/expression.ts';
import { slotWord } from '../../ir/slot.ts';
import { philoxWords, uniform16 } from '../../numerics/dropout.ts';
import { type Code, get } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { f32x4, i32x4, v128 } from './assembler-simd.ts';
import type { KernelContext, Point } from './kernel-context.ts';
import { type LaneValue, type SideBySide, type SimdArithmetic, sideBySide } from './simd-arithmetic.ts';

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
    const name = (first: number): string => `random ${stream} ${JSON.stringify(element.terms)} ${first}`;
    const base = (first: number): Code<'i32'> =>
      context.keepInteger(context.number(element, point, first - position + 4 * group));
    const words = shared(name(segment), () => {
      const bases = [base(segment)];
      const next = segment + BLOCK;
      const two = alignment === BLOCK && next - position < 4 * (context.groups - group);
      if (two) bases.push(base(next));
      const [here, there] = segmentWords(context, arithmetic, stream, bases, alignment);
      if (there) shared(name(next), () => there);
      return here;
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
  const word = (number: number): LaneValue => context.constant(v128.load32Splat(header, 4 * number));
  const sample = i32x4.splat(context.samplePosition());
  return {
    sample: context.samplesMove ? context.keep(sample) : context.constant(sample),
    step: word(slotWord.step),
    keyLow: word(slotWord.seedLow),
    keyHigh: word(slotWord.seedHigh),
  };
}

/**
 * The words that serve `alignment` elements from each of one or two elements that are multiples of it: four words
 * for a block of 32, two for 16, one for 8, and for 4 one word whose low half is theirs. The elements are known only
 * when the code runs.
 */
function segmentWords(
  context: KernelContext,
  arithmetic: SimdArithmetic,
  stream: number,
  elements: readonly Code<'i32'>[],
  alignment: number,
): LaneValue[][] {
  const counters = elements.map((element) =>
    context.keep(
      i32x4.add(
        i32x4.splat(i32.shl(i32.shrU(element, i32.const(5)), i32.const(2))),
        context.constant(i32x4.lanes([0, 1, 2, 3])),
      ),
    ),
  );
  const { sample, step, keyLow, keyHigh } = keyWords(context);
  const rest = [sample, step, arithmetic.i32(stream), keyLow, keyHigh] as const;
  if (counters.length === 2) {
    const twice = (value: LaneValue): SideBySide => ({ each: [value, value] });
    const [s, t, u, low, high] = rest.map(twice);
    const pair: SideBySide = { each: [counters[0], counters[1]] };
    const words = philoxWords(sideBySide(arithmetic), pair, s, t, u, low, high);
    return [0, 1].map((k) => words.map((word) => word.each[k]));
  }
  const [element] = elements;
  const words = philoxWords(arithmetic, counters[0], ...rest);
  /** All ones where a bit of the element is set. */
  const bitMask = (bit: number): LaneValue =>
    context.keep(
      i32x4.splat(i32.sub(i32.const(0), i32.and(i32.shrU(element, i32.const(bit)), i32.const(1)))),
    );
  if (alignment === BLOCK) return [[...words]];
  const upper = bitMask(4);
  const two = [0, 1].map((k) => arithmetic.select(upper, words[2 + k], words[k]));
  if (alignment === 16) return [two];
  const one = arithmetic.select(bitMask(3), two[1], two[0]);
  if (alignment === 8) return [[one]];
  return [[context.keep(i32x4.shrU(one, i32.and(i32.shl(element, i32.const(2)), i32.const(16))))]];
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
