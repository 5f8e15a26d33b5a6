import type { Target } from '../../compiler/schedule/schedule.ts';
import { type Affine, addAffine, affine, coefficient, constantIndex, scaleAffine } from '../../ir/affine.ts';
import { MASK_WORD, type WindowConvolutions } from '../../ir/window-products.ts';
import { type AnyCode, type Code, get, ifThen, sequence, set } from './assembler.ts';
import { i32, i64, memory } from './assembler-scalar.ts';
import { f32x4, v128 } from './assembler-simd.ts';
import { emitEmptyLists, emitListed, emitToWeights } from './emit-window-weights.ts';
import type { ModuleBuilder, WasmFunction } from './module.ts';
import { type Moving, offsetAt, pointerLoops, pointsOf } from './pointer-loops.ts';
import { storeVectors } from './store-vectors.ts';
import { eachChannel, emitWindowMasks, ROW_PART } from './window-masks.ts';

/** Emits the masks, then the gradient of the input position by position, then that of the weights channel by channel. */
export function emitWindowConvolutions(
  kernel: WindowConvolutions,
  builder: ModuleBuilder,
  target: Target = {},
): WasmFunction {
  const fn = builder.function(
    kernel.name,
    kernel.buffers.map(() => 'i32' as const),
  );
  const parts: AnyCode[] = [emitMaskGrid(kernel, fn)];
  for (let start = 0; start < kernel.width; start += ROW_PART) {
    const vectors = Math.ceil(Math.min(ROW_PART, kernel.width - start) / 4);
    if (kernel.toInput) parts.push(emitToInput(kernel, kernel.toInput, fn, 4 * start, vectors));
    if (kernel.toWeights) parts.push(emitToWeights(kernel, kernel.toWeights, fn, 4 * start, vectors, target));
  }
  return fn.setBody(sequence(...parts));
}

const wordsOf = (kernel: WindowConvolutions): number => Math.ceil(kernel.channels / MASK_WORD);

/** Bytes from a position to the next of its dimension in the grid of masks. */
function gridStrides(kernel: WindowConvolutions): number[] {
  const { extents } = kernel.masks;
  const strides = extents.map(() => 8 * wordsOf(kernel));
  for (let k = extents.length - 2; k >= 0; k--) strides[k] = strides[k + 1]! * extents[k + 1]!;
  return strides;
}

/** Byte offset in the grid of masks of a position by dimension. */
function gridAddress(kernel: WindowConvolutions, position: readonly Affine[]): Affine {
  const strides = gridStrides(kernel);
  return position.reduce(
    (sum, form, k) =>
      addAffine(sum, scaleAffine(addAffine(form, constantIndex(kernel.masks.before[k]!)), strides[k]!)),
    constantIndex(0),
  );
}

/** Positions of windows' elements: extent of the element axis * window + element. */
const elementPosition = ({ windows, elements }: WindowConvolutions): Affine[] =>
  windows.map((axis, k) => affine({ [axis.name]: elements[k]!.extent, [elements[k]!.name]: 1 }));

function start(fn: WasmFunction, buffer: number, form: Affine, extra = 0): { moving: Moving; set: AnyCode } {
  const local = fn.local('i32');
  return {
    moving: { local, form },
    set: set(local, i32.add(get(fn.param(buffer)), i32.const(form.constant + extra))),
  };
}

