import { type Affine, affine, coefficient } from '../../ir/affine.ts';
import { chosenRow } from '../../ir/chosen-row.ts';
import type { Axis } from '../../ir/definition.ts';
import type { Load } from '../../ir/expression.ts';
import { type Kernel, RUNTIME_EXTENT } from '../../ir/kernel.ts';

/** A place in a buffer at a byte address over the axes of a walk. */
export interface Walked {
  readonly buffer: number;
  readonly address: Affine;
}

/**
 * A nest that reads or adds to the rows that whole numbers choose, as a walk over the numbers:
 * `to[p, l] = from[p, row(p), l]`, or `to[p, row(p), l] += from[p, l]` in the order of p.
 */
export interface RowWalk {
  /** Loops, the first slowest. */
  readonly axes: readonly Axis[];
  /** The axis along which rows are copied or added. */
  readonly lanes: Axis;
  readonly index: Load;
  readonly row: string;
  readonly rows: number;
  /** Bytes from a row to the next. */
  readonly rowBytes: number;
  readonly from: Walked;
  readonly to: Walked;
  readonly adds: boolean;
  /** Axes of all rows of `to`, where they have to be made zero first. */
  readonly cleared: readonly Axis[] | undefined;
}

/** The walk that a nest is. Condition: the nest stores a sum that chooses rows, of float32 values, and nothing else. */
export function rowWalkOf({ axes, buffers, stores }: Kernel): RowWalk | undefined {
  const [store, second] = stores;
  if (!store || second || store.value.kind !== 'reduce') return undefined;
  const sum = store.value;
  const choice = chosenRow(sum, (name) => axes.find((axis) => axis.name === name)!.extent);
  if (!choice || choice.value.kind !== 'load') return undefined;
  const { index, axis: row, value } = choice;
  if (buffers[value.source]!.dtype !== 'f32' || buffers[store.buffer]!.dtype !== 'f32') return undefined;
  const adds = !sum.axes.includes(row);
  if (!adds && store.accumulate) return undefined;
  const from = { buffer: value.source, address: value.index[0]! };
  const to = { buffer: store.buffer, address: store.address };
  const outputs = axes.filter(({ name }) => !sum.axes.includes(name));
  const lanes = lanesOf(outputs, row, index, from.address, to.address);
  const reduced = sum.axes.map((name) => axes.find((axis) => axis.name === name)!);
  const others = outputs.filter(({ name }) => name !== row && name !== lanes.name);
  const walked = adds ? [...reduced, ...others] : others;
  if (adds && others.some(({ extent }) => extent === RUNTIME_EXTENT)) return undefined;
  const table = adds ? to : from;
  return {
    axes: walked,
    lanes,
    index,
    row,
    rows: axes.find(({ name }) => name === row)!.extent,
    rowBytes: coefficient(table.address, row),
    from: adds ? from : withoutAxis(from, row),
    to: adds ? withoutAxis(to, row) : to,
    adds,
    cleared: adds && !store.accumulate ? outputs.filter(({ name }) => name !== lanes.name) : undefined,
  };
}

const withoutAxis = ({ buffer, address }: Walked, axis: string): Walked => {
  const { [axis]: _, ...terms } = address.terms;
  return { buffer, address: affine(terms, address.constant) };
};

/** The output axis along which both sides are contiguous, else the longest that the number does not move with. */
function lanesOf(outputs: readonly Axis[], row: string, index: Load, from: Affine, to: Affine): Axis {
  const free = outputs.filter(
    ({ name, extent }) =>
      name !== row && extent !== RUNTIME_EXTENT && coefficient(index.index[0]!, name) === 0,
  );
  const contiguous = free.find(({ name }) => coefficient(from, name) === 4 && coefficient(to, name) === 4);
  return contiguous ?? free.sort((a, b) => b.extent - a.extent)[0] ?? { name: '', extent: 1 };
}
