import type { Plan } from '../../ir/plan.ts';
import { slotWord } from '../../ir/slot.ts';
import {
  type AnyCode,
  type Code,
  forRange,
  get,
  ifThen,
  type Local,
  sequence,
  set,
  whileLoop,
} from './assembler.ts';
import { i32, memory } from './assembler-scalar.ts';
import { f32x4, v128 } from './assembler-simd.ts';
import type { WasmFunction } from './module.ts';
import { slotWordCode } from './slot-word.ts';

/** Bytes of accumulators that one item of a join adds up: small enough that all shards of it stay in the cache. */
export const JOIN_BYTES = 4096;

/**
 * Joins shards in a binary tree by index: (0,1), (2,3), ..., then pairs of those; an odd last one passes up. The sums
 * go where the levels behind read them, because these use the accumulators anew.
 * Elements do not depend on each other: an item joins a range of bytes through all levels of the tree.
 */
export function joinBody(
  fn: WasmFunction,
  accumulators: Plan['accumulators'],
  offset: number,
  bytes: number,
): AnyCode {
  const [item, , slot] = [fn.param(0), fn.param(1), fn.param(2)];
  const [first, start, length, step, shard, to, from, at] = Array.from({ length: 8 }, () =>
    fn.local('i32'),
  ) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
  ];
  const address = (index: Code<'i32'>): Code<'i32'> =>
    i32.add(get(start), i32.mul(index, i32.const(accumulators.stride)));
  const addBlock = [0, 16, 32, 48].map((k) =>
    v128.store(
      i32.add(get(to), get(at)),
      f32x4.add(v128.load(i32.add(get(to), get(at)), k), v128.load(i32.add(get(from), get(at)), k)),
      k,
    ),
  );
  return sequence(
    set(first, i32.mul(get(item), i32.const(JOIN_BYTES))),
    set(start, i32.add(i32.const(accumulators.address), get(first))),
    set(length, i32.sub(i32.const(bytes), get(first))),
    ifThen(i32.gtS(get(length), i32.const(JOIN_BYTES)), set(length, i32.const(JOIN_BYTES))),
    set(step, i32.const(1)),
    whileLoop(
      i32.ltS(get(step), slotWordCode(slot, slotWord.shards)),
      sequence(
        set(shard, i32.const(0)),
        whileLoop(
          i32.ltS(i32.add(get(shard), get(step)), slotWordCode(slot, slotWord.shards)),
          sequence(
            set(to, address(get(shard))),
            set(from, address(i32.add(get(shard), get(step)))),
            forRange(at, i32.const(0), get(length), sequence(...addBlock), 64),
            set(shard, i32.add(get(shard), i32.shl(get(step), i32.const(1)))),
          ),
        ),
        set(step, i32.shl(get(step), i32.const(1))),
      ),
    ),
    memory.copy(i32.add(i32.const(accumulators.joined + offset), get(first)), get(start), get(length)),
  );
}
