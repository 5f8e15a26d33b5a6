import { type Affine, affineRange, axesOf } from '../../src/ir/affine.ts';
import type { Axis } from '../../src/ir/definition.ts';
import type { Expression } from '../../src/ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../src/ir/kernel.ts';
import { operands } from '../../src/ir/walk.ts';
import type { WindowConvolutions, WindowProducts } from '../../src/ir/window-products.ts';

/** What a call of a kernel has to do at least. */
export interface Work {
  /** Arithmetic operations; functions count as the operations of their polynomials, about. */
  readonly operations: number;
  /** Distinct bytes read and written. */
  readonly bytes: number;
}

const functionCosts = { neg: 1, abs: 1, sqrt: 1, exp: 16, log: 20, tanh: 22, sigmoid: 20, erf: 26 } as const;
/** Philox 4x32-10 gives four words for about 100 operations. */
const randomCost = 25;
const widths = { f32: 4, i32: 4, u8: 1 } as const;

/** @param samples extent of the axis over samples, where the kernel has one */
export function workOf(kernel: Kernel, samples: number): Work {
  const extents = Object.fromEntries(
    kernel.axes.map(({ name, extent }) => [name, extent === RUNTIME_EXTENT ? samples : extent]),
  );
  const reduced = new Set<string>();
  const loads: { buffer: number; form: Affine }[] = [];
  let operations = 0;
  const seen = new Set<Expression>();
  const visit = (e: Expression, times: number): void => {
    if (seen.has(e)) return;
    seen.add(e);
    if (e.kind === 'load') loads.push({ buffer: e.source, form: e.index[0]! });
    if (e.kind === 'unary') operations += times * functionCosts[e.op];
    else if (e.kind === 'random') operations += times * randomCost;
    else if (e.kind === 'binary' || e.kind === 'compare' || e.kind === 'select') operations += times;
    let inside = times;
    if (e.kind === 'reduce') {
      for (const axis of e.axes) {
        reduced.add(axis);
        inside *= extents[axis]!;
      }
      operations += inside;
    }
    for (const operand of operands(e)) visit(operand, inside);
  };
  for (const { value } of kernel.stores) visit(value, 1);
  const outputs = kernel.axes.reduce((n, { name }) => n * (reduced.has(name) ? 1 : extents[name]!), 1);
  const stored = kernel.stores.map(({ buffer, address }) => ({ buffer, form: address }));
  const accumulated = kernel.stores
    .filter(({ accumulate }) => accumulate)
    .map(({ buffer, address }) => ({ buffer, form: address }));
  const bytes = (accesses: readonly { buffer: number; form: Affine }[]): number =>
    touchedBytes(accesses, (buffer) => widths[kernel.buffers[buffer]!.dtype], extents);
  return {
    operations: operations * outputs,
    bytes: bytes(loads) + bytes(stored) + bytes(accumulated),
  };
}

/** Bytes that accesses touch: those of distinct indices, but not more than lie between the first and the last. */
function touchedBytes(
  accesses: readonly { readonly buffer: number; readonly form: Affine }[],
  width: (buffer: number) => number,
  extents: Readonly<Record<string, number>>,
): number {
  let total = 0;
  for (const [buffer, own] of Map.groupBy(accesses, (access) => access.buffer)) {
    const ranges = own.map(({ form }) => affineRange(form, extents));
    const low = Math.min(...ranges.map((range) => range[0]));
    const high = Math.max(...ranges.map((range) => range[1]));
    const distinct = own.reduce(
      (sum, { form }) => sum + axesOf(form).reduce((n, axis) => n * extents[axis]!, 1),
      0,
    );
    total += Math.min(distinct * width(buffer), high - low + width(buffer));
  }
  return total;
}

const points = (axes: readonly Axis[]): number => axes.reduce((n, { extent }) => n * extent, 1);

/** Of a walk from nonzero to nonzero: the terms of the part that is not zero; all values are read. */
export const partOf = ({ operations, bytes }: Work, part: number): Work => ({
  operations: operations * part,
  bytes,
});

/** Of a walk over window maxima: each of them is passed on, though those that are zero are not. */
export function workOfWindows(kernel: WindowProducts | WindowConvolutions): Work {
  const windows = points(kernel.windows);
  const rows = [kernel.toInput, kernel.toWeights]
    .filter((product) => product !== undefined)
    .map((product) => ('taps' in product ? points(product.taps) : 1));
  const elements = windows * points(kernel.elements);
  const weights = rows.reduce((sum, taps) => sum + taps * kernel.channels, 0);
  return {
    operations: 2 * windows * kernel.channels * kernel.width * rows.reduce((sum, taps) => sum + taps, 0),
    bytes: 4 * (2 * windows * kernel.channels + (rows.length * elements + weights) * kernel.width),
  };
}
