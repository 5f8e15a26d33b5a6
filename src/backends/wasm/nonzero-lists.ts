import { type NonzeroProducts, nonzeroLists } from '../../ir/nonzero-products.ts';
import { type AnyCode, get, type Local, repeat, sequence, set } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { f32x4, i32x4, lanes, v128 } from './assembler-simd.ts';
import type { WasmFunction } from './module.ts';

/** Vectors of one position that are written out; longer positions are looped over. */
const MOST_VECTORS = 8;

/**
 * Lists the values of x that are not zero: their bits, the byte offset of their rows of weights if position 0 had row 0,
 * and for every position where its values begin. No branch depends on the data: each vector is moved to the front of
 * what is still free, its nonzero lanes first, and the next one follows behind those. `end` is the end of the values.
 */
export function emitNonzeroLists(kernel: NonzeroProducts, fn: WasmFunction, end: Local<'i32'>): AnyCode {
  const { input, weights } = kernel;
  const { starts, values, offsets } = nonzeroLists(input);
  const lists = get(fn.param(kernel.lists));
  const [at, start, mask, left] = [fn.local('i32'), fn.local('i32'), fn.local('i32'), fn.local('i32')];
  const [x, rows, places] = [fn.local('v128'), fn.local('v128'), fn.local('v128')];
  const vectors = Math.ceil(input.channels / 4);
  const row = weights.stride;
  const one = (k: number, last: boolean): AnyCode => {
    const kept = last ? input.channels - 4 * (vectors - 1) : 4;
    const nonzero = i32x4.bitmask(f32x4.ne(get(x), f32x4.const(0)));
    return sequence(
      set(x, v128.load(get(at), 16 * k)),
      // lanes behind the last channel hold anything
      set(mask, kept === 4 ? nonzero : i32.and(nonzero, i32.const((1 << kept) - 1))),
      set(places, v128.load(i32.add(lists, i32.shl(get(mask), i32.const(4))))),
      v128.store(get(end), lanes.swizzle(get(x), get(places))),
      v128.store(get(end), lanes.swizzle(get(rows), get(places)), offsets - values),
      set(rows, i32x4.add(get(rows), i32x4.const(4 * row))),
      set(end, i32.add(get(end), i32.shl(i32.popcnt(get(mask)), i32.const(2)))),
    );
  };
  const whole = Math.floor(vectors / MOST_VECTORS);
  const run = Array.from({ length: MOST_VECTORS }, (_, k) => one(k, false));
  const looped = vectors > MOST_VECTORS ? (vectors % MOST_VECTORS === 0 ? whole - 1 : whole) : 0;
  const written = vectors - looped * MOST_VECTORS;
  const position = sequence(
    i32.store(get(start), get(end)),
    ...(looped > 0
      ? [
          repeat(
            fn.local('i32'),
            i32.const(looped),
            sequence(...run, set(at, i32.add(get(at), i32.const(16 * MOST_VECTORS)))),
          ),
        ]
      : []),
    ...Array.from({ length: written }, (_, k) => one(k, k === written - 1)),
    set(at, i32.add(get(at), i32.const(input.positionBytes - 16 * MOST_VECTORS * looped))),
    ...(input.channels === 4 * vectors
      ? []
      : [set(rows, i32x4.add(get(rows), i32x4.const((input.channels - 4 * vectors) * row)))]),
    set(start, i32.add(get(start), i32.const(4))),
  );
  return sequence(
    ...laneTable().map((bytes, m) => v128.store(lists, lanes.bytes(bytes), 16 * m)),
    set(at, i32.add(get(fn.param(input.buffer)), i32.const(input.offset))),
    set(start, i32.add(lists, i32.const(starts))),
    set(end, i32.add(lists, i32.const(values))),
    set(rows, i32x4.lanes([0, row, 2 * row, 3 * row])),
    repeat(left, i32.const(input.positions), position),
    i32.store(get(start), get(end)),
  );
}

/** For each set of lanes, the bytes of its lanes in order; the others are zero. */
function laneTable(): number[][] {
  return Array.from({ length: 16 }, (_, mask) => {
    const chosen = [0, 1, 2, 3].filter((lane) => mask & (1 << lane));
    const bytes = chosen.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
    return [...bytes, ...new Array<number>(16 - bytes.length).fill(0x80)];
  });
}
