import { affineRange } from '../../ir/affine.ts';
import { load } from '../../ir/build.ts';
import { compute, extentsOf, outputAxes } from '../../ir/definition.ts';
import type { Load } from '../../ir/expression.ts';
import { loadsOf } from '../../ir/walk.ts';
import { mapLoads, NodeTable, type PlanGraph, type PlanNode, piecesOf, sourcesOf } from './plan-graph.ts';

/** True if any access of `node` to `source` can leave the tensor, so that zeros must stand around it. */
export function readsOutside(node: PlanNode, source: PlanNode): boolean {
  return piecesOf(node).some((piece) => {
    const loads = loadsOf(piece.value).filter((l) => l.source === source.id);
    const extents = extentsOf(piece);
    return loads.some((l) => leaves(l, source.type.shape, extents));
  });
}

const leaves = (l: Load, shape: readonly number[], extents: Record<string, number>): boolean =>
  l.index.some((form, k) => {
    const [low, high] = l.guarded?.[k] ?? affineRange(form, extents);
    return low < 0 || high >= shape[k]!;
  });

/**
 * Inputs and variables have no room for zeros around them: where one is read outside its range, a copy in
 * scratch memory is read instead.
 */
export function stageInputs(graph: PlanGraph): PlanGraph {
  const table = new NodeTable(graph);
  const copies = new Map<number, PlanNode>();
  for (const node of graph.nodes) {
    for (const source of sourcesOf(node)) {
      const tensor = table.get(source);
      if (tensor.role === 'compute' || !readsOutside(node, tensor)) continue;
      let copy = copies.get(source);
      if (!copy) {
        const { shape, batched } = tensor.type;
        copy = table.add({
          name: `${tensor.name}.staged`,
          role: 'compute',
          type: { dtype: 'f32', shape, batched },
          definition: compute(batched ? 'map' : 'none', shape, () => load(source, outputAxes(shape))),
        });
        copies.set(source, copy);
      }
      const replacement = copy.id;
      table.set(
        mapLoads(table.get(node.id), (l) => (l.source === source ? { ...l, source: replacement } : l)),
      );
    }
  }
  return table.finish(graph);
}
