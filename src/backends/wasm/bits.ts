import { type AnyCode, brIf, type Code, get, i64Const, type Local, loop, set } from './assembler.ts';
import { i32, i64 } from './assembler-scalar.ts';

/** Bits of a word. */
export const WORD = 64;

export const anyBit = (word: Local<'i64'>): Code<'i32'> => i32.eqz(i64.eqz(get(word)));

/** Goes through the set bits of a word, of which there is one at least, the lowest first; the word is zero then. */
export const eachBit = (word: Local<'i64'>, bit: Local<'i32'>, body: readonly AnyCode[]): AnyCode =>
  loop([
    set(bit, i32.wrap(i64.ctz(get(word)))),
    set(word, i64.and(get(word), i64.sub(get(word), i64Const(1)))),
    ...body,
    brIf(0, anyBit(word)),
  ]);
