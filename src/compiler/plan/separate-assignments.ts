import { load } from '../../ir/build.ts';
import { compute, outputAxes } from '../../ir/definition.ts';
import { isBorderNode, isShardedSum, neededInStep } from './levels.ts';
import { NodeTable, type PlanGraph, type PlanNode } from './plan-graph.ts';

/**
 * Gives every assignment a value of its own, computed without a batch and read by nothing outside the update:
 * where the assigned value is also read elsewhere, is a sum over the batch, or serves two assignments, a copy is
 * assigned. So an update can write straight into the variable. An output that lies elsewhere (a sum over the batch,
 * a variable, an input) is a copy too, and so is what the prelude assigns, which no step computes.
 */
export function separateAssignments(graph: PlanGraph): PlanGraph {
  const table = new NodeTable(graph);
  const copyOf = (node: PlanNode, purpose: string): number => {
    const { shape, batched } = node.type;
    return table.add({
      name: `${node.name}.${purpose}`,
      role: 'compute',
      type: { dtype: 'f32', shape, batched },
      definition: compute(batched ? 'map' : 'none', shape, () => load(node.id, outputAxes(shape))),
    }).id;
  };
  const outputs = graph.outputs.map(({ name, node }) => {
    const value = table.get(node);
    const elsewhere = value.role !== 'compute' || isShardedSum(value);
    return { name, node: elsewhere ? copyOf(value, 'output') : node };
  });
  const taken = neededInStep({ ...graph, outputs });
  const assignments = graph.assignments.map(({ variable, value }) => {
    const node = table.get(value);
    if (isBorderNode(node) && !taken.has(value)) {
      taken.add(value);
      return { variable, value };
    }
    return { variable, value: copyOf(node, 'assigned') };
  });
  const prelude = graph.prelude.map(({ variable, value }) => ({
    variable,
    value: copyOf(table.get(value), 'prelude'),
  }));
  return table.finish({ ...graph, outputs, assignments, prelude });
}
