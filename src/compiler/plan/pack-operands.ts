import { coefficient, isSingleAxis } from '../../ir/affine.ts';
import { load } from '../../ir/build.ts';
import { compute } from '../../ir/definition.ts';
import type { Load } from '../../ir/expression.ts';
import { reductionsOf } from '../../ir/walk.ts';
import { hasSum, mapLoads, NodeTable, type PlanGraph, type PlanNode } from './plan-graph.ts';
import { storageOf } from './storage-order.ts';

/** Innermost dimension of a tensor's storage. */
const innermost = (node: PlanNode): number => storageOf(node).at(-1)!;

/**
 * Contractions of samples with a weight vectorise along the innermost output dimension: where a weight carries
 * that axis in another dimension than its innermost one, a copy with this dimension innermost is read (the
 * transposed weights of an input gradient). It is made once a step.
 */
export function packOperands(graph: PlanGraph): PlanGraph {
  const table = new NodeTable(graph);
  const packs = new Map<string, PlanNode>();
  for (const node of graph.nodes) {
    if (node.definition?.batch !== 'map' || !hasSum(node) || node.choosesRows) continue;
    table.set(
      mapLoads(table.get(node.id), (l, piece) => {
        const weight = table.get(l.source);
        if (weight.type.batched || weight.type.shape.length < 2) return l;
        const reduction = reductionsOf(piece.value).find((r) => r.op === 'sum');
        const axis = innermostAxis(node, piece.index);
        if (!reduction || axis === undefined) return l;
        const dimension = l.index.findIndex((form) => coefficient(form, axis) !== 0);
        if (dimension < 0 || dimension === innermost(weight)) return l;
        if (!isSingleAxis(l.index[dimension]!) || laterUnit(weight, dimension)) return l;
        return packedLoad(table, packs, weight, l, dimension);
      }),
    );
  }
  return table.finish(graph);
}

/** True if every dimension stored behind this one has extent one: it is contiguous already. */
function laterUnit(weight: PlanNode, dimension: number): boolean {
  const order = storageOf(weight);
  return order.slice(order.indexOf(dimension) + 1).every((k) => weight.type.shape[k] === 1);
}

/** The axis of the innermost output dimension that has more than one element. */
function innermostAxis(node: PlanNode, index: Load['index']): string | undefined {
  for (let k = index.length - 1; k >= 0; k--) {
    if (node.type.shape[k] === 1) continue;
    const axes = Object.keys(index[k]!.terms);
    return axes.length === 1 ? axes[0] : undefined;
  }
  return undefined;
}

function packedLoad(
  table: NodeTable,
  packs: Map<string, PlanNode>,
  weight: PlanNode,
  l: Load,
  dimension: number,
): Load {
  const { shape } = weight.type;
  const permutation = [...shape.keys()].filter((k) => k !== dimension).concat(dimension);
  const key = `${weight.id}:${dimension}`;
  let packed = packs.get(key);
  if (!packed) {
    const packedShape = permutation.map((k) => shape[k]!);
    packed = table.add({
      name: `${weight.name}.packed`,
      role: 'compute',
      type: { dtype: 'f32', shape: packedShape, batched: false },
      storage: packedShape.map((_, k) => k),
      definition: compute('none', packedShape, (axes) => {
        const index: string[] = new Array(shape.length);
        permutation.forEach((k, position) => {
          index[k] = axes[position]!;
        });
        return load(weight.id, index);
      }),
    });
    packs.set(key, packed);
  }
  return { ...l, source: packed.id, index: permutation.map((k) => l.index[k]!) };
}
