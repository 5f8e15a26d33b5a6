import wabtStart from 'wabt';

/** Assembles a module in text form whose memory is imported; `shared` says which kind. */
export async function bytesFromText(body: string, shared: boolean): Promise<number[]> {
  const wabt = await wabtStart();
  const text = `(module (import "env" "memory" (memory 1 1024${shared ? ' shared' : ''})) ${body})`;
  const parsed = wabt.parseWat('test.wat', text, { threads: true });
  try {
    return Array.from(parsed.toBinary({}).buffer);
  } finally {
    parsed.destroy();
  }
}

export async function moduleFromText(body: string, shared: boolean): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(Uint8Array.from(await bytesFromText(body, shared)));
}

export function memoryOf(pages: number, shared: boolean): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: pages, maximum: 1024, shared });
}

const signature = '(param $item i32) (param $thread i32) (param $slot i32)';

/** Byte address of a word of the item, `offset` bytes into the slot's body. */
const at = (offset: number, item = '(local.get $item)'): string =>
  `(i32.add (local.get $slot) (i32.add (i32.const ${64 + offset}) (i32.shl ${item} (i32.const 2))))`;

/** `count`: each item adds 1 to its word. */
export const countText: string = `(func (export "count") ${signature}
  (drop (i32.atomic.rmw.add ${at(0)} (i32.const 1))))`;

/** `nothing`. */
export const nothingText: string = `(func (export "nothing") ${signature})`;

/** `trap`: item 3 traps. */
export const trapText: string = `(func (export "trap") ${signature}
  (if (i32.eq (local.get $item) (i32.const 3)) (then (unreachable))))`;

/** `endless`: never returns. */
export const endlessText: string = `(func (export "endless") ${signature} (loop $again (br $again)))`;

/** `wait`: returns when the first word of the slot's body is not 0. */
export const waitText: string = `(func (export "wait") ${signature}
  (loop $again (br_if $again (i32.eqz (i32.atomic.load offset=64 (local.get $slot))))))`;

/**
 * `crowd`: word 0 of the slot's body counts threads inside, word 1 becomes the most that were inside at once, and word
 * 2 + thread counts the items of a thread. `meet`: returns when so many items have been begun as word 0 tells.
 */
export const crowdText: string = `(func (export "crowd") ${signature} (local $inside i32) (local $turns i32)
  (local.set $inside (i32.add (i32.atomic.rmw.add ${at(0, '(i32.const 0)')} (i32.const 1)) (i32.const 1)))
  (if (i32.gt_u (local.get $inside) (i32.atomic.load ${at(4, '(i32.const 0)')}))
    (then (i32.atomic.store ${at(4, '(i32.const 0)')} (local.get $inside))))
  (drop (i32.atomic.rmw.add ${at(8, '(local.get $thread)')} (i32.const 1)))
  (loop $again
    (local.set $turns (i32.add (local.get $turns) (i32.const 1)))
    (br_if $again (i32.lt_u (local.get $turns) (i32.const 2000))))
  (drop (i32.atomic.rmw.sub ${at(0, '(i32.const 0)')} (i32.const 1))))
(func (export "meet") ${signature}
  (drop (i32.atomic.rmw.add ${at(4, '(i32.const 0)')} (i32.const 1)))
  (loop $again
    (br_if $again (i32.lt_u (i32.atomic.load ${at(4, '(i32.const 0)')}) (i32.atomic.load ${at(0, '(i32.const 0)')})))))`;

/** `forth` and `back`: each item of one of two rings of `items` words becomes its neighbour's word in the other plus 1. */
export function ringText(items: number): string {
  const neighbour = `(i32.rem_u (i32.add (local.get $item) (i32.const 1)) (i32.const ${items}))`;
  const move = (name: string, from: number, to: number): string => `(func (export "${name}") ${signature}
    (i32.store ${at(to)} (i32.add (i32.load ${at(from, neighbour)}) (i32.const 1))))`;
  return move('forth', 0, 4 * items) + move('back', 4 * items, 0);
}
