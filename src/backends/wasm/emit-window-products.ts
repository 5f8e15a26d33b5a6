import type { Affine } from '../../ir/affine.ts';
import { MASK_WORD, type WindowProducts } from '../../ir/window-products.ts';
import { type AnyCode, type Code, get, type Local, sequence, set } from './assembler.ts';
import { i32 } from './assembler-scalar.ts';
import { f32x4, v128 } from './assembler-simd.ts';
import type { ModuleBuilder, WasmFunction } from './module.ts';
import { offsetAt, pointerLoops, pointsOf } from './pointer-loops.ts';
import { storeVectors } from './store-vectors.ts';
import { eachChannel, emitWindowMasks, ROW_PART } from './window-masks.ts';

/** Emits the walk; parameters are the bases of the buffers. */
export function emitWindowProducts(kernel: WindowProducts, builder: ModuleBuilder): WasmFunction {
  const fn = builder.function(
    kernel.name,
    kernel.buffers.map(() => 'i32' as const),
  );
  const operands = [kernel.argmax, kernel.value, kernel.toInput?.gradient, kernel.toWeights?.input].filter(
    (o) => o !== undefined,
  );
  const pointers = new Map(operands.map((operand) => [operand, fn.local('i32')]));
  const moving = operands.map((o) => ({ local: pointers.get(o)!, form: o.address }));
  const parts: AnyCode[] = [];
  for (let start = 0; start < kernel.width; start += ROW_PART) {
    const vectors = Math.ceil(Math.min(ROW_PART, kernel.width - start) / 4);
    const at = (operand: { readonly buffer: number; readonly address: Affine }): Local<'i32'> =>
      pointers.get(operand)!;
    const walk = emitWindow(kernel, fn, at, 4 * start, vectors);
    parts.push(
      ...operands.map((o) => set(at(o), i32.add(get(fn.param(o.buffer)), i32.const(o.address.constant)))),
      pointerLoops(fn, kernel.windows, moving, walk),
    );
  }
  return fn.setBody(sequence(...parts));
}

/** All elements of one window: their masks, then the set channels of each. */
function emitWindow(
  kernel: WindowProducts,
  fn: WasmFunction,
  at: (operand: { readonly buffer: number; readonly address: Affine }) => Local<'i32'>,
  rowOffset: number,
  vectors: number,
): AnyCode {
  const elements = pointsOf(kernel.elements);
  const words = Math.ceil(kernel.channels / MASK_WORD);
  const masks = elements.map(() => Array.from({ length: words }, () => fn.local('i64')));
  const rows = Array.from({ length: vectors }, () => fn.local('v128'));
  const sums = Array.from({ length: vectors }, () => fn.local('v128'));
  const { toInput, toWeights, value } = kernel;
  const body: AnyCode[] = [emitWindowMasks(kernel.channels, fn, at(kernel.argmax), at(kernel.value), masks)];
  elements.forEach((offsets, e) => {
    if (toWeights) {
      const base = at(toWeights.input);
      rows.forEach((row, j) => {
        body.push(
          set(row, v128.load(get(base), offsetAt(toWeights.input.address, offsets) + rowOffset + 16 * j)),
        );
      });
    }
    if (toInput) for (const s of sums) body.push(set(s, f32x4.const(0)));
    for (let w = 0; w < words; w++) {
      body.push(emitChannels(kernel, fn, masks[e]![w]!, w, at(value), rowOffset, rows, sums));
    }
    if (toInput) {
      const base = at(toInput.gradient);
      body.push(
        storeVectors(get(base), sums.map(get), offsetAt(toInput.gradient.address, offsets) + rowOffset),
      );
    }
  });
  return sequence(...body);
}

/** Goes through the set bits of a word, the lowest channel first. */
function emitChannels(
  { toInput, toWeights }: WindowProducts,
  fn: WasmFunction,
  mask: Local<'i64'>,
  word: number,
  values: Local<'i32'>,
  rowOffset: number,
  rows: readonly Local<'v128'>[],
  sums: readonly Local<'v128'>[],
): AnyCode {
  const channel = fn.local('i32');
  const z = fn.local('v128');
  const weights = fn.local('i32');
  const gradient = fn.local('i32');
  const first = MASK_WORD * word;
  const rowOf = (operand: { buffer: number; offset: number; stride: number }): Code<'i32'> =>
    i32.add(
      i32.add(get(fn.param(operand.buffer)), i32.const(operand.offset + rowOffset + first * operand.stride)),
      i32.mul(get(channel), i32.const(operand.stride)),
    );
  const body: AnyCode[] = [
    set(z, v128.load32Splat(i32.add(get(values), i32.shl(get(channel), i32.const(2))), 4 * first)),
  ];
  if (toInput) body.push(set(weights, rowOf(toInput.weights)));
  if (toWeights) body.push(set(gradient, rowOf(toWeights.gradient)));
  if (toInput) {
    sums.forEach((s, j) => {
      body.push(set(s, f32x4.add(get(s), f32x4.mul(get(z), v128.load(get(weights), 16 * j)))));
    });
  }
  if (toWeights) {
    for (let j = 0; j < rows.length; j += 2) {
      // both halves of a pair are read before either is written, so that V8 can join them
      const pair = rows
        .slice(j, j + 2)
        .map((row, k) => ({ row, place: 16 * (j + k), sum: fn.local('v128') }));
      for (const { row, place, sum } of pair) {
        body.push(set(sum, f32x4.add(v128.load(get(gradient), place), f32x4.mul(get(z), get(row)))));
      }
      body.push(
        storeVectors(
          get(gradient),
          pair.map(({ sum }) => get(sum)),
          pair[0]!.place,
        ),
      );
    }
  }
  return eachChannel(mask, channel, body);
}
