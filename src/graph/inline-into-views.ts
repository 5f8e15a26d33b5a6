import { type Affine, affineRange, axesOf, axisIndex } from '../ir/affine.ts';
import { extentsOf, wholePiece } from '../ir/definition.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { substituteAxes } from '../ir/walk.ts';
import { canonicalPiece } from './canonical-piece.ts';
import { type Graph, type Node, orderOf, rootsOf } from './node.ts';
import { type Replacement, redefine, rewriteGraph } from './rewrite.ts';

/**
 * Computes a value in the shape in which it is read: a node whose value is a plain load of another node that
 * nothing else reads takes over the other's definition, axes replaced by the index of the load.
 *
 * Fires for whole definitions of equal batch over equally many elements (so that nothing is computed twice or
 * outside the other's extents).
 */
export function inlineIntoViews(graph: Graph): Graph {
  const uses = new Map<number, number>();
  const use = (node: Node): void => void uses.set(node.id, (uses.get(node.id) ?? 0) + 1);
  for (const node of orderOf(graph)) node.inputs.forEach(use);
  rootsOf(graph).forEach(use);
  // Rewritten nodes have new ids: what counts is how often the node that they came from is read.
  const readers = new Map<Node, number>();
  const original = orderOf(graph).filter((node) => node.role === 'compute');
  let next = 0;
  return rewriteGraph(graph, (node) => {
    const from = original[next++]!;
    readers.set(node, uses.get(from.id) ?? 0);
    return inlined(node, readers);
  });
}

function inlined(view: Node, readers: ReadonlyMap<Node, number>): Replacement {
  const { definition, type } = view;
  if (definition?.pieces[0]?.value.kind !== 'load' || definition.batch === 'reduce') return undefined;
  const piece = wholePiece(definition, type.shape);
  if (piece?.value.kind !== 'load') return undefined;
  const source = view.inputs[0]!;
  const inner = source.definition && wholePiece(source.definition, source.type.shape);
  if (!inner || readers.get(source) !== 1 || source.definition!.batch !== definition.batch) return undefined;
  const index = piece.value.index;
  const extents = extentsOf(piece);
  const inside = index.every((form, k) => {
    const [low, high] = affineRange(form, extents);
    return low >= 0 && high < source.type.shape[k]!;
  });
  if (!inside || elementCount(source.type.shape) !== elementCount(type.shape)) return undefined;
  const forms: Record<string, Affine> = {};
  inner.index.forEach((form, k) => {
    for (const axis of axesOf(form)) forms[axis] = index[k]!;
  });
  const outer = new Set(Object.keys(forms));
  const reduced = inner.axes.filter((axis) => !outer.has(axis.name));
  const fresh = Object.fromEntries(reduced.map((axis) => [axis.name, `inner_${axis.name}`]));
  const value = substituteAxes(inner.value, {
    ...forms,
    ...Object.fromEntries(reduced.map((axis) => [axis.name, axisIndex(fresh[axis.name]!)])),
  });
  const axes = [...piece.axes, ...reduced.map((axis) => ({ ...axis, name: fresh[axis.name]! }))];
  const made = canonicalPiece({ axes, index: piece.index, value }, definition.batch);
  return {
    node: redefine(
      { ...view, name: source.name },
      { batch: definition.batch, pieces: [made] },
      source.inputs,
    ),
  };
}
