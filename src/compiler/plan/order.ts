import { type Graph, type Node, topologicalOrder } from '../../graph/node.ts';
import { rewriteGraph } from '../../graph/rewrite.ts';
import { coefficient } from '../../ir/affine.ts';
import { extentsOf, outputAxesOf, type Piece, type SumOrder } from '../../ir/definition.ts';
import type { Reduce } from '../../ir/expression.ts';
import { BYTES_PER_ELEMENT, elementCount } from '../../ir/tensor-type.ts';
import { reductionsOf } from '../../ir/walk.ts';
import {
  BATCH_INTERLEAVE_ELEMENTS,
  BATCH_INTERLEAVE_EXTENT,
  INTERLEAVE_EXTENT,
  INTERLEAVE_INNERMOST,
  INTERLEAVE_OUTPUTS,
  shardCount,
} from './contract-constants.ts';

/**
 * Gives every sum its order (see the bit contract), from extents alone. The axes of a reduction already stand in
 * their order: operations and derived gradients list positions, then taps, then channels.
 */
export function order(graph: Graph): Graph {
  return rewriteGraph(graph, (node) => {
    const { definition } = node;
    if (!definition) return undefined;
    let changed = false;
    const pieces = definition.pieces.map((piece) => {
      const sum = sumOf(piece);
      if (!sum) return piece;
      changed = true;
      return { ...piece, order: orderOf(node, piece, sum) };
    });
    return changed ? { ...definition, pieces } : undefined;
  });
}

const sumOf = (piece: Piece): Reduce | undefined =>
  reductionsOf(piece.value).find((reduction) => reduction.op === 'sum');

function orderOf(node: Node, piece: Piece, sum: Reduce): SumOrder {
  const last = sum.axes.at(-1);
  if (last === undefined || node.definition!.pieces.length > 1) return 'sequential';
  const extent = extentsOf(piece)[last]!;
  const outputs = elementCount(node.type.shape);
  const interleaved =
    node.definition!.batch === 'reduce'
      ? outputs < BATCH_INTERLEAVE_ELEMENTS && extent >= BATCH_INTERLEAVE_EXTENT
      : extent >= INTERLEAVE_EXTENT &&
        (outputs < INTERLEAVE_OUTPUTS || innermostExtent(piece) < INTERLEAVE_INNERMOST);
  return interleaved ? 'interleaved' : 'sequential';
}

/** Extent of the output axis that moves fastest through the last dimension. */
function innermostExtent(piece: Piece): number {
  const last = piece.index.at(-1);
  const output = outputAxesOf(piece);
  const inner = piece.axes
    .filter((axis) => last && output.has(axis.name) && coefficient(last, axis.name) !== 0)
    .sort((a, b) => Math.abs(coefficient(last!, a.name)) - Math.abs(coefficient(last!, b.name)))[0];
  return inner?.extent ?? 1;
}

/**
 * True if a sum over a batch of n samples runs over all of them in order, without shards: a sum without positions
 * whose shards would take more bytes than its operands over the batch.
 */
export function isUnsharded(node: Node, n: number): boolean {
  const { definition } = node;
  if (definition?.batch !== 'reduce') return false;
  if (definition.pieces.some((piece) => (sumOf(piece)?.axes.length ?? 0) > 0)) return false;
  const operands = node.inputs.reduce((bytes, { type }) => {
    const once = elementCount(type.shape) * BYTES_PER_ELEMENT[type.dtype];
    return bytes + once * (type.batched ? n : 1);
  }, 0);
  return elementCount(node.type.shape) * 4 * shardCount(n) > operands;
}

/** Numbers of the nodes whose sum over a batch of n runs without shards. */
export function unshardedNodes(graph: Graph, n: number): Set<number> {
  const roots = [...Object.values(graph.outputs), ...graph.assignments.map(({ value }) => value)];
  return new Set(
    topologicalOrder(roots)
      .filter((node) => isUnsharded(node, n))
      .map((node) => node.id),
  );
}
