import { axesOf, printAffine } from '../../ir/affine.ts';
import type { StructuralKeys } from '../../ir/structural.ts';
import { reductionsOf } from '../../ir/walk.ts';
import { isShardedSum } from './levels.ts';
import { nodeLoads, type PlanNode, piecesOf, sourcesOf } from './plan-graph.ts';

/** Two nodes read a batched value together. */
export const readsAlike = (a: PlanNode, b: PlanNode, byId: ReadonlyMap<number, PlanNode>): boolean => {
  const others = sourcesOf(b);
  return sourcesOf(a).some((id) => byId.get(id)!.type.batched && others.includes(id));
};

/**
 * Identity of the loops that nodes share: a window reduction around a contraction, whose sums they share too; or a sum
 * over the batch that reads every element of its operands once (what batch normalisation needs of a channel).
 */
export function windowKey(
  node: PlanNode,
  keys: StructuralKeys,
  byId: ReadonlyMap<number, PlanNode>,
): string | undefined {
  const piece = piecesOf(node)[0];
  if (!piece || piecesOf(node).length !== 1) return undefined;
  const reductions = reductionsOf(piece.value);
  if (isShardedSum(node)) {
    const batched = nodeLoads(node).filter((l) => byId.get(l.source)!.type.batched);
    const once = batched.every((l) => {
      const moved = new Set(l.index.flatMap(axesOf));
      return piece.axes.every((axis) => moved.has(axis.name));
    });
    if (!once || batched.length === 0 || reductions.length !== 1 || reductions[0] !== piece.value)
      return undefined;
    const axes = piece.axes.map((axis) => `${axis.name}:${axis.extent}`).join();
    const index = piece.index.map(printAffine).join();
    return `sum ${node.type.shape}|${node.storage}|${axes}|${index}|${reductions[0].axes}|${piece.order}`;
  }
  if (node.definition!.batch !== 'map') return undefined;
  const outer = reductions.find((r) => r.op !== 'sum');
  if (!outer || outer !== piece.value) return undefined;
  const axes = piece.axes.map((axis) => `${axis.name}:${axis.extent}`).join();
  return `${node.type.shape}|${axes}|${outer.axes}|${keys.key(outer.body)}`;
}
