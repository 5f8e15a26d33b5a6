import { type Affine, addAffine, affine, combineAffine, isSingleAxis } from '../../ir/affine.ts';
import { constant } from '../../ir/build.ts';
import { type Axis, compute, type Piece, wholePiece } from '../../ir/definition.ts';
import type { Expression } from '../../ir/expression.ts';
import { BATCH_AXIS, type Kernel, type KernelBuffer, type Store } from '../../ir/kernel.ts';
import type { TensorLayout } from '../../ir/plan.ts';
import { mapExpression, substituteAxes } from '../../ir/walk.ts';
import { findClips } from './find-clips.ts';
import type { FusionGroup } from './group-nodes.ts';
import { axesAt } from './inline-elementwise.ts';
import type { Access, Halo } from './lay-out.ts';
import { type PlanNode, piecesOf } from './plan-graph.ts';

/** One loop nest over tensors: a piece of a group's main node with its fused members. */
export interface LoweredPiece extends Access {
  readonly group: FusionGroup;
  readonly piece: Piece;
  readonly stores: readonly {
    readonly node: PlanNode;
    readonly index: readonly Affine[];
    readonly value: Expression;
  }[];
}

/** The pieces of a group, members composed into the values that are stored. */
export function lowerGroup(group: FusionGroup): LoweredPiece[] {
  if (group.products) return [];
  return [...fillPieces(group), ...lowerPieces(group)];
}

/** Elements that no piece covers are written first: the whole tensor becomes the fill value. */
function fillPieces(group: FusionGroup): LoweredPiece[] {
  const { definition, type } = group.main;
  if (definition!.fill === undefined || definition!.batch === 'reduce') return [];
  const filled = compute(definition!.batch, type.shape, () => constant(definition!.fill!)).pieces[0]!;
  const stores = [{ node: group.main, index: filled.index, value: filled.value }];
  return [{ group, piece: filled, axes: filled.axes, stores, values: [filled.value] }];
}

function lowerPieces(group: FusionGroup): LoweredPiece[] {
  return piecesOf(group.main).map((piece) => {
    const composed = new Map<number, Expression>([[group.main.id, piece.value]]);
    const composedValue = (member: PlanNode): Expression => {
      const known = composed.get(member.id);
      if (known) return known;
      const own = piecesOf(member)[0]!;
      const isWindow = own.value.kind === 'reduce';
      const placed = isWindow ? own.value : substituteAxes(own.value, axesAt(wholeOf(member), piece.index));
      const value = mapExpression(placed, (e) => {
        const inner = e.kind === 'load' ? group.members.find((m) => m.id === e.source) : undefined;
        return inner && inner !== member ? composedValue(inner) : e;
      });
      composed.set(member.id, value);
      return value;
    };
    const stores = group.outputs.map((node) => ({ node, index: piece.index, value: composedValue(node) }));
    return { group, piece, axes: piece.axes, stores, values: stores.map((s) => s.value) };
  });
}

const wholeOf = (member: PlanNode): Piece => wholePiece(member.definition!, member.type.shape)!;

/** What a kernel needs to know of the tensors that it touches. */
export interface TensorTable {
  readonly layoutOf: (id: number) => TensorLayout;
  readonly haloOf: (id: number) => Halo | undefined;
  readonly nodeOf: (id: number) => PlanNode;
}

/** Samples that a kernel walks: none (one sample, or no batch), a constant number, or a runtime number. */
export type BatchExtent = number | undefined;

export interface LoweredKernel {
  readonly kernel: Kernel;
  /** The node behind each buffer. */
  readonly tensors: readonly PlanNode[];
}

/**
 * Flattens a lowered piece: every access becomes one byte address, affine in the axes; nothing later knows of
 * tensors. With a batch extent, the samples are one more axis: of the output, or the slowest of the sum.
 */
export function toKernel(
  lowered: LoweredPiece,
  batch: BatchExtent,
  accumulate: boolean,
  table: TensorTable,
  name: string,
): LoweredKernel {
  const tensors: PlanNode[] = [];
  const buffers: KernelBuffer[] = [];
  const bufferOf = (node: PlanNode): number => {
    const known = tensors.findIndex((t) => t.id === node.id);
    if (known >= 0) return known;
    tensors.push(node);
    buffers.push({ name: node.name, dtype: node.type.dtype });
    return tensors.length - 1;
  };
  const addressOf = (node: PlanNode, index: readonly Affine[]): Affine => {
    const layout = table.layoutOf(node.id);
    const address = combineAffine(layout.base, index, layout.strides);
    return batch !== undefined && node.type.batched
      ? addAffine(address, affine({ [BATCH_AXIS]: layout.bytes }))
      : address;
  };
  const reduces = lowered.group.main.definition!.batch === 'reduce';
  const memo = new Map<Expression, Expression>();
  const flatten = (e: Expression): Expression => {
    const known = memo.get(e);
    if (known) return known;
    const flat = mapExpression(e, (x) => {
      if (x.kind === 'load') {
        const node = table.nodeOf(x.source);
        return { kind: 'load', source: bufferOf(node), index: [addressOf(node, x.index)] };
      }
      if (x.kind === 'reduce' && x.op === 'sum' && reduces && batch !== undefined)
        return { ...x, axes: [BATCH_AXIS, ...x.axes] };
      return x;
    });
    memo.set(e, flat);
    return flat;
  };
  const stores = lowered.stores.map(
    (s): Store => ({
      buffer: bufferOf(s.node),
      address: addressOf(s.node, s.index),
      value: flatten(s.value),
      accumulate,
    }),
  );
  const clips = findClips(lowered, table.nodeOf);
  const sparse = tensors.findIndex(({ id }) => id === lowered.group.main.sparse);
  return {
    kernel: {
      name,
      axes: kernelAxes(lowered, batch, reduces),
      buffers,
      stores,
      paddedAxes: paddedAxes(lowered, table),
      ...(clips.length > 0 ? { clips } : {}),
      ...(sparse >= 0 ? { sparse } : {}),
    },
    tensors,
  };
}

function kernelAxes(lowered: LoweredPiece, batch: BatchExtent, reduces: boolean): readonly Axis[] {
  if (batch === undefined) return lowered.axes;
  const samples: Axis = { name: BATCH_AXIS, extent: batch };
  if (!reduces) return [samples, ...lowered.axes];
  const outputs = new Set(lowered.piece.index.flatMap((form) => Object.keys(form.terms)));
  return [
    ...lowered.axes.filter((axis) => outputs.has(axis.name)),
    samples,
    ...lowered.axes.filter((axis) => !outputs.has(axis.name)),
  ];
}

/**
 * Axes that may be overrun to the next whole vector: those that alone walk a padded innermost dimension in full
 * in every store, with no zeros behind it that must stay.
 */
function paddedAxes(lowered: LoweredPiece, table: TensorTable): string[] {
  const candidates = lowered.axes.filter((axis) =>
    lowered.stores.every((s) => {
      const { strides, shape } = table.layoutOf(s.node.id);
      const k = s.index.findIndex((form) => form.terms[axis.name] !== undefined);
      if (
        k < 0 ||
        strides[k] !== 4 ||
        shape[k] === 1 ||
        shape[k] !== axis.extent ||
        !isSingleAxis(s.index[k]!)
      )
        return false;
      return (table.haloOf(s.node.id)?.[k]?.[1] ?? 0) === 0;
    }),
  );
  return candidates.map((axis) => axis.name);
}
