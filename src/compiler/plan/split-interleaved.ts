import { addAffine, affineRange, axesOf, axisIndex, coefficient, scaleAffine } from '../../ir/affine.ts';
import { add, type IndexOperand, indexValue, load, lt, select, sum } from '../../ir/build.ts';
import { compute, extentsOf, INTERLEAVE, type Piece } from '../../ir/definition.ts';
import type { Expression, Reduce } from '../../ir/expression.ts';
import { loadsOf, mapExpression, substituteAxes } from '../../ir/walk.ts';
import { LANES } from './lay-out.ts';
import { NodeTable, type PlanGraph, type PlanNode } from './plan-graph.ts';
import { storageOf } from './storage-order.ts';

/**
 * Makes the eight accumulators of an interleaved sum an ordinary axis: a sum along r = 8q + l becomes a node with
 * one more dimension l, whose sums are sequential over (the other axes, q), and a node that closes them as
 * ((p0+p4)+(p2+p6)) + ((p1+p5)+(p3+p7)) and goes on with what stood around the sum. A sum over the batch closes
 * after its shards have joined.
 */
export function splitInterleaved(graph: PlanGraph): PlanGraph {
  const table = new NodeTable(graph);
  for (const node of graph.nodes) {
    const piece = node.definition?.pieces[0];
    if (!node.definition || !piece || piece.order !== 'interleaved') continue;
    if (node.definition.pieces.length !== 1) throw new Error('internal: an interleaved sum has one piece');
    const partials = table.add(partialNode(node, piece, (id) => table.get(id)));
    table.set(closingNode(node, piece, partials));
  }
  return table.finish(graph);
}

function sumIn(e: Expression): Reduce {
  let found: Reduce | undefined;
  mapExpression(e, (x) => {
    if (x.kind === 'reduce' && x.op === 'sum') found = x;
    return x;
  });
  if (!found) throw new Error('internal: an interleaved piece without a sum');
  return found;
}

/** A load along the axis with the range that its index has before the axis is rounded up. */
const guard = (e: Expression, axis: string, extents: Record<string, number>): Expression =>
  e.kind === 'load' && e.index.some((form) => form.terms[axis] !== undefined)
    ? { ...e, guarded: e.index.map((form) => affineRange(form, extents)) }
    : e;

/**
 * The eight accumulators of an element lie side by side, unless the operands do so along the innermost output: then
 * the elements of each accumulator do, which are the lanes of loads and stores alike. Order of the dimensions of the
 * partial sums, or undefined for row-major.
 */
function storageOfPartials(
  { type: { shape } }: PlanNode,
  piece: Piece,
  nodeOf: (id: number) => PlanNode,
): readonly number[] | undefined {
  const inner = shape.findLastIndex((extent) => extent > 1);
  const axis = inner < 0 ? undefined : axesOf(piece.index[inner]!)[0];
  if (axis === undefined || shape[inner]! < LANES) return undefined;
  const operands = loadsOf(piece.value).filter((l) => nodeOf(l.source).type.batched);
  const along = operands.every((l) => {
    const innermost = storageOf(nodeOf(l.source)).at(-1)!;
    return l.index.every((form, k) => coefficient(form, axis) === (k === innermost ? 1 : 0));
  });
  if (!along || operands.length === 0) return undefined;
  const others = [...shape.keys(), shape.length].filter((k) => k !== inner);
  return [...others, inner];
}

function partialNode(node: PlanNode, piece: Piece, nodeOf: (id: number) => PlanNode): Omit<PlanNode, 'id'> {
  const reduction = sumIn(piece.value);
  const last = reduction.axes[reduction.axes.length - 1]!;
  const extent = piece.axes.find((axis) => axis.name === last)!.extent;
  const q = `${last}q`;
  const lane = `${last}l`;
  const element = addAffine(scaleAffine(axisIndex(q), INTERLEAVE), axisIndex(lane));
  const ragged = extent % INTERLEAVE !== 0;
  const guarded = ragged
    ? mapExpression(reduction.body, (x) => guard(x, last, extentsOf(piece)))
    : reduction.body;
  let body = substituteAxes(guarded, { [last]: element });
  if (ragged) {
    body = select(lt(indexValue(element), extent), body, 0);
  }
  const outer = reduction.axes.slice(0, -1);
  const isReduce = (name: string): boolean => reduction.axes.includes(name);
  const axes = [
    ...piece.axes.filter((axis) => !isReduce(axis.name)),
    { name: lane, extent: INTERLEAVE },
    ...outer.map((name) => piece.axes.find((axis) => axis.name === name)!),
    { name: q, extent: Math.ceil(extent / INTERLEAVE) },
  ];
  const storage = storageOfPartials(node, piece, nodeOf);
  return {
    name: `${node.name}.partials`,
    role: 'compute',
    type: { ...node.type, shape: [...node.type.shape, INTERLEAVE] },
    ...(storage ? { storage } : {}),
    definition: {
      batch: node.definition!.batch,
      pieces: [
        {
          axes,
          index: [...piece.index, axisIndex(lane)],
          value: sum([...outer, q], body),
          order: 'sequential',
        },
      ],
    },
    ...(node.unsharded ? { unsharded: true } : {}),
    ...(node.layer === undefined ? {} : { layer: node.layer }),
  };
}

/** The eight partial sums at an index, closed in their tree. */
function closedAt(partials: PlanNode, index: readonly IndexOperand[]): Expression {
  const p = (l: number): Expression => load(partials.id, [...index, l]);
  const pair = (l: number): Expression => add(p(l), p(l + 4));
  return add(add(pair(0), pair(2)), add(pair(1), pair(3)));
}

function closingNode(node: PlanNode, piece: Piece, partials: PlanNode): PlanNode {
  const { batch } = node.definition!;
  if (batch === 'reduce') {
    const definition = compute('none', node.type.shape, (axes) => closedAt(partials, axes));
    return { ...node, unsharded: false, definition };
  }
  const { order: _, ...rest } = piece;
  const reduction = sumIn(piece.value);
  const closed = closedAt(partials, piece.index);
  const value = mapExpression(piece.value, (x) => (x.kind === 'reduce' && x.op === 'sum' ? closed : x));
  const axes = piece.axes.filter((axis) => !reduction.axes.includes(axis.name));
  return { ...node, definition: { ...node.definition!, pieces: [{ ...rest, axes, value }] } };
}
