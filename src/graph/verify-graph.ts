import { verifyDefinition } from '../ir/verify.ts';
import { type Graph, rootsOf, topologicalOrder } from './node.ts';

/** Throws if a definition of the graph is not valid or an assignment does not fit its variable. */
export function verifyGraph(graph: Graph): void {
  for (const node of topologicalOrder(rootsOf(graph))) {
    if (!node.definition) continue;
    const types = new Map(node.inputs.map((source) => [source.id, source.type]));
    try {
      verifyDefinition(node.definition, node.type, (source) => types.get(source));
    } catch (error) {
      throw new Error(`${node.name} (node ${node.id}): ${(error as Error).message}`, { cause: error });
    }
  }
  for (const { variable, value } of graph.assignments) {
    const same =
      variable.role === 'variable' &&
      !value.type.batched &&
      String(variable.type.shape) === String(value.type.shape);
    if (!same) throw new Error(`${value.name} cannot be assigned to ${variable.name}`);
  }
}
