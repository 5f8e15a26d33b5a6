import type { Target } from '../../compiler/schedule/schedule.ts';
import { type Affine, affine, coefficient } from '../../ir/affine.ts';
import type { Kernel } from '../../ir/kernel.ts';
import {
  type AnyCode,
  type Code,
  get,
  i64Const,
  ifThen,
  type Local,
  repeat,
  sequence,
  set,
} from './assembler.ts';
import { i32, i64 } from './assembler-scalar.ts';
import { f32x4, i32x4, lanes as shuffles, v128 } from './assembler-simd.ts';
import { anyBit, eachBit, WORD } from './bits.ts';
import { WasmFunction } from './module.ts';
import type { NonzeroSum, Operand } from './nonzero-sum.ts';
import { pointerLoops } from './pointer-loops.ts';
import { storeVectors } from './store-vectors.ts';

/** Registers that hold sums; others hold the value, a product and one that V8 takes. */
const SUM_REGISTERS = 12;
/** Bits of half a word. */
const HALF = 32;
/** Positions that are written out where bits are collected. */
const WRITTEN = 8;
const LANES = 4;

/** Emits the walk of a nest; parameters are the bases of its buffers. */
export function emitNonzeroSum(kernel: Kernel, walk: NonzeroSum, target: Target = {}): WasmFunction {
  const fn = new WasmFunction(
    kernel.name,
    kernel.buffers.map(() => 'i32' as const),
  );
  const { axes, run, from, row, to } = walk;
  const pointerTo = ({ buffer, address }: Operand) => ({
    local: fn.local('i32'),
    buffer,
    address,
  });
  const pointers = [from, row, to].map(pointerTo);
  const words = Math.floor(run.extent / WORD);
  const steps = pointers.map(({ local, address }) => ({
    local,
    form: withWords(
      address,
      axes.map(({ name }) => name),
      run.name,
    ),
  }));
  const [atFrom, atRow, atTo] = pointers.map(({ local }) => local) as [
    Local<'i32'>,
    Local<'i32'>,
    Local<'i32'>,
  ];
  const at = { from: atFrom, row: atRow, to: atTo };
  const ofWord = (positions: number): AnyCode => emitWord(walk, fn, at, positions, target);
  const rest = run.extent % WORD;
  const behind = steps.map(({ local, form }) => ({ local, bytes: words * coefficient(form, WORDS) }));
  const moved = (sign: 1 | -1): AnyCode[] =>
    behind
      .filter(({ bytes }) => bytes !== 0)
      .map(({ local, bytes }) => set(local, i32.add(get(local), i32.const(sign * bytes))));
  const body = sequence(
    words > 0 ? pointerLoops(fn, [{ name: WORDS, extent: words }], steps, ofWord(WORD)) : sequence(),
    ...(rest > 0 ? [...moved(1), ofWord(rest), ...moved(-1)] : []),
  );
  return fn.setBody(
    sequence(
      ...pointers.map(({ local, buffer, address }) =>
        set(local, i32.add(get(fn.param(buffer)), i32.const(address.constant))),
      ),
      pointerLoops(fn, axes, steps, body),
    ),
  );
}

const WORDS = 'words';

/** The address over the loops around the run and its whole words. */
const withWords = (address: Affine, axes: readonly string[], run: string): Affine =>
  affine({
    ...Object.fromEntries(axes.map((name) => [name, coefficient(address, name)])),
    [WORDS]: WORD * coefficient(address, run),
  });

interface Pointers {
  readonly from: Local<'i32'>;
  readonly row: Local<'i32'>;
  readonly to: Local<'i32'>;
}

/** All channels at the positions of one word: rows are used again while they lie in the first-level cache. */
function emitWord(
  walk: NonzeroSum,
  fn: WasmFunction,
  at: Pointers,
  positions: number,
  target: Target,
): AnyCode {
  const { channel, lanes } = walk;
  const vectors = lanes.extent / LANES;
  const parts = Math.ceil(vectors / ((SUM_REGISTERS * (target.registerLanes ?? 8)) / LANES));
  const width = 2 * Math.ceil(vectors / parts / 2);
  const [atFrom, atTo] = [fn.local('i32'), fn.local('i32')];
  const groups = Math.floor(channel.extent / LANES);
  const left = channel.extent % LANES;
  const code: AnyCode[] = [];
  for (let first = 0; first < vectors; first += width) {
    const count = Math.min(width, vectors - first);
    const group = (channels: number): AnyCode =>
      emitChannels(walk, fn, { from: atFrom, row: at.row, to: atTo }, positions, channels, first, count);
    code.push(
      set(atFrom, get(at.from)),
      set(atTo, get(at.to)),
      groups > 0
        ? repeat(
            fn.local('i32'),
            i32.const(groups),
            sequence(group(LANES), set(atFrom, i32.add(get(atFrom), i32.const(4 * LANES)))),
          )
        : sequence(),
      left > 0 ? group(left) : sequence(),
    );
  }
  return sequence(...code);
}

