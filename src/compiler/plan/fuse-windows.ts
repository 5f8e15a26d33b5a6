import { coefficient, isSingleAxis } from '../../ir/affine.ts';
import { extentsOf, type Piece, wholePiece } from '../../ir/definition.ts';
import type { Load, Reduce } from '../../ir/expression.ts';
import { mapExpression, reductionsOf, substituteAxes } from '../../ir/walk.ts';
import {
  hasSum,
  NodeTable,
  nodeLoads,
  type PlanGraph,
  type PlanNode,
  piecesOf,
  usersOf,
} from './plan-graph.ts';

/** Window elements times that are unrolled around a contraction at most. */
const LARGEST_WINDOW = 9;

/**
 * A maximum over a window of a contraction computes the contraction inside the window, so that the contraction
 * itself is never stored. Condition: the contraction is a bare sum that only window maxima (and their argmax)
 * read, each element in exactly one window (window = stride, nothing left over outside windows matters), the
 * window has at most nine elements. Not where the contraction leaves out zeros: which it leaves out differs from
 * element to element.
 */
export function fuseWindows(graph: PlanGraph): PlanGraph {
  const table = new NodeTable(graph);
  const users = usersOf(graph.nodes);
  const kept = new Set(graph.outputs.map((o) => o.node));
  for (const node of graph.nodes) {
    const piece = node.definition && wholePiece(node.definition, node.type.shape);
    if (!piece || node.definition!.batch !== 'map' || kept.has(node.id)) continue;
    if (node.walksNonzero || node.choosesRows) continue;
    if (piece.value.kind !== 'reduce' || piece.value.op !== 'sum') continue;
    const readers = users.get(node.id) ?? [];
    if (readers.length === 0 || !readers.every((reader) => isDisjointWindowOf(reader, node))) continue;
    for (const reader of readers) table.set(withContraction(table.get(reader.id), piece));
  }
  return table.finish(graph);
}

function windowReduction(node: PlanNode): { piece: Piece; reduction: Reduce; load: Load } | undefined {
  const piece = piecesOf(node)[0];
  if (!piece || piecesOf(node).length !== 1) return undefined;
  const reductions = reductionsOf(piece.value);
  const reduction = reductions[0];
  if (reductions.length !== 1 || !reduction || reduction.op === 'sum' || reduction.body.kind !== 'load')
    return undefined;
  return { piece, reduction, load: reduction.body };
}

function isDisjointWindowOf(reader: PlanNode, source: PlanNode): boolean {
  const window = windowReduction(reader);
  if (!window || window.load.source !== source.id || hasSum(reader)) return false;
  if (nodeLoads(reader).some((l) => l !== window.load && l.source === source.id)) return false;
  const extents = extentsOf(window.piece);
  const size = window.reduction.axes.reduce((product, axis) => product * extents[axis]!, 1);
  if (size > LARGEST_WINDOW) return false;
  return window.load.index.every((form, k) => {
    const tap = window.reduction.axes.find((axis) => coefficient(form, axis) !== 0);
    if (!tap) return isSingleAxis(form);
    const outer = Object.keys(form.terms).filter((axis) => axis !== tap);
    return (
      form.constant === 0 &&
      outer.length === 1 &&
      coefficient(form, tap) === 1 &&
      coefficient(form, outer[0]!) === extents[tap] &&
      extents[outer[0]!]! * extents[tap]! <= source.type.shape[k]!
    );
  });
}

function withContraction(reader: PlanNode, contraction: Piece): PlanNode {
  const { piece, load } = windowReduction(reader)!;
  const sumOf = contraction.value as Reduce;
  const taken = new Set(piece.axes.map((axis) => axis.name));
  const replacement: Record<string, Load['index'][number]> = {};
  contraction.index.forEach((form, k) => {
    const axis = Object.keys(form.terms)[0];
    if (axis) replacement[axis] = load.index[k]!;
  });
  const reduceAxes = contraction.axes.filter((axis) => sumOf.axes.includes(axis.name));
  const renamed = reduceAxes.map((axis) => {
    let name = axis.name;
    while (taken.has(name)) name += "'";
    taken.add(name);
    replacement[axis.name] = { constant: 0, terms: { [name]: 1 } };
    return { ...axis, name };
  });
  const inner = substituteAxes(contraction.value, replacement);
  const value = mapExpression(piece.value, (e) => (e === load ? inner : e));
  return {
    ...reader,
    definition: {
      ...reader.definition!,
      pieces: [
        {
          ...piece,
          axes: [...piece.axes, ...renamed],
          value,
          ...(contraction.order ? { order: contraction.order } : {}),
        },
      ],
    },
  };
}
