import { affineRange, axesOf } from '../../ir/affine.ts';
import { extentsOf, type Piece, wholePiece } from '../../ir/definition.ts';
import type { Expression, Load } from '../../ir/expression.ts';
import { elementCount } from '../../ir/tensor-type.ts';
import { loadsOf, reductionsOf, substituteAxes, visitExpression } from '../../ir/walk.ts';
import type { MatchedGraph } from './group-nodes.ts';
import { isBorderNode } from './levels.ts';
import {
  containsKind,
  isElementwise,
  mapLoads,
  NodeTable,
  type PlanNode,
  piecesOf,
  usersOf,
} from './plan-graph.ts';

/**
 * Inlines an elementwise value into the loads of its consumers in the same segment (or border), so that it is
 * never stored. Conditions: every consumer reads it inside its range (outside, zero would be read instead); and
 * either it has one consumer, which is elementwise or reads each element once and no contraction feeds the value
 * (that one is better fused into the contraction's store), or it is trivial (at most one operation over smaller
 * tensors) and every consumer is elementwise or reads each element once.
 */
export function inlineElementwise(segmented: MatchedGraph): MatchedGraph {
  const { graph, levels, stored } = segmented;
  const walked = new Set(segmented.products.map((match) => match.gradient.id));
  const table = new NodeTable(graph);
  const users = usersOf(graph.nodes);
  const kept = new Set([
    ...graph.outputs.map((o) => o.node),
    ...[...graph.assignments, ...graph.prelude].map((a) => a.value),
    ...stored,
  ]);
  for (const { id } of graph.nodes) {
    const node = table.get(id);
    if (node.role !== 'compute' || kept.has(id) || !isElementwise(node) || containsKind(node, 'random'))
      continue;
    const level = levels.of.get(id)!;
    const consumers = (users.get(id) ?? []).map((user) => table.get(user.id));
    if (consumers.some((c) => walked.has(c.id))) continue;
    const together = consumers.every(
      (c) => levels.of.get(c.id) === level && isBorderNode(c) === isBorderNode(node) && !c.unsharded,
    );
    if (consumers.length === 0 || !together || !consumers.every((c) => readsInside(c, node))) continue;
    const sources = piecesOf(node)
      .flatMap((p) => loadsOf(p.value))
      .map((l) => table.get(l.source));
    const fromContraction = sources.some(
      (source) => source.type.batched && levels.of.get(source.id) === level && containsKind(source, 'reduce'),
    );
    const simple = (c: PlanNode): boolean => !containsKind(c, 'reduce') || readsOnce(c, node);
    const only = consumers.length === 1 ? consumers[0]! : undefined;
    const once =
      only !== undefined && (!containsKind(only, 'reduce') || (!fromContraction && readsOnce(only, node)));
    if (!once && !(isTrivial(node, sources) && consumers.every(simple))) continue;
    for (const consumer of consumers) {
      table.set(inlineInto(consumer, node));
      for (const source of sources) addUser(users, source.id, consumer);
    }
  }
  return { ...segmented, graph: table.finish(graph) };
}

function addUser(users: Map<number, PlanNode[]>, id: number, consumer: PlanNode): void {
  const list = users.get(id)!;
  if (!list.some((user) => user.id === consumer.id)) list.push(consumer);
}

function operationCount(node: PlanNode): number {
  let count = 0;
  for (const piece of piecesOf(node)) {
    visitExpression(piece.value, (e) => {
      if (e.kind !== 'load' && e.kind !== 'constant' && e.kind !== 'index') count++;
    });
  }
  return count;
}

const isTrivial = (node: PlanNode, sources: readonly PlanNode[]): boolean =>
  operationCount(node) <= 1 &&
  sources.every((s) => !s.type.batched || elementCount(s.type.shape) < elementCount(node.type.shape));

function loadsWithExtents(consumer: PlanNode, source: PlanNode): { piece: Piece; load: Load }[] {
  return piecesOf(consumer).flatMap((piece) =>
    loadsOf(piece.value)
      .filter((l) => l.source === source.id)
      .map((load) => ({ piece, load })),
  );
}

const readsInside = (consumer: PlanNode, source: PlanNode): boolean =>
  loadsWithExtents(consumer, source).every(({ piece, load }) => {
    const extents = extentsOf(piece);
    return (
      !load.guarded &&
      load.index.every((form, k) => {
        const [low, high] = affineRange(form, extents);
        return low >= 0 && high < source.type.shape[k]!;
      })
    );
  });

/** Every axis of the consumer moves the element that is read: no element is read twice. */
const readsOnce = (consumer: PlanNode, source: PlanNode): boolean =>
  loadsWithExtents(consumer, source).every(({ piece, load }) => {
    if (reductionsOf(piece.value).some((r) => r.op !== 'sum')) return false;
    const moved = new Set(load.index.flatMap(axesOf));
    return piece.axes.every((axis) => moved.has(axis.name) || axis.extent === 1);
  });

function inlineInto(consumer: PlanNode, node: PlanNode): PlanNode {
  const piece = wholePiece(node.definition!, node.type.shape)!;
  const copies = new Map<string, Expression>();
  return mapLoads(consumer, (l) => {
    if (l.source !== node.id) return l;
    const key = JSON.stringify(l.index);
    let copy = copies.get(key);
    if (!copy) {
      copy = substituteAxes(piece.value, axesAt(piece, l.index));
      copies.set(key, copy);
    }
    return copy;
  });
}

/** The output axes of a whole piece as affine forms of an index into it. */
export function axesAt(piece: Piece, index: Load['index']): Record<string, Load['index'][number]> {
  const replacement: Record<string, Load['index'][number]> = {};
  piece.index.forEach((form, k) => {
    const axis = axesOf(form)[0];
    if (axis) replacement[axis] = index[k]!;
  });
  return replacement;
}
