import type { Target } from '../../compiler/schedule/schedule.ts';
import { type Affine, addAffine, coefficient, scaleAffine } from '../../ir/affine.ts';
import { type NonzeroProducts, nonzeroLists, walksBits } from '../../ir/nonzero-products.ts';
import { type AnyCode, brIf, get, ifThen, loop, sequence, set } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { f32x4, v128 } from './assembler-simd.ts';
import type { CallableKernel } from './emit-kernel.ts';
import { call, type ModuleBuilder, type WasmFunction } from './module.ts';
import { emitNonzeroLists } from './nonzero-lists.ts';
import { emitPointwise } from './nonzero-pointwise.ts';
import { type Moving, pointerLoops } from './pointer-loops.ts';
import { storeVectors } from './store-vectors.ts';

/** Registers that hold sums; others hold the value, a product and one that V8 takes. */
const SUM_REGISTERS = 12;
/** Rows of weights that stay in the first-level cache while they are used for one position after another. */
const ROWS_BYTES = 32 * 1024;
/** Part of x that is not zero from which the dense kernel is faster. */
const DENSE_FROM = 0.75;

/**
 * Emits the lists of nonzero values, then the sums position by position, or a call of the dense kernel; or position by position
 * a walk by bits.
 */
export function emitNonzeroProducts(
  kernel: NonzeroProducts,
  dense: () => CallableKernel,
  builder: ModuleBuilder,
  target: Target = {},
): WasmFunction {
  const fn = builder.function(
    kernel.name,
    kernel.buffers.map(() => 'i32' as const),
  );
  if (walksBits(kernel)) {
    const width = partWidth(kernel, target);
    return fn.setBody(sequence(...partsOf(kernel, width).map((part) => emitPointwise(kernel, fn, part))));
  }
  const { input } = kernel;
  const end = fn.local('i32');
  const parts = partsOf(kernel, partWidth(kernel, target)).map(({ offset, vectors }) =>
    emitSums(kernel, fn, offset, vectors),
  );
  const most = Math.floor(DENSE_FROM * input.inside * input.channels);
  const full = i32.gtU(
    i32.sub(get(end), get(fn.param(kernel.lists))),
    i32.const(nonzeroLists(input).values + 4 * most),
  );
  const denseCall = call(
    dense().fn,
    kernel.dense.buffers.map((_, k) => get(fn.param(k))),
  );
  return fn.setBody(sequence(emitNonzeroLists(kernel, fn, end), ifThen(full, denseCall, sequence(...parts))));
}

/** Elements of a row whose sums are kept in registers at a time: equal parts, whole pairs of vectors. */
function partWidth({ width, input }: NonzeroProducts, target: Target): number {
  const lanes = target.registerLanes ?? 8;
  const fitting = Math.max(32, Math.floor(ROWS_BYTES / (4 * input.channels)));
  const parts = Math.ceil(width / Math.min(SUM_REGISTERS * lanes, fitting));
  return 8 * Math.ceil(width / parts / 8);
}

/** Elements of a row whose sums are kept in registers at a time, in bytes from its start, and their vectors. */
export interface RowPart {
  readonly offset: number;
  readonly vectors: number;
}

const partsOf = ({ width }: NonzeroProducts, each: number): RowPart[] =>
  Array.from({ length: Math.ceil(width / each) }, (_, k) => ({
    offset: 4 * each * k,
    vectors: Math.ceil(Math.min(each, width - each * k) / 4),
  }));

function emitSums(kernel: NonzeroProducts, fn: WasmFunction, partOffset: number, vectors: number): AnyCode {
  const { axes, taps, position, weights, output, input } = kernel;
  const { starts, values, offsets } = nonzeroLists(input);
  const start = (buffer: number, form: Affine, extra: number): { moving: Moving; set: AnyCode } => {
    const local = fn.local('i32');
    const code = set(local, i32.add(get(fn.param(buffer)), i32.const(form.constant + extra)));
    return { moving: { local, form }, set: code };
  };
  const perPosition = input.channels * weights.stride;
  const list = start(kernel.lists, scaleAffine(position, 4), starts);
  const rows = start(
    weights.buffer,
    addAffine(weights.address, scaleAffine(position, -perPosition)),
    partOffset,
  );
  const result = start(output.buffer, output.address, partOffset);
  const moving = [list.moving, rows.moving, result.moving];
  const sums = Array.from({ length: vectors }, () => fn.local('v128'));
  const [at, last, row] = [fn.local('i32'), fn.local('i32'), fn.local('i32')];
  const z = fn.local('v128');

  // taps along which positions and rows follow each other are one run of the list
  const inner = taps.at(-1);
  const bytesOfTap = 16 * vectors * input.channels;
  const joined =
    inner !== undefined &&
    coefficient(position, inner.name) === 1 &&
    coefficient(weights.address, inner.name) === perPosition &&
    bytesOfTap * inner.extent <= ROWS_BYTES;
  const run = joined ? inner.extent : 1;
  const looped = joined ? taps.slice(0, -1) : taps;
  const walk = sequence(
    set(at, i32.load(get(list.moving.local))),
    set(last, i32.load(get(list.moving.local), 4 * run)),
    ifThen(
      i32.ltU(get(at), get(last)),
      loop([
        set(z, v128.load32Splat(get(at))),
        set(row, i32.add(get(rows.moving.local), i32.load(get(at), offsets - values))),
        ...sums.map((s, j) => set(s, f32x4.add(get(s), f32x4.mul(get(z), v128.load(get(row), 16 * j))))),
        set(at, i32.add(get(at), i32.const(4))),
        brIf(0, i32.ltU(get(at), get(last))),
      ]),
    ),
  );
  // where the rows of all taps exceed the cache, outer taps stand outside the positions of a line
  let innerTaps = looped.length;
  let bytes = bytesOfTap * run;
  while (innerTaps > 0 && bytes * looped[innerTaps - 1]!.extent <= ROWS_BYTES) {
    innerTaps--;
    bytes *= looped[innerTaps]!.extent;
  }
  const outerTaps = looped.slice(0, innerTaps);
  const point = (resumed: boolean): AnyCode =>
    sequence(
      ...sums.map((s, j) => set(s, resumed ? v128.load(get(result.moving.local), 16 * j) : f32x4.const(0))),
      pointerLoops(fn, looped.slice(innerTaps), moving, walk),
      storeVectors(get(result.moving.local), sums.map(get)),
    );
  const line = axes.slice(-1);
  const clear = pointerLoops(
    fn,
    line,
    [result.moving],
    storeVectors(
      get(result.moving.local),
      sums.map(() => f32x4.const(0)),
    ),
  );
  const lines =
    outerTaps.length === 0
      ? pointerLoops(fn, line, moving, point(false))
      : sequence(clear, pointerLoops(fn, outerTaps, moving, pointerLoops(fn, line, moving, point(true))));
  return sequence(
    ...[list, rows, result].map((s) => s.set),
    pointerLoops(fn, axes.slice(0, -1), moving, lines),
  );
}
