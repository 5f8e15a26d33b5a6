import type { MemoryRange } from '../../ir/memory-range.ts';
import { slotWord } from '../../ir/slot.ts';
import { type AnyCode, ifThen, returnVoid, sequence } from './assembler.ts';
import { i32, memory } from './assembler-scalar.ts';
import type { WasmFunction } from './module.ts';
import { eachPiece, pieceCount } from './pieces.ts';
import { slotWordCode } from './slot-word.ts';

/** Bytes that one item clears. */
const PIECE_BYTES = 1 << 20;

/** Items of the phase that clears ranges. */
export const clearItems = (ranges: readonly MemoryRange[]): number => pieceCount(ranges, PIECE_BYTES);

/** Fills a piece of the ranges with zeros, if another program ran in this memory since. */
export function clearBody(fn: WasmFunction, ranges: readonly MemoryRange[]): AnyCode {
  const [item, , slot] = [fn.param(0), fn.param(1), fn.param(2)];
  return sequence(
    ifThen(i32.eqz(slotWordCode(slot, slotWord.dirty)), returnVoid()),
    eachPiece(ranges, PIECE_BYTES, item, 0, ({ address }, at, bytes) =>
      memory.fill(i32.add(i32.const(address), at), i32.const(0), bytes),
    ),
  );
}
