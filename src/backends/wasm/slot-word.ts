import { type Code, get, type Local } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';

/** A word of a slot's header (see `ir/slot.ts`). */
export const slotWordCode = (slot: Local<'i32'>, number: number): Code<'i32'> =>
  i32.load(get(slot), 4 * number);