/** Writes a word of bits a position; positions outside keep zeros. */
function emitMaskGrid(kernel: WindowConvolutions, fn: WasmFunction): AnyCode {
  const { masks, channels, elements, windows } = kernel;
  const words = wordsOf(kernel);
  const bytes = masks.extents.reduce((product, n) => product * n, 8 * words);
  const argmax = start(fn, kernel.argmax.buffer, kernel.argmax.address);
  const value = start(fn, kernel.value.buffer, kernel.value.address);
  const grid = start(fn, masks.buffer, gridAddress(kernel, elementPosition(kernel)));
  const points = pointsOf(elements);
  const locals = points.map(() => Array.from({ length: words }, () => fn.local('i64')));
  const input = kernel.toWeights && start(fn, kernel.toWeights.input.buffer, kernel.toWeights.input.address);
  const stores = points.flatMap((point, e) => {
    const offset = offsetAt(grid.moving.form, point);
    return locals[e]!.map((word, w) => i64.store(get(grid.moving.local), get(word), offset + 8 * w));
  });
  const body = sequence(
    emitWindowMasks(channels, fn, argmax.moving.local, value.moving.local, locals),
    ...stores,
    ...(input
      ? points.flatMap((point, e) =>
          locals[e]!.map((word, w) =>
            emitListed(
              kernel,
              fn,
              word,
              w,
              value.moving.local,
              input.moving.local,
              offsetAt(input.moving.form, point),
            ),
          ),
        )
      : []),
  );
  const starts = [argmax, value, grid, ...(input ? [input] : [])];
  return sequence(
    memory.fill(get(fn.param(masks.buffer)), i32.const(0), i32.const(bytes)),
    ...(input ? [emitEmptyLists(kernel, fn)] : []),
    ...starts.map((s) => s.set),
    pointerLoops(
      fn,
      windows,
      starts.map((s) => s.moving),
      body,
    ),
  );
}

function emitToInput(
  kernel: WindowConvolutions,
  toInput: NonNullable<WindowConvolutions['toInput']>,
  fn: WasmFunction,
  rowOffset: number,
  vectors: number,
): AnyCode {
  const { axes, taps, weights } = toInput;
  const sums = Array.from({ length: vectors }, () => fn.local('v128'));
  const gradient = start(fn, toInput.gradient.buffer, toInput.gradient.address, rowOffset);
  const grid = start(fn, kernel.masks.buffer, gridAddress(kernel, toInput.position));
  const rows = start(fn, weights.buffer, weights.address, rowOffset);
  const positions = toInput.position.map((form): Moving => ({ local: fn.local('i32'), form }));
  const mask = fn.local('i64');
  const channel = fn.local('i32');
  const values = fn.local('i32');
  const row = fn.local('i32');
  const z = fn.local('v128');
  // the window of position q is floor(q / extent); a position outside has no bit, so that nothing is read there
  const window = kernel.windows.reduce<Code<'i32'>>(
    (address, axis, k) => {
      const q = i32.divU(get(positions[k]!.local), i32.const(kernel.elements[k]!.extent));
      return i32.add(address, i32.mul(q, i32.const(coefficient(kernel.value.address, axis.name))));
    },
    i32.add(get(fn.param(kernel.value.buffer)), i32.const(kernel.value.address.constant)),
  );
  const wordParts = Array.from({ length: wordsOf(kernel) }, (_, w): AnyCode => {
    const first = MASK_WORD * w;
    return sequence(
      set(mask, i64.load(get(grid.moving.local), 8 * w)),
      ifThen(
        i32.eqz(i64.eqz(get(mask))),
        sequence(
          set(values, window),
          eachChannel(mask, channel, [
            set(z, v128.load32Splat(i32.add(get(values), i32.shl(get(channel), i32.const(2))), 4 * first)),
            set(row, i32.add(get(rows.moving.local), i32.mul(get(channel), i32.const(weights.stride)))),
            ...sums.map((s, j) =>
              set(
                s,
                f32x4.add(get(s), f32x4.mul(get(z), v128.load(get(row), first * weights.stride + 16 * j))),
              ),
            ),
          ]),
        ),
      ),
    );
  });
  const moving = [gradient.moving, grid.moving, rows.moving, ...positions];
  const body = sequence(
    ...sums.map((s) => set(s, f32x4.const(0))),
    pointerLoops(fn, taps, moving, sequence(...wordParts)),
    storeVectors(get(gradient.moving.local), sums.map(get)),
  );
  return sequence(
    ...[gradient, grid, rows].map((s) => s.set),
    ...positions.map(({ local, form }) => set(local, i32.const(form.constant))),
    pointerLoops(fn, axes, moving, body),
  );
}
