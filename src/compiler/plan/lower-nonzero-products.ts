import { type Affine, addAffine, affine, coefficient, constantIndex, scaleAffine } from '../../ir/affine.ts';
import { type NonzeroProducts, nonzeroLists, walksBits } from '../../ir/nonzero-products.ts';
import type { TensorLayout } from '../../ir/plan.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import type { FusionGroup } from './group-nodes.ts';
import { type LoweredKernel, type LoweredPiece, type TensorTable, toKernel } from './lower.ts';
import type { PlanNode } from './plan-graph.ts';

/** Turns a walk from nonzero to nonzero into byte addresses. `tensors` are the nodes behind the buffers. */
export function lowerNonzeroProducts(
  group: FusionGroup,
  piece: LoweredPiece,
  table: TensorTable,
): { kernel: NonzeroProducts; tensors: readonly PlanNode[] } {
  const { input, weights, axes, taps, position, output, channel, row, channels, width } = group.nonzero!;
  const dense: LoweredKernel = toKernel(piece, undefined, false, table, group.main.name);
  const bufferOf = (id: number): number => dense.tensors.findIndex((t) => t.id === id);
  const address = (layout: TensorLayout, index: readonly Affine[]): Affine =>
    index.reduce(
      (sum, form, k) => addAffine(sum, scaleAffine(form, layout.strides[k]!)),
      constantIndex(layout.base),
    );
  const x = table.layoutOf(input.source);
  const w = table.layoutOf(weights.source);
  const y = table.layoutOf(group.main.id);
  const positionBytes = x.strides.at(-2)!;
  const reached = address(x, [...position, constantIndex(0)]);
  const offset = reached.constant % positionBytes;
  const rows = address(w, weights.index);
  const ofTaps = Object.entries(rows.terms).filter(([axis]) => axis !== channel && axis !== row);
  return {
    kernel: {
      name: group.main.name,
      buffers: [...dense.kernel.buffers, { name: 'lists', dtype: 'i32' }],
      input: {
        buffer: bufferOf(input.source),
        offset,
        positions: x.bytes / positionBytes,
        positionBytes,
        channels,
        inside: elementCount(x.shape) / channels,
      },
      lists: dense.tensors.length,
      axes,
      taps,
      position: affine(
        Object.fromEntries(
          Object.entries(reached.terms).map(([axis, bytes]) => [axis, bytes / positionBytes]),
        ),
        (reached.constant - offset) / positionBytes,
      ),
      weights: {
        buffer: bufferOf(weights.source),
        address: affine(Object.fromEntries(ofTaps), rows.constant),
        stride: coefficient(rows, channel),
      },
      output: { buffer: bufferOf(group.main.id), address: address(y, [...output, constantIndex(0)]) },
      width,
      dense: dense.kernel,
    },
    tensors: [...dense.tensors, listTensor(group)],
  };
}

/** Bytes that the lists of a walk take at most, `bytes` being those of the tensor that is listed; none where bits are walked. */
export function listBytes(group: FusionGroup, bytes: number): number {
  if (walksBits(group.nonzero!)) return 0;
  const positionBytes = 16 * Math.ceil(group.nonzero!.channels / 4);
  return nonzeroLists({ positions: Math.ceil(bytes / positionBytes), positionBytes }).bytes;
}

/** Stands for the lists of a group where tensors are placed. */
export const listTensor = (group: FusionGroup): PlanNode => ({
  id: -1 - group.main.id,
  name: 'lists',
  role: 'compute',
  type: { dtype: 'i32', shape: [], batched: true },
  definition: undefined,
});
