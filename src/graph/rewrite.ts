import type { Definition } from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { mapExpression } from '../ir/walk.ts';
import {
  computeNode,
  type Graph,
  type Node,
  orderOf,
  overInputs,
  rootsOf,
  topologicalOrder,
} from './node.ts';

/**
 * What a rewrite gives for a node: another definition of the same value (over the node's inputs or any nodes that
 * `operands` names), another node that replaces it, or undefined to keep it.
 */
export type Replacement =
  | Definition
  | { readonly node: Node }
  | { readonly definition: Definition; readonly operands: readonly Node[] }
  | undefined;

/**
 * Rebuilds a graph, inputs before users. `rewrite` sees every computed node with its inputs already replaced.
 * Inputs and variables stay the same objects; so does every node that nothing below it changed, and so does the graph.
 */
export function rewriteGraph(graph: Graph, rewrite: (node: Node) => Replacement): Graph {
  const replaced = rewriteOrdered(orderOf(graph), rewrite);
  if (rootsOf(graph).every((root) => replaced.get(root) === root)) return graph;
  return {
    ...graph,
    outputs: Object.fromEntries(
      Object.entries(graph.outputs).map(([name, node]) => [name, replaced.get(node)!]),
    ),
    assignments: graph.assignments.map(({ variable, value }) => ({ variable, value: replaced.get(value)! })),
  };
}

/** The same for the nodes that `roots` need: what stands for each of them. */
export const rewriteNodes = (roots: readonly Node[], rewrite: (node: Node) => Replacement): Map<Node, Node> =>
  rewriteOrdered(topologicalOrder(roots), rewrite);

function rewriteOrdered(order: readonly Node[], rewrite: (node: Node) => Replacement): Map<Node, Node> {
  const replaced = new Map<Node, Node>();
  for (const node of order) {
    if (node.role !== 'compute') {
      replaced.set(node, node);
      continue;
    }
    const current = withInputs(node, replaced);
    const result = rewrite(current);
    if (result === undefined) replaced.set(node, current);
    else if ('node' in result) replaced.set(node, result.node);
    else if ('definition' in result)
      replaced.set(node, redefine(current, result.definition, result.operands));
    else replaced.set(node, redefine(current, result, current.inputs));
  }
  return replaced;
}

/** The node over other inputs. */
function withInputs(node: Node, replaced: ReadonlyMap<Node, Node>): Node {
  if (node.inputs.every((source) => replaced.get(source) === source)) return node;
  const ids = new Map(node.inputs.map((source) => [source.id, replaced.get(source)!.id]));
  const pieces = node.definition!.pieces.map((piece) => ({
    ...piece,
    value: renumberLoads(piece.value, ids),
  }));
  const inputs = [...new Set(node.inputs.map((source) => replaced.get(source)!))];
  return overInputs(node, { ...node.definition!, pieces }, inputs);
}

/** Loads read other nodes at the same index. */
export const renumberLoads = (e: Expression, ids: ReadonlyMap<number, number>): Expression =>
  mapExpression(e, (x) =>
    x.kind === 'load' && ids.get(x.source) !== undefined ? { ...x, source: ids.get(x.source)! } : x,
  );

/** A node of the same name, shape and layer with another definition. */
export function redefine(node: Node, definition: Definition, operands: readonly Node[]): Node {
  const made = computeNode(node.name, node.type.shape, definition, operands, {
    stopGradient: node.stopGradient,
    dtype: node.type.dtype,
  });
  const { layer: _, ...rest } = made;
  return node.layer === undefined ? rest : { ...rest, layer: node.layer };
}
