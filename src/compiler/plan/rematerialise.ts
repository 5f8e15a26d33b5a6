import type { Load } from '../../ir/expression.ts';
import { assignLevels, isSegmentNode, type Levels } from './levels.ts';
import {
  containsKind,
  isElementwise,
  mapLoads,
  NodeTable,
  type PlanGraph,
  type PlanNode,
  sourcesOf,
} from './plan-graph.ts';

/** Stored tensors that a recomputed value may read at most. */
const MOST_LEAVES = 2;

/** A graph whose segments read only what is stored for the whole batch or computed in the segment itself. */
export interface SegmentedGraph {
  readonly graph: PlanGraph;
  readonly levels: Levels;
  /** Numbers of the batched nodes that are kept for the whole batch. */
  readonly stored: ReadonlySet<number>;
}

/**
 * What crosses from one segment to a later one is stored for the whole batch, or computed again there: an
 * elementwise value of at most two stored tensors is cheaper to recompute than to store and load (memory
 * traffic bounds both).
 */
export function rematerialise(graph: PlanGraph): SegmentedGraph {
  const { of, count } = assignLevels(graph);
  const table = new NodeTable(graph);
  const levels = new Map(of);
  const stored = new Set<number>();
  const originals = new Map(graph.nodes.map((node) => [node.id, node]));
  for (const { node } of graph.outputs) if (originals.get(node)!.type.batched) stored.add(node);

  const recomputable = (node: PlanNode): boolean => isElementwise(node) && !containsKind(node, 'random');
  const leavesOf = (
    node: PlanNode,
    level: number,
    leaves = new Set<number | 'none'>(),
  ): Set<number | 'none'> => {
    for (const id of sourcesOf(node)) {
      const source = originals.get(id)!;
      if (!source.type.batched) continue;
      if (source.role !== 'compute' || stored.has(id) || of.get(id) === level) leaves.add(id);
      else if (recomputable(source)) leavesOf(source, level, leaves);
      else leaves.add('none');
    }
    return leaves;
  };
  const copies = new Map<string, number>();
  const available = (id: number, level: number): number => {
    const node = originals.get(id)!;
    if (!node.type.batched || node.role !== 'compute' || of.get(id) === level || stored.has(id)) return id;
    const key = `${id}@${level}`;
    const known = copies.get(key);
    if (known !== undefined) return known;
    const leaves = leavesOf(node, level);
    if (recomputable(node) && !leaves.has('none') && leaves.size <= MOST_LEAVES) {
      const copy = table.add({ ...node, name: `${node.name}'` });
      copies.set(key, copy.id);
      levels.set(copy.id, level);
      table.set(mapLoads(copy, (l) => redirect(l, level)));
      return copy.id;
    }
    stored.add(id);
    return id;
  };
  const redirect = (l: Load, level: number): Load => {
    const source = available(l.source, level);
    return source === l.source ? l : { ...l, source };
  };
  for (const node of graph.nodes) {
    if (isSegmentNode(node)) table.set(mapLoads(table.get(node.id), (l) => redirect(l, of.get(node.id)!)));
    else
      for (const id of sourcesOf(node))
        if (originals.get(id)!.type.batched && originals.get(id)!.role === 'compute') stored.add(id);
  }
  return { graph: table.finish(graph), levels: { of: levels, count }, stored };
}
