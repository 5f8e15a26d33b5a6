import { axesOf } from '../../ir/affine.ts';
import { wholePiece } from '../../ir/definition.ts';
import type { Load } from '../../ir/expression.ts';
import { hasManyZeros } from './find-nonzero-products.ts';
import type { MatchedGraph } from './group-nodes.ts';
import { NodeTable, type PlanNode } from './plan-graph.ts';
import { storageOf } from './storage-order.ts';

/** Sums that one value serves at least: fewer wait for each other. */
const FEWEST_SUMS = 48;
/** Positions of a sample at least: fewer do not pay for finding those that are not zero. */
const FEWEST_POSITIONS = 24;
const LANES = 4;

/**
 * Names the operand with many zeros of sums of products over the batch, such as the gradients of weights, and lets the
 * other operand's innermost axis be the innermost one of what is stored. Their nests walk from nonzero to nonzero
 * (`backends/wasm/nonzero-sum.ts`), which changes no bit. Condition: operands are stored values of samples, the sum is in
 * sequence, each operand has an innermost axis of its own among the outputs, and extents are long enough.
 */
export function markNonzeroSums(matched: MatchedGraph): MatchedGraph {
  const { graph } = matched;
  const table = new NodeTable(graph);
  const walked = new Set(
    matched.products.flatMap((m) => [m.gradient.id, m.toWeights?.node, m.toInput?.node]),
  );
  for (const node of graph.nodes) {
    if (walked.has(node.id)) continue;
    const marked = mark(node, table);
    if (marked) table.set(marked);
  }
  return { ...matched, graph: table.finish(graph) };
}

function mark(node: PlanNode, table: NodeTable): PlanNode | undefined {
  const piece = node.definition?.batch === 'reduce' && wholePiece(node.definition, node.type.shape);
  if (!piece || piece.order === 'interleaved' || node.unsharded || node.choosesRows) return undefined;
  const { value } = piece;
  if (value.kind !== 'reduce' || value.op !== 'sum' || value.body.kind !== 'binary') return undefined;
  const { op, a, b } = value.body;
  if (op !== 'mul' || a.kind !== 'load' || b.kind !== 'load' || a.source === b.source) return undefined;
  const dimensionOf = (l: Load): number => {
    const last = l.index.at(-1);
    // a value of no dimensions has no innermost axis
    const [axis, more] = last ? axesOf(last) : [];
    return more === undefined && axis !== undefined
      ? piece.index.findIndex((form) => axesOf(form).join() === axis)
      : -1;
  };
  const ofSamples = (l: Load): boolean => table.get(l.source).type.batched;
  if (!ofSamples(a) || !ofSamples(b) || dimensionOf(a) < 0 || dimensionOf(b) < 0) return undefined;
  const order = storageOf(node);
  // of two the one with which nothing is transposed
  const sparse = [a, b]
    .filter((l) => hasManyZeros(table.get(l.source), table))
    .toSorted((x, y) => order.indexOf(dimensionOf(x)) - order.indexOf(dimensionOf(y)))[0];
  if (!sparse) return undefined;
  const inner = dimensionOf(sparse === a ? b : a);
  // along one axis there is nothing to choose
  if (inner === dimensionOf(sparse)) return undefined;
  const extentOf = (name: string): number => piece.axes.find((axis) => axis.name === name)!.extent;
  const sums = node.type.shape[inner]!;
  const positions = value.axes.reduce((product, name) => product * extentOf(name), 1);
  if (sums < FEWEST_SUMS || sums % LANES !== 0 || positions < FEWEST_POSITIONS) return undefined;
  if (node.type.shape[dimensionOf(sparse)]! < LANES) return undefined;
  const storage = [...order.filter((k) => k !== inner), inner];
  return { ...node, sparse: sparse.source, ...(inner === order.at(-1) ? {} : { storage }) };
}
