import type { Target } from '../../compiler/schedule/schedule.ts';
import { type Affine, affine, coefficient } from '../../ir/affine.ts';
import { MASK_WORD, type WindowConvolutions, windowLists } from '../../ir/window-products.ts';
import { type AnyCode, brIf, get, ifThen, type Local, loop, repeat, sequence, set } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { f32x4, v128 } from './assembler-simd.ts';
import type { WasmFunction } from './module.ts';
import { offsetAt, pointerLoops } from './pointer-loops.ts';
import { storeVectors } from './store-vectors.ts';
import { eachChannel } from './window-masks.ts';

/** Registers that hold sums; others hold the value, a product and one that V8 takes. */
const SUM_REGISTERS = 12;
/** An entry of a list: what a window passes on through a channel, and where its row of the input lies. */
const ENTRY = 8;

/** Empties the lists: one a channel, with room for an entry a window. */
export function emitEmptyLists(kernel: WindowConvolutions, fn: WasmFunction): AnyCode {
  const { ends, entries, room } = windowLists(kernel);
  const lists = get(fn.param(kernel.masks.buffer));
  const [end, at] = [fn.local('i32'), fn.local('i32')];
  return sequence(
    set(end, i32.add(lists, i32.const(ends))),
    set(at, i32.add(lists, i32.const(entries))),
    repeat(
      fn.local('i32'),
      i32.const(kernel.channels),
      sequence(
        i32.store(get(end), get(at)),
        set(end, i32.add(get(end), i32.const(4))),
        set(at, i32.add(get(at), i32.const(ENTRY * room))),
      ),
    ),
  );
}

/** Appends the set bits of a word of one element of a window to the lists of their channels. The word is zero then. */
export function emitListed(
  kernel: WindowConvolutions,
  fn: WasmFunction,
  mask: Local<'i64'>,
  word: number,
  values: Local<'i32'>,
  input: Local<'i32'>,
  offset: number,
): AnyCode {
  const [channel, at, end] = [fn.local('i32'), fn.local('i32'), fn.local('i32')];
  const first = 4 * MASK_WORD * word;
  const { ends } = windowLists(kernel);
  return eachChannel(mask, channel, [
    set(channel, i32.shl(get(channel), i32.const(2))),
    set(end, i32.add(get(fn.param(kernel.masks.buffer)), get(channel))),
    set(at, i32.load(get(end), ends + first)),
    i32.store(get(at), i32.load(i32.add(get(values), get(channel)), first)),
    i32.store(get(at), i32.add(get(input), i32.const(offset)), 4),
    i32.store(get(end), i32.add(get(at), i32.const(ENTRY)), ends + first),
  ]);
}

/**
 * The gradient of the weights, channel by channel: a list goes through the windows in order, as the sum does, and the
 * sums of some taps stay in registers meanwhile.
 */
export function emitToWeights(
  kernel: WindowConvolutions,
  { taps, input, gradient }: NonNullable<WindowConvolutions['toWeights']>,
  fn: WasmFunction,
  rowOffset: number,
  vectors: number,
  target: Target,
): AnyCode {
  const { ends, entries, room } = windowLists(kernel);
  const lists = get(fn.param(kernel.masks.buffer));
  const registers = Math.ceil(vectors / ((target.registerLanes ?? 8) / 4));
  const inner = taps.at(-1);
  // the most taps of the last axis whose sums fit, in equal runs
  const fitting = Math.max(1, Math.floor(SUM_REGISTERS / registers));
  const together = inner
    ? divisors(inner.extent)
        .filter((n) => n <= fitting)
        .at(-1)!
    : 1;
  const loops = inner ? [...taps.slice(0, -1), { name: inner.name, extent: inner.extent / together }] : [];
  const stepped = (form: Affine): Affine =>
    affine(
      Object.fromEntries(
        taps.map(({ name }) => [name, coefficient(form, name) * (name === inner?.name ? together : 1)]),
      ),
    );
  const [end, first, last, at, row] = Array.from({ length: 5 }, () => fn.local('i32')) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
  ];
  const [ofChannel, ofInput] = [fn.local('i32'), fn.local('i32')];
  const z = fn.local('v128');
  const run = Array.from({ length: together }, (_, tap) => ({
    sums: Array.from({ length: vectors }, () => fn.local('v128')),
    input: rowOffset + (inner ? offsetAt(input.address, { [inner.name]: tap }) : 0),
    gradient: inner ? offsetAt(gradient.address, { [inner.name]: tap }) : 0,
  }));
  const body = sequence(
    ...run.flatMap((r) => r.sums.map((s, j) => set(s, v128.load(get(ofChannel), r.gradient + 16 * j)))),
    set(at, get(first)),
    loop([
      set(z, v128.load32Splat(get(at))),
      set(row, i32.add(get(ofInput), i32.load(get(at), 4))),
      ...run.flatMap((r) =>
        r.sums.map((s, j) =>
          set(s, f32x4.add(get(s), f32x4.mul(get(z), v128.load(get(row), r.input + 16 * j)))),
        ),
      ),
      set(at, i32.add(get(at), i32.const(ENTRY))),
      brIf(0, i32.ltU(get(at), get(last))),
    ]),
    ...run.map((r) => storeVectors(get(ofChannel), r.sums.map(get), r.gradient)),
  );
  const moving = [
    { local: ofChannel, form: stepped(gradient.address) },
    { local: ofInput, form: stepped(input.address) },
  ];
  return sequence(
    set(end, i32.add(lists, i32.const(ends))),
    set(first, i32.add(lists, i32.const(entries))),
    set(ofChannel, i32.add(get(fn.param(gradient.buffer)), i32.const(gradient.address.constant + rowOffset))),
    set(ofInput, i32.const(0)),
    repeat(
      fn.local('i32'),
      i32.const(kernel.channels),
      sequence(
        set(last, i32.load(get(end))),
        ifThen(i32.ltU(get(first), get(last)), pointerLoops(fn, loops, moving, body)),
        set(end, i32.add(get(end), i32.const(4))),
        set(first, i32.add(get(first), i32.const(ENTRY * room))),
        set(ofChannel, i32.add(get(ofChannel), i32.const(gradient.stride))),
      ),
    ),
  );
}

const divisors = (n: number): number[] =>
  Array.from({ length: n }, (_, k) => k + 1).filter((d) => n % d === 0);
