import { normaliseKernel } from '../../compiler/schedule/normalise.ts';
import { type Affine, coefficient } from '../../ir/affine.ts';
import type { Axis } from '../../ir/definition.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';

/**
 * A sum over positions, such as the gradient of weights, that leaves out what is zero of one operand:
 *
 *     to[o, c, k] += sum over q, p of from[o, q, p, c] * row[o, q, p, k]
 *
 * For a channel c a word has a bit a position p at which `from` is not zero; the walk goes through the bits.
 */
export interface NonzeroSum {
  /** Other outputs, then other positions in the order of the sum: loops around the rest, the first slowest. */
  readonly axes: readonly Axis[];
  /** Positions that become bits, the fastest of the sum. */
  readonly run: Axis;
  readonly channel: Axis;
  /** The axis k. */
  readonly lanes: Axis;
  readonly from: Operand;
  readonly row: Operand;
  readonly to: Operand;
}

/** A buffer and the byte address in it over the axes of the walk. */
export interface Operand {
  readonly buffer: number;
  readonly address: Affine;
}

/** Bits of a word at least: fewer do not pay for finding them. */
const FEWEST_POSITIONS = 24;
const VECTOR = 4;

/**
 * The walk that a nest is. Condition: it goes on with one sum of products, of which one factor has many zeros and is
 * contiguous along an output axis that the other one does not move with, and the other one and what is stored along
 * another, by whole vectors; and the fastest axis of the sum is long enough.
 */
export function nonzeroSumOf(kernel: Kernel): NonzeroSum | undefined {
  if (kernel.sparse === undefined || kernel.stores.length !== 1) return undefined;
  const { clips: _, ...whole } = kernel;
  const { axes, buffers, stores } = normaliseKernel(whole);
  const [{ value, accumulate, address, buffer }] = stores as [Kernel['stores'][number]];
  if (!accumulate || value.kind !== 'reduce' || value.body.kind !== 'binary') return undefined;
  const { op, a, b } = value.body;
  if (op !== 'mul' || a.kind !== 'load' || b.kind !== 'load' || a.source === b.source) return undefined;
  const [from, row] = a.source === kernel.sparse ? [a, b] : [b, a];
  if (from.source !== kernel.sparse || [from, row].some((l) => buffers[l.source]!.dtype !== 'f32'))
    return undefined;
  if (axes.some(({ extent }) => extent === RUNTIME_EXTENT)) return undefined;
  const outputs = axes.filter(({ name }) => !value.axes.includes(name));
  const along = (form: Affine, other: Affine): Axis | undefined =>
    outputs.find(({ name }) => coefficient(form, name) === 4 && coefficient(other, name) === 0);
  const channel = along(from.index[0]!, row.index[0]!);
  const lanes = along(row.index[0]!, from.index[0]!);
  const positions = value.axes.map((name) => axes.find((axis) => axis.name === name)!);
  const run = positions.at(-1);
  if (!channel || !lanes || !run || coefficient(address, lanes.name) !== 4) return undefined;
  if (lanes.extent % VECTOR !== 0 || run.extent < FEWEST_POSITIONS) return undefined;
  return {
    axes: [...outputs.filter((axis) => axis !== channel && axis !== lanes), ...positions.slice(0, -1)],
    run,
    channel,
    lanes,
    from: { buffer: from.source, address: from.index[0]! },
    row: { buffer: row.source, address: row.index[0]! },
    to: { buffer, address },
  };
}
