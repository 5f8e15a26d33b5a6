import type { Code } from './assembler.ts';
import { type AnyCode, get, ifThen, type Local, select, sequence } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';

/** Bytes that items of a phase share: each takes a piece. */
interface Pieced {
  readonly bytes: number;
}

const piecesOf = ({ bytes }: Pieced, pieceBytes: number): number => Math.ceil(bytes / pieceBytes);

/** Items that take pieces of ranges. */
export const pieceCount = (ranges: readonly Pieced[], pieceBytes: number): number =>
  ranges.reduce((count, range) => count + piecesOf(range, pieceBytes), 0);

/**
 * Runs code for the piece that an item takes, counted from `first` on through all ranges; `at` is where the piece begins
 * in its range.
 */
export function eachPiece<T extends Pieced>(
  ranges: readonly T[],
  pieceBytes: number,
  item: Local<'i32'>,
  first: number,
  run: (range: T, at: Code<'i32'>, bytes: Code<'i32'>) => AnyCode,
): AnyCode {
  let begin = first;
  return sequence(
    ...ranges.map((range) => {
      const end = begin + piecesOf(range, pieceBytes);
      const at = i32.mul(i32.sub(get(item), i32.const(begin)), i32.const(pieceBytes));
      const rest = i32.sub(i32.const(range.bytes), at);
      const bytes = select(i32.const(pieceBytes), rest, i32.gtS(rest, i32.const(pieceBytes)));
      const inside = i32.and(i32.geS(get(item), i32.const(begin)), i32.ltS(get(item), i32.const(end)));
      begin = end;
      return ifThen(inside, run(range, at, bytes));
    }),
  );
}
