import { load } from '../../ir/build.ts';
import { compute, outputAxes } from '../../ir/definition.ts';
import { isBorderNode } from './levels.ts';
import { NodeTable, type PlanGraph, sourcesOf } from './plan-graph.ts';

/**
 * Gives every assignment a value of its own, computed without a batch and read by nothing outside the update:
 * where the assigned value is also read elsewhere, is a sum over the batch, or serves two assignments, a copy is
 * assigned. So an update can write straight into the variable.
 */
export function separateAssignments(graph: PlanGraph): PlanGraph {
  const table = new NodeTable(graph);
  const taken = new Set<number>(graph.outputs.map((output) => output.node));
  for (const node of graph.nodes) {
    if (isBorderNode(node)) continue;
    for (const id of sourcesOf(node)) taken.add(id);
  }
  const assignments = graph.assignments.map(({ variable, value }) => {
    const node = table.get(value);
    if (isBorderNode(node) && !taken.has(value)) {
      taken.add(value);
      return { variable, value };
    }
    const { shape } = node.type;
    const copy = table.add({
      name: `${node.name}.assigned`,
      role: 'compute',
      type: { dtype: 'f32', shape, batched: false },
      definition: compute('none', shape, () => load(value, outputAxes(shape))),
    });
    return { variable, value: copy.id };
  });
  return table.finish({ ...graph, assignments });
}