/** Up to four channels: their words, then channel by channel a walk through its bits. Moves `to` behind them. */
function emitChannels(
  { channel, run, from, row, to }: NonzeroSum,
  fn: WasmFunction,
  at: Pointers,
  positions: number,
  channels: number,
  first: number,
  vectors: number,
): AnyCode {
  const fromStep = coefficient(from.address, run.name);
  const rowStep = coefficient(row.address, run.name);
  const halves = Array.from({ length: Math.ceil(positions / HALF) }, () => fn.local('v128'));
  const collected = halves.map((half, k) =>
    emitBits(fn, half, at.from, k * HALF * fromStep, fromStep, Math.min(HALF, positions - k * HALF)),
  );
  const word = fn.local('i64');
  const [value, start] = [fn.local('i32'), fn.local('i32')];
  const [position, atRow] = [fn.local('i32'), fn.local('i32')];
  const z = fn.local('v128');
  const sums = Array.from({ length: vectors }, () => fn.local('v128'));
  const bits = (half: Local<'v128'>): Code<'i64'> => i64.extend(i32x4.extractLane(get(half), 0));
  const [low, high] = halves;
  const walk = sequence(
    ...sums.map((s, j) => set(s, v128.load(get(at.to), 16 * (first + j)))),
    eachBit(word, position, [
      set(z, v128.load32Splat(i32.add(get(value), i32.mul(get(position), i32.const(fromStep))))),
      set(atRow, i32.add(get(at.row), i32.mul(get(position), i32.const(rowStep)))),
      ...sums.map((s, j) =>
        set(s, f32x4.add(get(s), f32x4.mul(get(z), v128.load(get(atRow), 16 * (first + j))))),
      ),
    ]),
    storeVectors(get(at.to), sums.map(get), 16 * first),
  );
  return sequence(
    ...collected,
    set(value, get(at.from)),
    repeat(
      start,
      i32.const(channels),
      sequence(
        set(word, high ? i64.or(bits(low!), i64.shl(bits(high), i64Const(HALF))) : bits(low!)),
        ifThen(anyBit(word), walk),
        ...halves.map((half) => set(half, shuffles.shuffle32(get(half), get(half), [1, 2, 3, 0]))),
        set(value, i32.add(get(value), i32.const(4))),
        set(at.to, i32.add(get(at.to), i32.const(coefficient(to.address, channel.name)))),
      ),
    ),
  );
}

/** Sets bit k of each lane where the lane is not zero at position k. */
function emitBits(
  fn: WasmFunction,
  bits: Local<'v128'>,
  from: Local<'i32'>,
  offset: number,
  step: number,
  positions: number,
): AnyCode {
  const [at, bit] = [fn.local('i32'), fn.local('v128')];
  const one = (k: number): AnyCode[] => [
    set(bits, v128.or(get(bits), v128.and(f32x4.ne(v128.load(get(at), k * step), f32x4.const(0)), get(bit)))),
    set(bit, i32x4.add(get(bit), get(bit))),
  ];
  const block = (count: number): AnyCode =>
    sequence(
      ...Array.from({ length: count }, (_, k) => one(k)).flat(),
      set(at, i32.add(get(at), i32.const(count * step))),
    );
  const blocks = Math.floor(positions / WRITTEN);
  const left = positions % WRITTEN;
  return sequence(
    set(at, i32.add(get(from), i32.const(offset))),
    set(bits, i32x4.const(0)),
    set(bit, i32x4.const(1)),
    blocks > 0 ? repeat(fn.local('i32'), i32.const(blocks), block(WRITTEN)) : sequence(),
    left > 0 ? block(left) : sequence(),
  );
}
