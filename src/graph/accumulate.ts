import { affineRange } from '../ir/affine.ts';
import { add, load } from '../ir/build.ts';
import {
  compute,
  type Definition,
  extentsOf,
  outputAxesOf,
  type Piece,
  wholePiece,
} from '../ir/definition.ts';
import type { Expression } from '../ir/expression.ts';
import { elementCount } from '../ir/tensor-type.ts';
import { loadsOf, reductionsOf } from '../ir/walk.ts';
import { ownIndex } from './canonical-piece.ts';
import { computeNode, type Node } from './node.ts';

/** A part of the gradient of a node: what one load in one user adds. */
export interface Contribution {
  readonly definition: Definition;
  /** All nodes that the definition loads. */
  readonly operands: readonly Node[];
}

/**
 * The sum of the contributions as one node; elementwise ones are written into it, others are nodes of their own. Those
 * to parts of the target that do not overlap stand beside each other in one node, so that the gradient of a tensor that
 * is read slice by slice takes time by its size and not by its size times the number of slices.
 */
export function accumulate(target: Node, given: readonly Contribution[]): Node {
  const name = `${target.name}.gradient`;
  const { shape, batched } = target.type;
  const contributions = joinDisjoint(target, given);
  const make = ({ definition, operands }: Contribution): Node =>
    computeNode(name, shape, definition, operands);
  if (contributions.length === 1) return make(contributions[0]!);
  const operands: Node[] = [];
  const terms = contributions.map((contribution): Expression => {
    const inlined = elementwiseValue(contribution, target);
    if (inlined) {
      operands.push(...contribution.operands);
      return inlined;
    }
    const node = make(contribution);
    operands.push(node);
    return load(node, ownIndex(shape));
  });
  const definition = compute(batched ? 'map' : 'none', shape, () => terms.reduce((a, b) => add(a, b)));
  return computeNode(name, shape, definition, operands);
}

/** A rectangle: the first and the last position in each dimension. */
type Box = readonly (readonly [first: number, last: number])[];

const boxOf = (piece: Piece): Box => {
  const extents = extentsOf(piece);
  return piece.index.map((form) => affineRange(form, extents));
};

const overlap = (a: Box, b: Box): boolean =>
  a.every(([first, last], k) => first <= b[k]![1] && b[k]![0] <= last);

/** Contributions that are zero in places, those to other places joined. Not those that sum over the batch. */
function joinDisjoint(target: Node, contributions: readonly Contribution[]): readonly Contribution[] {
  if (contributions.length === 1) return contributions;
  const whole: Contribution[] = [];
  const joined: { readonly batch: Definition['batch']; boxes: Box[]; parts: Contribution[] }[] = [];
  for (const contribution of contributions) {
    const { batch, fill, pieces } = contribution.definition;
    if (fill !== 0 || batch === 'reduce') {
      whole.push(contribution);
      continue;
    }
    const boxes = pieces.map(boxOf);
    const free = joined.find(
      (other) => other.batch === batch && !other.boxes.some((box) => boxes.some((own) => overlap(box, own))),
    );
    if (free) {
      free.boxes.push(...boxes);
      free.parts.push(contribution);
    } else joined.push({ batch, boxes, parts: [contribution] });
  }
  return [
    ...whole,
    ...joined.map(({ batch, parts }): Contribution => {
      const pieces = parts.flatMap(({ definition }) => definition.pieces);
      const operands = [...new Set(parts.flatMap((part) => part.operands))];
      return { definition: { batch, pieces, ...(coversAll(pieces, target) ? {} : { fill: 0 }) }, operands };
    }),
  ];
}

/** The value over the target's own axes if the contribution is one whole piece without reductions. */
function elementwiseValue({ definition }: Contribution, target: Node): Expression | undefined {
  if (definition.batch !== (target.type.batched ? 'map' : 'none')) return undefined;
  const piece = wholePiece(definition, target.type.shape);
  return piece && reductionsOf(piece.value).length === 0 ? piece.value : undefined;
}

/** The nodes that expressions load, from a table by id. */
export function loadedNodes(values: readonly Expression[], byId: ReadonlyMap<number, Node>): Node[] {
  const nodes = new Set<Node>();
  for (const value of values) for (const { source } of loadsOf(value)) nodes.add(byId.get(source)!);
  return [...nodes];
}

/** A sum over the batch arises where a batched computation reads something without a batch. */
export function contributionBatch(target: Node, user: Definition['batch']): Definition['batch'] {
  if (target.type.batched) return 'map';
  return user === 'none' ? 'none' : 'reduce';
}

/** Pieces never overlap, so they cover a tensor if their counts add up. */
export function coversAll(pieces: readonly Piece[], target: Node): boolean {
  const covered = pieces.reduce((total, piece) => {
    const output = outputAxesOf(piece);
    return (
      total + elementCount(piece.axes.filter((axis) => output.has(axis.name)).map((axis) => axis.extent))
    );
  }, 0);
  return covered === elementCount(target.type.shape);
}
