import type { JoinedSum, Plan } from '../../ir/plan.ts';
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
import { call, type ModuleBuilder, type WasmFunction } from './module.ts';
import { eachPiece, pieceCount } from './pieces.ts';
import { slotWordCode } from './slot-word.ts';

/** Bytes of accumulators that are joined at once: small enough that all shards of them stay in the cache. */
export const JOIN_BYTES = 4096;

/** Joins sums over the batch: called as `(offset, bytes, to, slot)`. */
export type JoinFunction = WasmFunction;

/**
 * A function that joins a range of the shards' accumulators in a binary tree by index: (0,1), (2,3), ..., then pairs of
 * those; an odd last one passes up. The sums go where others read them, because the next level uses the accumulators
 * anew. Elements do not depend on each other: a piece goes through all levels of the tree while it is in the cache.
 */
export function joinFunction(builder: ModuleBuilder, accumulators: Plan['accumulators']): JoinFunction {
  const fn = builder.function('joinShards', ['i32', 'i32', 'i32', 'i32']);
  const [offset, bytes, target, slot] = [fn.param(0), fn.param(1), fn.param(2), fn.param(3)];
  const names = ['done', 'start', 'length', 'step', 'shard', 'to', 'from', 'at'] as const;
  const local = Object.fromEntries(names.map((name) => [name, fn.local('i32')])) as Record<
    (typeof names)[number],
    Local<'i32'>
  >;
  const { done, start, length, step, shard, to, from, at } = local;
  const address = (index: Code<'i32'>): Code<'i32'> =>
    i32.add(get(start), i32.mul(index, i32.const(accumulators.stride)));
  const addBlock = [0, 16, 32, 48].map((k) =>
    v128.store(
      i32.add(get(to), get(at)),
      f32x4.add(v128.load(i32.add(get(to), get(at)), k), v128.load(i32.add(get(from), get(at)), k)),
      k,
    ),
  );
  const joinPiece = whileLoop(
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
  );
  fn.setBody(
    whileLoop(
      i32.ltS(get(done), get(bytes)),
      sequence(
        set(start, i32.add(i32.add(i32.const(accumulators.address), get(offset)), get(done))),
        set(length, i32.sub(get(bytes), get(done))),
        ifThen(i32.gtS(get(length), i32.const(JOIN_BYTES)), set(length, i32.const(JOIN_BYTES))),
        set(step, i32.const(1)),
        joinPiece,
        memory.copy(i32.add(get(target), get(done)), get(start), get(length)),
        set(done, i32.add(get(done), get(length))),
      ),
    ),
  );
  return fn;
}

/** Joins a sum, or a part of it. */
export const callJoin = (join: JoinFunction, { offset, bytes, to }: JoinedSum, slot: Local<'i32'>): AnyCode =>
  call(join, [i32.const(offset), i32.const(bytes), i32.const(to), get(slot)]);

/** Items that join sums. */
export const joinItems = (sums: readonly JoinedSum[]): number => pieceCount(sums, JOIN_BYTES);

/** Joins a piece of the sums: `item` counts the pieces from `first` on. */
export const joinPieces = (
  join: JoinFunction,
  sums: readonly JoinedSum[],
  item: Local<'i32'>,
  first: number,
  slot: Local<'i32'>,
): AnyCode =>
  eachPiece(sums, JOIN_BYTES, item, first, ({ offset, to }, at, bytes) =>
    call(join, [i32.add(i32.const(offset), at), bytes, i32.add(i32.const(to), at), get(slot)]),
  );
