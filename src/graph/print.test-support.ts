import { printAffine } from '../ir/affine.ts';
import type { Expression } from '../ir/expression.ts';
import { type Graph, rootsOf, topologicalOrder } from './node.ts';

/** A graph as text for tests: one line a piece, sources by name. */
export function printForTest(graph: Graph): string {
  const names = new Map(topologicalOrder(rootsOf(graph)).map((node) => [node.id, node.name]));
  const show = (e: Expression): string => {
    switch (e.kind) {
      case 'constant':
        return String(e.value);
      case 'load':
        return `${names.get(e.source)}[${e.index.map(printAffine).join(', ')}]`;
      case 'index':
        return `#${printAffine(e.value)}`;
      case 'random':
        return `random(${e.stream})`;
      case 'unary':
        return `${e.op}(${show(e.a)})`;
      case 'binary':
      case 'compare':
      case 'logic':
        return `${e.op}(${show(e.a)}, ${show(e.b)})`;
      case 'select':
        return `select(${show(e.mask)}, ${show(e.a)}, ${show(e.b)})`;
      case 'reduce':
        return `${e.op}{${e.axes.join(' ')}}(${show(e.body)})`;
    }
  };
  return topologicalOrder(rootsOf(graph))
    .flatMap((node) =>
      (node.definition?.pieces ?? []).map(
        (piece) => `${node.name}[${piece.index.map(printAffine).join(', ')}] = ${show(piece.value)}`,
      ),
    )
    .join('\n');
}
