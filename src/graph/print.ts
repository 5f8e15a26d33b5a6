import { printAffine } from '../ir/affine.ts';
import type { Definition, Piece } from '../ir/definition.ts';
import { printExpression } from '../ir/print.ts';
import { type Graph, type Node, rootsOf, topologicalOrder } from './node.ts';

/** A graph as text: every node by number, name and type, and below it its definition, one line a piece. */
export function printGraph(graph: Graph): string {
  const nodes = topologicalOrder([...rootsOf(graph), ...graph.assignments.map(({ variable }) => variable)]);
  const numbers = new Map(nodes.map((node, k) => [node.id, k]));
  const reference = (node: Node): string => `%${numbers.get(node.id)}`;
  return [
    ...nodes.flatMap((node) => printNode(node, reference(node), (id) => `%${numbers.get(id)}`)),
    ...Object.entries(graph.outputs).map(
      ([name, node]) =>
        `output ${name} = ${reference(node)}${name === graph.guard ? ', must be finite' : ''}`,
    ),
    ...graph.assignments.map(
      ({ variable, value }) => `assign ${reference(variable)} ${variable.name} = ${reference(value)}`,
    ),
  ].join('\n');
}

function printNode(node: Node, reference: string, source: (id: number) => string): string[] {
  const { dtype, shape, batched } = node.type;
  const type = `${dtype}[${shape.join(', ')}]${batched ? ' a sample' : ''}`;
  const layer = node.layer === undefined ? '' : `  (layer "${node.layer}")`;
  const head = `${reference} ${node.role === 'compute' ? '' : `${node.role} `}${node.name}: ${type}${layer}`;
  return [head, ...(node.definition ? printDefinition(node.definition, source) : [])];
}

function printDefinition(
  { batch, pieces, fill }: Definition,
  source: (id: number) => string,
): readonly string[] {
  const line = ({ axes, index, value, order }: Piece): string => {
    const ranges = axes.map(({ name, extent }) => `${name}:${extent}`).join(' ');
    const over = batch === 'reduce' ? 'sum over the batch of ' : '';
    return `    [${index.map(printAffine).join(', ')}] = ${over}${printExpression(value, source)}  (${ranges})${order === undefined ? '' : ` ${order}`}`;
  };
  return [...pieces.map(line), ...(fill === undefined ? [] : [`    else ${fill}`])];
}
