import { addAffine, axisIndex, coefficient, scaleAffine } from '../../ir/affine.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';
import type { Dtype } from '../../ir/tensor-type.ts';
import { type AnyCode, type Code, get, ifThen, type Local, sequence, set } from './assembler.ts';
import { f32, i32 } from './assembler-scalar.ts';
import { f32x4 } from './assembler-simd.ts';
import { loadLanes, storeLanes } from './lanes.ts';
import { WasmFunction } from './module.ts';
import { pointerLoops } from './pointer-loops.ts';
import type { RowWalk, Walked } from './row-walk.ts';

/** Vectors of a row that are written out; longer rows are looped over. */
const MOST_VECTORS = 16;
const LANES = 4;

/** Up to four elements of a row, from number `first` on. */
interface Vector {
  readonly first: number;
  readonly count: number;
}

/** Emits the walk of a nest; parameters are the bases of its buffers, then the run-time extent if there is one. */
export function emitRowWalk(kernel: Kernel, walk: RowWalk): WasmFunction {
  const runtime = kernel.axes.some(({ extent }) => extent === RUNTIME_EXTENT);
  const buffers = kernel.buffers.length;
  const fn = new WasmFunction(
    kernel.name,
    Array.from({ length: buffers + Number(runtime) }, () => 'i32'),
  );
  const { index, from, to, rows, rowBytes, adds, lanes, axes, cleared } = walk;
  const indices = { buffer: index.source, address: index.index[0]! };
  const pointerTo = ({ buffer, address }: Walked) => {
    const local = fn.local('i32');
    return {
      moving: { local, form: address },
      start: set(local, i32.add(get(fn.param(buffer)), i32.const(address.constant))),
    };
  };
  const [atIndex, atFrom, atTo] = [pointerTo(indices), pointerTo(from), pointerTo(to)];
  const [number, row] = [fn.local('f32'), fn.local('i32')];
  const [source, target] = [fn.local('i32'), fn.local('i32')];
  const scratch = fn.local('v128');
  const access = (local: Local<'i32'>, { address }: Walked, { first, count }: Vector) => {
    const stride = coefficient(address, lanes.name);
    return { dtype: 'f32', address: get(local), offset: first * stride, stride, count } as const;
  };
  const store = (vector: Vector, value: Code<'v128'>): AnyCode =>
    storeLanes(access(target, to, vector), value, scratch);
  const alongRow = (one: (vector: Vector) => AnyCode): AnyCode => {
    const block = MOST_VECTORS * LANES;
    const blocks = Math.floor(lanes.extent / block);
    const step = (local: Local<'i32'>, { address }: Walked) => ({
      local,
      form: scaleAffine(axisIndex('block'), block * coefficient(address, lanes.name)),
    });
    return sequence(
      blocks === 0
        ? sequence()
        : pointerLoops(
            fn,
            [{ name: 'block', extent: blocks }],
            [step(source, from), step(target, to)],
            sequence(...vectorsOf(0, block).map(one)),
          ),
      ...vectorsOf(blocks * block, lanes.extent).map(one),
    );
  };
  const zeros = alongRow((vector) => store(vector, f32x4.const(0)));
  // +0 first: a sum that starts at +0 is never -0
  const copied = alongRow((vector) => {
    const before = adds ? loadLanes(access(target, to, vector)) : f32x4.const(0);
    return store(vector, f32x4.add(before, loadLanes(access(source, from, vector))));
  });
  const inRow = (local: Local<'i32'>): Code<'i32'> =>
    i32.add(get(local), i32.mul(get(row), i32.const(rowBytes)));
  const exists = i32.and(i32.ltU(get(row), i32.const(rows)), f32.eq(f32.fromInt(get(row)), get(number)));
  const body = sequence(
    set(number, loadNumber(kernel.buffers[indices.buffer]!.dtype, get(atIndex.moving.local))),
    set(row, i32.truncSat(get(number))),
    set(source, adds ? get(atFrom.moving.local) : inRow(atFrom.moving.local)),
    set(target, adds ? inRow(atTo.moving.local) : get(atTo.moving.local)),
    ifThen(exists, copied, adds ? undefined : zeros),
  );
  const whole = adds
    ? { buffer: to.buffer, address: addAffine(to.address, scaleAffine(axisIndex(walk.row), rowBytes)) }
    : to;
  const atWhole = pointerTo(whole);
  const clearing = cleared
    ? [
        atWhole.start,
        pointerLoops(fn, cleared, [atWhole.moving], sequence(set(target, get(atWhole.moving.local)), zeros)),
      ]
    : [];
  return fn.setBody(
    sequence(
      ...clearing,
      ...[atIndex, atFrom, atTo].map(({ start }) => start),
      pointerLoops(
        fn,
        axes,
        [atIndex, atFrom, atTo].map(({ moving }) => moving),
        body,
        runtime ? get(fn.param(buffers)) : undefined,
      ),
    ),
  );
}

function vectorsOf(start: number, end: number): Vector[] {
  return Array.from({ length: Math.ceil((end - start) / LANES) }, (_, k) => ({
    first: start + LANES * k,
    count: Math.min(LANES, end - start - LANES * k),
  }));
}

function loadNumber(dtype: Dtype, address: Code<'i32'>): Code<'f32'> {
  if (dtype === 'f32') return f32.load(address);
  return f32.fromInt(dtype === 'i32' ? i32.load(address) : i32.load8(address));
}
