import { axisIndex } from '../../ir/affine.ts';
import { load } from '../../ir/build.ts';
import { type ChosenRow, chosenRow } from '../../ir/chosen-row.ts';
import { type Axis, extentsOf, wholePiece } from '../../ir/definition.ts';
import { axesIn, mapExpression } from '../../ir/walk.ts';
import { NodeTable, type PlanGraph, type PlanNode } from './plan-graph.ts';

/** The choice that a node is, if the whole of it is one sum. */
export function choiceOf({ definition, type }: PlanNode): ChosenRow | undefined {
  const piece = definition && wholePiece(definition, type.shape);
  if (!piece) return undefined;
  const extents = extentsOf(piece);
  return chosenRow(piece.value, (axis) => extents[axis]!);
}

/**
 * Marks sums that read or add to the rows that whole numbers choose (`ir/chosen-row.ts`). They stay sums of one
 * accumulator each and nothing is fused into them, so that their nests are emitted as walks from number to number. An expression
 * that is added to rows becomes a node of its own: it would be computed once a row.
 */
export function findChosenRows(graph: PlanGraph): PlanGraph {
  const table = new NodeTable(graph);
  for (const node of graph.nodes) {
    const choice = choiceOf(node);
    if (!choice) continue;
    const piece = node.definition!.pieces[0]!;
    // one term is not zero: any order of the sum gives it
    const reads = piece.value.kind === 'reduce' && piece.value.axes.includes(choice.axis);
    if (piece.order === 'interleaved' && !reads) continue;
    const { value } = choice;
    const sequential = { ...piece, order: 'sequential' as const };
    if (value.kind === 'load') {
      table.set({ ...node, choosesRows: true, definition: { ...node.definition!, pieces: [sequential] } });
      continue;
    }
    const used = axesIn(value);
    const axes = piece.axes.filter((axis) => used.has(axis.name));
    const added = table.add(addedNode(node, axes, choice));
    const chosen = load(
      added.id,
      axes.map(({ name }) => name),
    );
    const sum = mapExpression(piece.value, (e) => (e === value ? chosen : e));
    table.set({
      ...node,
      choosesRows: true,
      definition: { ...node.definition!, pieces: [{ ...sequential, value: sum }] },
    });
  }
  return table.finish(graph);
}

function addedNode(node: PlanNode, axes: readonly Axis[], { value }: ChosenRow): Omit<PlanNode, 'id'> {
  const batched = node.definition!.batch !== 'none';
  const shape = axes.map(({ extent }) => extent);
  return {
    name: `${node.name}.added`,
    role: 'compute',
    type: { dtype: 'f32', shape, batched },
    definition: {
      batch: batched ? 'map' : 'none',
      pieces: [{ axes, index: axes.map(({ name }) => axisIndex(name)), value }],
    },
    ...(node.layer === undefined ? {} : { layer: node.layer }),
  };
}
