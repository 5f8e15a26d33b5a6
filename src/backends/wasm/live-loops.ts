import { coefficient } from '../../ir/affine.ts';
import { type Clip, leavesNone } from '../../ir/clip.ts';
import { type Code, get, select, set } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import type { KernelContext, LoopPart } from './kernel-context.ts';

/** Emits, for the tile at hand, the part of each clipped axis that its loop walks: `livePoints` at run time. */
export function liveLoops(context: KernelContext): ReadonlyMap<string, LoopPart> {
  const { clips } = context.schedule.facts;
  return new Map([...clips].map(([axis, clip]) => [axis, emitPart(context, clip)]));
}

function emitPart(context: KernelContext, clip: Clip): LoopPart {
  const { axis, by, position, extent } = clip;
  const { facts } = context.schedule;
  const points = context.span.get(axis)!;
  const step = coefficient(position, axis);
  const move = coefficient(position, by);
  const reach = move * (context.span.get(by)! - 1);
  const form = { constant: position.constant, terms: { [by]: move } };
  /** Position at the tile's lowest or highest point, times `sign`, plus `extra`; zero instead of less. */
  const clamped = (end: 'low' | 'high', sign: 1 | -1, extra: number): Code<'i32'> => {
    const at = context.number(form, {}, end === 'low' ? Math.min(0, reach) : Math.max(0, reach));
    const moved = sign === 1 ? i32.add(at, i32.const(extra)) : i32.sub(i32.const(extra), at);
    const value = context.keepInteger(moved);
    return select(value, i32.const(0), i32.gtS(value, i32.const(0)));
  };
  const divided = (value: Code<'i32'>, rounding: number): Code<'i32'> => {
    const by = Math.abs(step);
    return by === 1 && rounding === 0 ? value : i32.divU(i32.add(value, i32.const(rounding)), i32.const(by));
  };
  const up = Math.abs(step) - 1;
  const from = context.fn.local('i32');
  const count = context.fn.local('i32');
  const first = step > 0 ? divided(clamped('high', -1, 0), up) : divided(clamped('low', 1, 1 - extent), up);
  const end = context.keepInteger(
    step > 0 ? divided(clamped('low', -1, extent), up) : divided(clamped('high', 1, 0), -step),
  );
  const least = (value: Code<'i32'>, limit: number): Code<'i32'> =>
    select(value, i32.const(limit), i32.ltS(value, i32.const(limit)));
  // loops run once at least: positions that only fill lanes may have no term, and take any one
  if (leavesNone(clip, { axis: points, by: facts.extents.get(by)! })) {
    const begin = context.keepInteger(first);
    context.emit(set(from, least(begin, points - 1)));
    const rest = context.keepInteger(i32.sub(least(end, points), get(from)));
    context.emit(set(count, select(rest, i32.const(1), i32.gtS(rest, i32.const(1)))));
  } else context.emit(set(from, first), set(count, i32.sub(least(end, points), get(from))));
  return { from, count };
}
