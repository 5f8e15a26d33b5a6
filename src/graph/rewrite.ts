import type { Definition } from '../ir/definition.ts';
import type { Expression, Load } from '../ir/expression.ts';
import { mapExpression } from '../ir/walk.ts';
import {
  computeNode,
  type Graph,
  loadedInputs,
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
 * A node with another definition keeps its number, so that what reads it stays as it is.
 */
export function rewriteGraph(graph: Graph, rewrite: (node: Node) => Replacement): Graph {
  const replaced = rewriteOrdered(orderOf(graph), rewrite, (node, definition, inputs) => ({
    ...node,
    definition,
    inputs,
  }));
  if (rootsOf(graph).every((root) => replaced.get(root.id) === root)) return graph;
  return {
    ...graph,
    outputs: Object.fromEntries(
      Object.entries(graph.outputs).map(([name, node]) => [name, replaced.get(node.id)!]),
    ),
    assignments: graph.assignments.map(({ variable, value }) => ({
      variable,
      value: replaced.get(value.id)!,
    })),
  };
}

/**
 * The same for the nodes that `roots` need, which stay beside what stands for them: new nodes have new numbers. What
 * stands for a node, by the number of that.
 */
export const rewriteNodes = (
  roots: readonly Node[],
  rewrite: (node: Node) => Replacement,
): Map<number, Node> => rewriteOrdered(topologicalOrder(roots), rewrite, overInputs);

type Revise = (node: Node, definition: Definition, inputs: readonly Node[]) => Node;

function rewriteOrdered(
  order: readonly Node[],
  rewrite: (node: Node) => Replacement,
  revise: Revise,
): Map<number, Node> {
  const replaced = new Map<number, Node>();
  for (const node of order) {
    if (node.role !== 'compute') {
      replaced.set(node.id, node);
      continue;
    }
    const current = withInputs(node, replaced, revise);
    const result = rewrite(current);
    if (result === undefined) replaced.set(node.id, current);
    else if ('node' in result) replaced.set(node.id, result.node);
    else if ('definition' in result) {
      const { definition, operands } = result;
      replaced.set(node.id, revise(current, definition, loadedInputs(node.name, definition, operands)));
    } else replaced.set(node.id, revise(current, result, loadedInputs(node.name, result, current.inputs)));
  }
  return replaced;
}

/** The node over other inputs. */
function withInputs(node: Node, replaced: ReadonlyMap<number, Node>, revise: Revise): Node {
  let same = true;
  let renumbered = false;
  for (const source of node.inputs) {
    const other = replaced.get(source.id)!;
    if (other === source) continue;
    same = false;
    if (other.id !== source.id) renumbered = true;
  }
  if (same) return node;
  const inputs = node.inputs.map((source) => replaced.get(source.id)!);
  if (!renumbered) return revise(node, node.definition!, inputs);
  const ids = new Map(node.inputs.map((source, k) => [source.id, inputs[k]!.id]));
  const pieces = node.definition!.pieces.map((piece) => ({
    ...piece,
    value: renumberLoads(piece.value, ids),
  }));
  return revise(node, { ...node.definition!, pieces }, [...new Set(inputs)]);
}

/** Loads read other nodes at the same index. */
export const renumberLoads = (e: Expression, ids: ReadonlyMap<number, number>): Expression =>
  mapExpression(e, (x) => {
    const source = x.kind === 'load' ? ids.get(x.source) : undefined;
    return source === undefined || source === (x as Load).source ? x : { ...(x as Load), source };
  });

/** A new node of the same name, shape and layer with another definition. */
export function redefine(node: Node, definition: Definition, operands: readonly Node[]): Node {
  const made = computeNode(node.name, node.type.shape, definition, operands, {
    stopGradient: node.stopGradient,
    dtype: node.type.dtype,
  });
  const { layer: _, ...rest } = made;
  return node.layer === undefined ? rest : { ...rest, layer: node.layer };
}
