import { slotWord } from '../../ir/slot.ts';
import { type AnyCode, type Code, get, ifThen, returnVoid, sequence } from './assembler.ts';
import { i32, memory } from './assembler-scalar.ts';
import type { WasmFunction } from './module.ts';
import { slotWordCode } from './slot-word.ts';

/** Bytes of memory in which a program keeps what does not outlive a step. */
export interface ClearedRange {
  readonly address: number;
  readonly bytes: number;
}

/** Bytes that one item clears. */
const PIECE_BYTES = 1 << 20;

const pieces = ({ bytes }: ClearedRange): number => Math.ceil(bytes / PIECE_BYTES);

/** Items of the phase that clears ranges. */
export const clearItems = (ranges: readonly ClearedRange[]): number =>
  ranges.reduce((sum, range) => sum + pieces(range), 0);

/** Fills a piece of the ranges with zeros, if another program ran in this memory since. */
export function clearBody(fn: WasmFunction, ranges: readonly ClearedRange[]): AnyCode {
  const [item, , slot] = [fn.param(0), fn.param(1), fn.param(2)];
  const fill = (address: Code<'i32'>, bytes: number): AnyCode =>
    memory.fill(address, i32.const(0), i32.const(bytes));
  let first = 0;
  const clears = ranges.map((range) => {
    const [begin, last] = [first, first + pieces(range) - 1];
    first = last + 1;
    const index = i32.sub(get(item), i32.const(begin));
    return sequence(
      ifThen(
        i32.and(i32.geS(get(item), i32.const(begin)), i32.ltS(get(item), i32.const(last))),
        fill(i32.add(i32.const(range.address), i32.mul(index, i32.const(PIECE_BYTES))), PIECE_BYTES),
      ),
      ifThen(
        i32.eq(get(item), i32.const(last)),
        fill(
          i32.const(range.address + (pieces(range) - 1) * PIECE_BYTES),
          range.bytes - (pieces(range) - 1) * PIECE_BYTES,
        ),
      ),
    );
  });
  return sequence(ifThen(i32.eqz(slotWordCode(slot, slotWord.dirty)), returnVoid()), ...clears);
}
