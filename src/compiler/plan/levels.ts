import { type PlanGraph, type PlanNode, sourcesOf } from './plan-graph.ts';

/**
 * When a node can run, by where the batch axis stands. Level L has a border, where values without a batch are
 * computed, and a segment, which walks all samples: sample by sample (`map`) and summing over them (`reduce`).
 * A sum over the batch is known one level later.
 */
export interface Levels {
  readonly of: ReadonlyMap<number, number>;
  /** Number of segments; the border with this number runs after the last segment. */
  readonly count: number;
}

/** A sum over the batch that runs in a segment, by shards. */
export const isShardedSum = (node: PlanNode): boolean =>
  node.definition?.batch === 'reduce' && !node.unsharded;

/** A node that runs once at a border. */
export const isBorderNode = (node: PlanNode): boolean =>
  node.role === 'compute' && (node.definition!.batch === 'none' || node.unsharded === true);

/** A node that runs in a segment. */
export const isSegmentNode = (node: PlanNode): boolean => node.role === 'compute' && !isBorderNode(node);

/** Levels are as early as the operands allow. */
export function assignLevels(graph: PlanGraph): Levels {
  const of = new Map<number, number>();
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  let count = 0;
  for (const node of graph.nodes) {
    let level = 0;
    for (const id of sourcesOf(node)) {
      const source = byId.get(id)!;
      if (source.role !== 'compute') continue;
      const later = isShardedSum(source) || (isBorderNode(node) && source.type.batched) ? 1 : 0;
      level = Math.max(level, of.get(id)! + later);
    }
    of.set(node.id, level);
    if (isSegmentNode(node)) count = Math.max(count, level + 1);
  }
  const needed = neededInStep(graph);
  // the last border assigns variables: the prelude ends before it
  for (const { value } of graph.prelude) count = Math.max(count, of.get(value)! + 1);
  for (const node of graph.nodes) if (isBorderNode(node) && !needed.has(node.id)) of.set(node.id, count);
  return { of, count };
}

/**
 * Numbers of the nodes that segments, outputs or the prelude need. Border nodes outside this set serve assignments alone: they
 * run at the last border, when nothing reads old variables any more.
 */
export function neededInStep(graph: PlanGraph): Set<number> {
  const byId = new Map(graph.nodes.map((node) => [node.id, node]));
  const needed = new Set<number>();
  const need = (id: number): void => {
    const node = byId.get(id);
    if (needed.has(id) || !node) return;
    needed.add(id);
    for (const source of sourcesOf(node)) need(source);
  };
  for (const output of graph.outputs) need(output.node);
  for (const { value } of graph.prelude) need(value);
  for (const node of graph.nodes) if (isSegmentNode(node)) need(node.id);
  return needed;
}
